package dev.tinydancer.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A graph over 1,000 routes must answer as comparing with all of them does. */
final class GraphRowsTest {

    private static final int ROUTES = 1_000;
    private static final int GRAPH_FROM = 300;
    private static final RouteContext ANYBODY = RouteContext.at(Instant.parse("2026-07-01T12:00:00Z"));

    private static final RandomRoutes RANDOM = new RandomRoutes(7, 32, 40, 0.6);
    private static final List<SemanticRoute> ALL = RANDOM.routes(ROUTES, 3).stream()
            .map(route -> route.withScoreThreshold(0))
            .toList();
    private static final List<float[]> QUERIES =
            IntStream.range(0, 70).mapToObj(i -> RANDOM.query()).toList();

    private static RouteIndex exact;
    private static RouteIndex graph;

    @BeforeAll
    static void build() {
        exact = RouteIndex.of(ALL, RouteCalibration.BGE_SMALL, GRAPH_FROM);
        graph = exact.withGraph();
    }

    @Test
    void match_sameAsExact() {
        assertThat(recall(exact, graph, ANYBODY)).isGreaterThanOrEqualTo(0.99);
    }

    @Test
    void match_sameAsExactWhenHalfIsClosed() {
        List<SemanticRoute> half = IntStream.range(0, ROUTES)
                .mapToObj(i -> i % 2 == 0 ? ALL.get(i) : onlyFor("gold", ALL.get(i)))
                .toList();

        assertThat(recall(exact.updated(half), graph.updated(half), ANYBODY)).isGreaterThanOrEqualTo(0.99);
    }

    @Test
    void match_exactWhenFewAreOpen() {
        List<SemanticRoute> few = IntStream.range(0, ROUTES)
                .mapToObj(i -> i % 20 == 0 ? ALL.get(i) : onlyFor("gold", ALL.get(i)))
                .toList();

        assertThat(recall(exact.updated(few), graph.updated(few), ANYBODY)).isEqualTo(1);
    }

    @Test
    void updated_servesWhatTheGraphHasNotSeenAndForgetsWhatIsGone() {
        List<SemanticRoute> changed = new ArrayList<>(ALL.subList(100, ROUTES));
        RANDOM.routes(50, 3)
                .forEach(route -> changed.add(
                        RandomRoutes.route("new " + route.name(), route.utterances(), 0, RouteConditions.NONE, 0.0)));
        changed.set(0, moved(changed.getFirst(), QUERIES.getFirst()));

        RouteIndex updated = graph.updated(changed);

        assertThat(recall(exact.updated(changed), updated, ANYBODY)).isGreaterThanOrEqualTo(0.99);
        assertThat(updated.match("", QUERIES.getFirst(), 1, ANYBODY).getFirst().route())
                .isEqualTo(changed.getFirst());
        Set<String> found = new HashSet<>();
        QUERIES.forEach(query -> updated.match("", query, 50, ANYBODY)
                .forEach(match -> found.add(match.route().name())));
        assertThat(found).doesNotContainAnyElementsOf(namesOf(ALL.subList(0, 100)));
    }

    @Test
    void wantsGraph_whenItPaysAndWhenItIsStale() {
        assertThat(exact.wantsGraph()).isTrue();
        assertThat(graph.wantsGraph()).isFalse();
        assertThat(graph.updated(ALL.subList(ROUTES / 50, ROUTES)).wantsGraph()).isFalse();
        assertThat(graph.updated(ALL.subList(ROUTES / 5, ROUTES)).wantsGraph()).isTrue();
        assertThat(RouteIndex.of(ALL).wantsGraph())
                .as("few enough to compare with all")
                .isFalse();
    }

    /** The share of the exact index's best three that the other finds as well. */
    private static double recall(RouteIndex reference, RouteIndex other, RouteContext context) {
        int wanted = 0;
        int found = 0;
        for (float[] query : QUERIES) {
            Set<String> expected = new HashSet<>(names(reference.match("", query, 3, context)));
            wanted += expected.size();
            expected.retainAll(names(other.match("", query, 3, context)));
            found += expected.size();
        }
        assertThat(wanted).isEqualTo(3 * QUERIES.size());
        return (double) found / wanted;
    }

    private static SemanticRoute onlyFor(String tier, SemanticRoute route) {
        return RandomRoutes.route(
                route.name(),
                route.utterances(),
                route.priority(),
                new RouteConditions(null, Set.of(tier), null),
                route.scoreThreshold());
    }

    private static SemanticRoute moved(SemanticRoute route, float[] to) {
        return RandomRoutes.route(
                route.name(), List.of(Utterance.of("moved", to)), 0, RouteConditions.NONE, route.scoreThreshold());
    }

    private static List<String> names(List<RouteMatch> matches) {
        return matches.stream().map(match -> match.route().name()).toList();
    }

    private static List<String> namesOf(List<SemanticRoute> routes) {
        return routes.stream().map(SemanticRoute::name).toList();
    }
}
