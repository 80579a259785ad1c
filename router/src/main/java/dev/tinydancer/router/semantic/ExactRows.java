package dev.tinydancer.router.semantic;

import dev.tinydancer.router.vector.QuantizedMatrix;
import dev.tinydancer.router.vector.QuantizedMatrix.Match;
import dev.tinydancer.router.vector.TopRows;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares with every row. */
final class ExactRows implements RowSearch {

    private final QuantizedMatrix matrix;
    private final int[] routeOfRow;

    private ExactRows(QuantizedMatrix matrix, int[] routeOfRow) {
        this.matrix = matrix;
        this.routeOfRow = routeOfRow;
    }

    /** The utterances of all routes. */
    static ExactRows of(List<SemanticRoute> routes) {
        BitSet all = new BitSet();
        all.set(0, routes.size());
        return of(routes, all);
    }

    /**
     * The utterances of some routes.
     *
     * @param routes all routes of the index, at least one
     * @param chosen the places of those to search
     */
    static ExactRows of(List<SemanticRoute> routes, BitSet chosen) {
        QuantizedMatrix matrix = new QuantizedMatrix(routes.getFirst().dimension());
        int[] routeOfRow = new int
                [chosen.stream()
                        .map(place -> routes.get(place).utterances().size())
                        .sum()];
        chosen.stream()
                .forEach(place -> routes.get(place)
                        .utterances()
                        .forEach(utterance -> routeOfRow[matrix.add(utterance.vector())] = place));
        return new ExactRows(matrix, routeOfRow);
    }

    @Override
    public Hits nearest(float[] query, int count, @Nullable BitSet closed) {
        TopRows nearest = new TopRows(count);
        offerTo(nearest, query, count, closed);
        return Hits.of(nearest);
    }

    /** Offers the {@code count} nearest rows of open routes. */
    void offerTo(TopRows nearest, float[] query, int count, @Nullable BitSet closed) {
        List<Match> matches = closed == null
                ? matrix.nearest(query, count)
                : matrix.nearest(query, count, row -> !closed.get(routeOfRow[row]));
        matches.forEach(match -> nearest.offer(routeOfRow[match.row()], match.similarity()));
    }

    int size() {
        return matrix.size();
    }

    @Override
    public boolean isExact() {
        return true;
    }
}
