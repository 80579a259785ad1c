package dev.tinydancer.peers;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;

/** jvector's graph (DiskANN) by itself, with the degree and beams that Tiny Dancer uses it with. */
final class JVectorGraph implements Search {

    private static final int DEGREE = 32;
    private static final int BEAM = 100;
    private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.DOT_PRODUCT;
    private static final VectorTypeSupport VECTORS =
            VectorizationProvider.getInstance().getVectorTypeSupport();

    private final RandomAccessVectorValues rows;
    private final ImmutableGraphIndex graph;

    JVectorGraph(float[][] vectors) throws IOException {
        List<VectorFloat<?>> copies = Arrays.stream(vectors)
                .<VectorFloat<?>>map(VECTORS::createFloatVector)
                .toList();
        rows = new ListRandomAccessVectorValues(copies, vectors[0].length);
        try (GraphIndexBuilder builder = GraphIndexBuilder.builder(rows, SIMILARITY, DEGREE)
                .withBeamWidth(BEAM)
                .withNeighborOverflow(1.2f)
                .withAlpha(1.2f)
                .build()) {
            for (int row = 0; row < vectors.length; row++) {
                builder.addGraphNode(row, copies.get(row));
            }
            builder.cleanup();
            graph = builder.getGraph();
        }
    }

    @Override
    public String name() {
        return "jvector_graph";
    }

    @Override
    public int[] nearest(float[] query, int best) {
        try (GraphSearcher searcher = new GraphSearcher(graph)) {
            return Arrays.stream(searcher.search(
                                    DefaultSearchScoreProvider.exact(
                                            VECTORS.createFloatVector(query), SIMILARITY, rows),
                                    best,
                                    best + BEAM,
                                    0,
                                    0,
                                    Bits.ALL)
                            .getNodes())
                    .mapToInt(found -> found.node)
                    .toArray();
        } catch (IOException e) {
            throw new UncheckedIOException("a graph in memory was searched with an I/O error", e);
        }
    }
}
