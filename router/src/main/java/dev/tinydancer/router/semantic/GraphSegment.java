package dev.tinydancer.router.semantic;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A proximity graph over the utterances of the routes that it was built with [1]. Never changes: what was removed since
 * is masked out, and what was added is searched elsewhere.
 *
 * <p>[1] Subramanya et al.: DiskANN (2019), as implemented by jvector.
 */
final class GraphSegment {

    /*
     * Degree and beam as measured on clustered 384-dimensional vectors: with 32 edges and a beam of 100, recall of the
     * best three was 1.000 up to 50,000 vectors and 0.999 at 100,000; a beam of 30 is twice as fast and loses 0.0003.
     */
    private static final int DEGREE = 32;
    private static final int BUILD_BEAM = 100;
    private static final int SEARCH_BEAM = 100;
    private static final float NEIGHBOR_OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;

    private static final VectorSimilarityFunction SIMILARITY = VectorSimilarityFunction.DOT_PRODUCT;

    private static final VectorTypeSupport VECTORS =
            VectorizationProvider.getInstance().getVectorTypeSupport();

    private final List<SemanticRoute> routes;

    /** The place in {@link #routes} of the route that a row belongs to. */
    private final int[] routeOfRow;

    private final RandomAccessVectorValues rows;
    private final ImmutableGraphIndex graph;

    private GraphSegment(
            List<SemanticRoute> routes, int[] routeOfRow, RandomAccessVectorValues rows, ImmutableGraphIndex graph) {
        this.routes = routes;
        this.routeOfRow = routeOfRow;
        this.rows = rows;
        this.graph = graph;
    }

    /** Builds the graph, on the calling thread alone. Takes about a millisecond for each utterance. */
    static GraphSegment build(List<SemanticRoute> routes) {
        List<VectorFloat<?>> vectors = new ArrayList<>();
        List<Integer> routeOfRow = new ArrayList<>();
        for (int place = 0; place < routes.size(); place++) {
            for (Utterance utterance : routes.get(place).utterances()) {
                vectors.add(VECTORS.createFloatVector(utterance.vector()));
                routeOfRow.add(place);
            }
        }
        RandomAccessVectorValues rows =
                new ListRandomAccessVectorValues(vectors, routes.getFirst().dimension());
        try (GraphIndexBuilder builder = GraphIndexBuilder.builder(rows, SIMILARITY, DEGREE)
                .withBeamWidth(BUILD_BEAM)
                .withNeighborOverflow(NEIGHBOR_OVERFLOW)
                .withAlpha(ALPHA)
                .build()) {
            for (int row = 0; row < vectors.size(); row++) {
                builder.addGraphNode(row, vectors.get(row));
            }
            builder.cleanup();
            return new GraphSegment(
                    List.copyOf(routes),
                    routeOfRow.stream().mapToInt(Integer::intValue).toArray(),
                    rows,
                    builder.getGraph());
        } catch (IOException e) {
            throw new UncheckedIOException("a graph in memory was built with an I/O error", e);
        }
    }

    /** The routes that the graph was built with. A route is known by its place in this list. */
    List<SemanticRoute> routes() {
        return routes;
    }

    int rowCount() {
        return routeOfRow.length;
    }

    /**
     * Finds about the nearest rows.
     *
     * @param open which routes take part
     * @param found told the route and the cosine of each
     */
    void search(float[] query, int count, IntPredicate open, RowConsumer found) {
        Bits mask = row -> open.test(routeOfRow[row]);
        DefaultSearchScoreProvider scores =
                DefaultSearchScoreProvider.exact(VECTORS.createFloatVector(query), SIMILARITY, rows);
        try (GraphSearcher searcher = new GraphSearcher(graph)) {
            SearchResult result = searcher.search(scores, count, count + SEARCH_BEAM, 0, 0, mask);
            for (SearchResult.NodeScore row : result.getNodes()) {
                // jvector maps a dot product from [-1, 1] to [0, 1].
                found.accept(routeOfRow[row.node], 2 * row.score - 1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a graph in memory was searched with an I/O error", e);
        }
    }

    /** Takes a row's route and its cosine to the query. */
    @FunctionalInterface
    interface RowConsumer {
        void accept(int route, float cosine);
    }
}
