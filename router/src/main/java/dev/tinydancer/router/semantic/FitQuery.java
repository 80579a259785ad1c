package dev.tinydancer.router.semantic;

import java.util.List;

/** A labelled query, compared with the routes once and for all. */
final class FitQuery {

    /** Says that a query has no route, or was given none. */
    static final int NONE = -1;

    /** The place of the right route, or {@link #NONE}. */
    final int label;

    /** The places of the routes most similar to it, the most similar first. */
    private final int[] places;

    private final double[] similarities;

    FitQuery(int label, List<Ranking.Scored> mostSimilar) {
        this.label = label;
        places = mostSimilar.stream().mapToInt(Ranking.Scored::place).toArray();
        similarities =
                mostSimilar.stream().mapToDouble(Ranking.Scored::similarity).toArray();
    }

    /** How many routes it was compared with. */
    int size() {
        return places.length;
    }

    int place(int rank) {
        return places[rank];
    }

    double similarity(int rank) {
        return similarities[rank];
    }

    /** The rank of a route that it was compared with. */
    int rankOf(int place) {
        for (int rank = 0; rank < places.length; rank++) {
            if (places[rank] == place) {
                return rank;
            }
        }
        throw new IllegalArgumentException("not compared with the route at " + place);
    }

    /** The rank of the most similar route that reaches its threshold and is not {@code except}, or {@link #NONE}. */
    int bestRank(double[] thresholds, int except) {
        for (int rank = 0; rank < places.length; rank++) {
            if (places[rank] != except && similarities[rank] >= thresholds[places[rank]]) {
                return rank;
            }
        }
        return NONE;
    }

    /** The place of the route that it is given, or {@link #NONE}. */
    int answer(double[] thresholds) {
        int rank = bestRank(thresholds, NONE);
        return rank == NONE ? NONE : places[rank];
    }
}
