package dev.tinydancer.router.semantic;

import dev.tinydancer.router.vector.TopRows;
import dev.tinydancer.router.vector.VectorMath;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Searches a graph for the routes that it was built with, and compares with every row of those that came later. Routes
 * that were removed or changed since are masked out of the graph.
 */
final class GraphRows implements RowSearch {

    /** The share of all rows that the graph may not serve, or serve for nobody, before it is worth a new one. */
    private static final double STALE_SHARE = 0.1;

    /** A graph that may use only a small part of its rows walks through most of the others to find them. */
    private static final int LEAST_OPEN_PER_RESULT = 16;

    private final GraphSegment graph;
    private final int compareUpTo;
    private final List<SemanticRoute> routes;

    /** The place in the index of each of the graph's routes, -1 for one that is not there any more. */
    private final int[] placeOf;

    /** The places of the routes that the graph serves. */
    private final BitSet served;

    private final int servedRows;
    private final @Nullable ExactRows later;

    private GraphRows(
            GraphSegment graph,
            int compareUpTo,
            List<SemanticRoute> routes,
            int[] placeOf,
            BitSet served,
            @Nullable ExactRows later) {
        this.graph = graph;
        this.compareUpTo = compareUpTo;
        this.routes = routes;
        this.placeOf = placeOf;
        this.served = served;
        this.later = later;
        servedRows = rowCount(served);
    }

    /**
     * The rows of an index's routes.
     *
     * @param routes all routes of the index, at least one
     * @param compareUpTo the number of rows up to which comparing with each is faster than the graph
     */
    static GraphRows of(List<SemanticRoute> routes, GraphSegment graph, int compareUpTo) {
        Map<String, Integer> places = HashMap.newHashMap(routes.size());
        for (int place = 0; place < routes.size(); place++) {
            places.put(routes.get(place).name(), place);
        }
        int[] placeOf = new int[graph.routes().size()];
        Arrays.fill(placeOf, -1);
        BitSet served = new BitSet(routes.size());
        for (int i = 0; i < placeOf.length; i++) {
            Integer place = places.get(graph.routes().get(i).name());
            if (place != null
                    && routes.get(place)
                            .utterances()
                            .equals(graph.routes().get(i).utterances())) {
                placeOf[i] = place;
                served.set(place);
            }
        }
        BitSet others = new BitSet(routes.size());
        others.set(0, routes.size());
        others.andNot(served);
        return new GraphRows(
                graph, compareUpTo, routes, placeOf, served, others.isEmpty() ? null : ExactRows.of(routes, others));
    }

    /** Whether the graph serves nearly all routes, and little else. */
    boolean isFresh() {
        int unserved = later == null ? 0 : later.size();
        int masked = graph.rowCount() - servedRows;
        return unserved + masked <= STALE_SHARE * (servedRows + unserved);
    }

    @Override
    public Hits nearest(float[] query, int count, @Nullable BitSet closed) {
        TopRows nearest = new TopRows(count);
        if (later != null) {
            later.offerTo(nearest, query, count, closed);
        }
        BitSet open = served;
        int openRows = servedRows;
        if (closed != null) {
            open = (BitSet) served.clone();
            open.andNot(closed);
            openRows = rowCount(open);
        }
        if (openRows <= Math.max(compareUpTo, (long) LEAST_OPEN_PER_RESULT * count)) {
            compareWith(open, query, nearest);
        } else {
            BitSet allowed = open;
            graph.search(
                    query,
                    count,
                    route -> placeOf[route] >= 0 && allowed.get(placeOf[route]),
                    (route, cosine) -> nearest.offer(placeOf[route], cosine));
        }
        return Hits.of(nearest);
    }

    @Override
    public boolean isExact() {
        return false;
    }

    private void compareWith(BitSet places, float[] query, TopRows nearest) {
        places.stream().forEach(place -> {
            for (Utterance utterance : routes.get(place).utterances()) {
                nearest.offer(place, VectorMath.dot(utterance.vector(), query));
            }
        });
    }

    private int rowCount(BitSet places) {
        return places.stream()
                .map(place -> routes.get(place).utterances().size())
                .sum();
    }
}
