package dev.tinydancer.peers;

import dev.tinydancer.router.semantic.RouteCalibration;
import dev.tinydancer.router.semantic.RouteConditions;
import dev.tinydancer.router.semantic.RouteContext;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.Utterance;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Semantic routes, one for each vector, as {@code ruvector_match_route} searches them: with all that a match says. */
final class TinyDancerSearch implements Search {

    private static final RouteContext ANYBODY = RouteContext.at(Instant.EPOCH);

    private final String name;
    private final RouteIndex index;

    private TinyDancerSearch(String name, RouteIndex index) {
        this.name = name;
        this.index = index;
    }

    /** Compares with all: bytes first, then the floats of the best. */
    static TinyDancerSearch exact(float[][] rows) {
        return new TinyDancerSearch("tiny_dancer_exact", index(rows));
    }

    /** Through the graph, which is taken from 10,000 utterances on. */
    static TinyDancerSearch graph(float[][] rows) {
        return new TinyDancerSearch("tiny_dancer_graph", index(rows).withGraph());
    }

    private static RouteIndex index(float[][] rows) {
        List<SemanticRoute> routes = IntStream.range(0, rows.length)
                .mapToObj(i -> new SemanticRoute(
                        Integer.toString(i),
                        "",
                        List.of(Utterance.of("utterance " + i, rows[i])),
                        "agent",
                        0,
                        RouteConditions.NONE,
                        0.0))
                .toList();
        return RouteIndex.of(routes, RouteCalibration.BGE_SMALL, 0);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int[] nearest(float[] query, int best) {
        return index.match("", query, best, ANYBODY).stream()
                .mapToInt(match -> Integer.parseInt(match.route().name()))
                .toArray();
    }
}
