package dev.tinydancer.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.semantic.BruteForce.Compared;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.util.DoubleComparator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RouteIndexTest {

    private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");
    private static final RouteContext ANYBODY = RouteContext.at(NOW);
    private static final float[] EAST = {1, 0, 0};
    private static final float[] NORTH = {0, 1, 0};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void match_sameAsComparingWithEveryRoute(long seed) {
        RandomRoutes random = new RandomRoutes(seed, 24, 12, 0.1 + 0.15 * seed);
        RouteIndex index = RouteIndex.of(random.withConditions(random.routes(20 * (int) seed, 1 + (int) seed)));
        RouteContext context = new RouteContext(NOW, seed % 2 == 0 ? "gold" : null, (name, limit) -> seed % 3 == 0);

        for (int i = 0; i < 50; i++) {
            String text = random.text();
            float[] query = random.query();
            int topK = 1 + i % 7;

            List<RouteMatch> matches = index.match(text, query, topK, context);

            List<Compared> expected = BruteForce.match(index, text, query, topK, context);
            assertThat(namesOf(matches))
                    .as("query %d of seed %d", i, seed)
                    .isEqualTo(expected.stream()
                            .map(compared -> compared.route().name())
                            .toList());
            for (int rank = 0; rank < matches.size(); rank++) {
                assertThat(matches.get(rank).similarity())
                        .isCloseTo(expected.get(rank).similarity(), within(1e-5));
            }
        }
    }

    @Test
    void match_closedRoutesLeaveRoomForOpenOnes() {
        List<SemanticRoute> routes = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            routes.add(route("closed " + i, new float[] {1, i * 1e-4f, 0}, 0, onlyFor("gold"), 0.0));
        }
        for (int i = 0; i < 5; i++) {
            routes.add(route("open " + i, new float[] {1, 0.5f + 0.1f * i, 0}, 0, RouteConditions.NONE, 0.0));
        }
        RouteIndex index = RouteIndex.of(routes);

        assertThat(namesOf(index.match("", EAST, 3, ANYBODY))).containsExactly("open 0", "open 1", "open 2");
        assertThat(namesOf(index.match("", EAST, 3, new RouteContext(NOW, "gold", RateAllowance.UNLIMITED))))
                .allMatch(name -> name.startsWith("closed"));
    }

    @Test
    void match_routesBelowTheirThresholdsLeaveRoomForOthers() {
        List<SemanticRoute> routes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            routes.add(route("strict " + i, new float[] {1, 0.1f, i * 1e-4f}, 0, RouteConditions.NONE, 1.0));
        }
        routes.add(route("lenient", new float[] {1, 1, 0}, 0, RouteConditions.NONE, 0.5));
        RouteIndex index = RouteIndex.of(routes);

        assertThat(namesOf(index.match("", EAST, 2, ANYBODY))).containsExactly("lenient");
    }

    @Test
    void match_exhaustedRateMakesWayForTheNext() {
        RouteIndex index = RouteIndex.of(List.of(
                route("first", EAST, 0, new RouteConditions(null, Set.of(), 60), null),
                route("second", new float[] {1, 0.3f, 0}, 0, RouteConditions.NONE, null)));
        RouteContext exhausted = new RouteContext(NOW, null, (name, perMinute) -> false);

        assertThat(namesOf(index.match("", EAST, 1, ANYBODY))).containsExactly("first");
        assertThat(namesOf(index.match("", EAST, 1, exhausted))).containsExactly("second");
    }

    @Test
    void match_priorityDecidesAmongEquals() {
        RouteIndex index = RouteIndex.of(List.of(
                route("a", EAST, 1, RouteConditions.NONE, null),
                route("b", atCosine(0.995), 2, RouteConditions.NONE, null),
                route("c", atCosine(0.97), 9, RouteConditions.NONE, null)));

        assertThat(namesOf(index.match("", EAST, 3, ANYBODY))).containsExactly("b", "a", "c");
        assertThat(namesOf(index.match("", EAST, 1, ANYBODY))).containsExactly("b");
    }

    @Test
    void match_priorityIsNotCarriedByAChainOfSmallSteps() {
        List<SemanticRoute> chain = IntStream.range(0, 10)
                .mapToObj(i -> route("r" + i, atCosine(1 - 0.006 * i), i, RouteConditions.NONE, null))
                .toList();

        List<RouteMatch> matches = RouteIndex.of(chain).match("", EAST, 10, ANYBODY);

        assertThat(namesOf(matches)).containsExactly("r1", "r0", "r3", "r2", "r5", "r4", "r7", "r6", "r9", "r8");
    }

    @Test
    void match_noneReachesItsThreshold() {
        RouteIndex index = RouteIndex.of(List.of(
                route("a", EAST, 5, RouteConditions.NONE, null), route("b", NORTH, 5, RouteConditions.NONE, null)));

        assertThat(index.match("", new float[] {0.3f, 0.2f, 1}, 3, ANYBODY)).isEmpty();
    }

    @Test
    void match_ownThresholdReplacesTheDefault() {
        SemanticRoute route = route("a", atCosine(0.5), 0, RouteConditions.NONE, null);

        assertThat(RouteIndex.of(List.of(route)).match("", EAST, 1, ANYBODY)).isEmpty();
        assertThat(RouteIndex.of(List.of(route.withScoreThreshold(0.49))).match("", EAST, 1, ANYBODY))
                .singleElement()
                .satisfies(match -> assertThat(match.threshold()).isEqualTo(0.49));
    }

    @Test
    void match_wordingLiftsARouteOverAnEquallyNearOne() {
        RouteIndex index = RouteIndex.of(List.of(
                new SemanticRoute(
                        "errors",
                        "",
                        List.of(Utterance.of("what does err42 mean", new float[] {1, 0.5f, 0})),
                        "agent",
                        0,
                        RouteConditions.NONE,
                        null),
                new SemanticRoute(
                        "orders",
                        "",
                        List.of(Utterance.of("where is my order", new float[] {1, -0.499f, 0})),
                        "agent",
                        0,
                        RouteConditions.NONE,
                        null)));

        assertThat(namesOf(index.match("", EAST, 2, ANYBODY))).containsExactly("orders", "errors");
        List<RouteMatch> matches = index.match("err42 again", EAST, 2, ANYBODY);
        assertThat(namesOf(matches)).containsExactly("errors", "orders");
        assertThat(matches.getFirst().lexical()).isPositive();
        assertThat(matches.getFirst().similarity())
                .isGreaterThan(matches.getFirst().cosine());
        assertThat(matches.getLast().lexical()).isZero();
    }

    @Test
    void match_tellsTheNearestUtterance() {
        SemanticRoute route = RandomRoutes.route(
                "a", List.of(Utterance.of("north", NORTH), Utterance.of("east", EAST)), 0, RouteConditions.NONE, 0.0);

        RouteMatch match = RouteIndex.of(List.of(route))
                .match("", new float[] {1, 0.2f, 0}, 1, ANYBODY)
                .getFirst();

        assertThat(match.nearest().text()).isEqualTo("east");
    }

    @Test
    void match_confidenceFallsWithARival() {
        SemanticRoute route = route("a", atCosine(0.9), 0, RouteConditions.NONE, 0.0);
        SemanticRoute far = route("b", atCosine(0.2), 0, RouteConditions.NONE, 0.0);
        SemanticRoute rival = route("c", atCosine(0.88), 0, RouteConditions.NONE, 0.0);

        double alone = confidenceOfBest(route, far);
        double contested = confidenceOfBest(route, far, rival);

        assertThat(alone).isBetween(contested, 1.0).isGreaterThan(0.9);
        assertThat(contested).isGreaterThan(0.5);
        List<RouteMatch> matches = RouteIndex.of(List.of(route, far, rival)).match("", EAST, 3, ANYBODY);
        assertThat(matches).extracting(RouteMatch::confidence).isSortedAccordingTo((x, y) -> Double.compare(y, x));
    }

    @Test
    void match_queryWithoutMeaning() {
        RouteIndex index = RouteIndex.of(List.of(route("a", EAST, 0, RouteConditions.NONE, 0.0)));

        assertThat(index.match("", new float[3], 1, ANYBODY)).isEmpty();
    }

    @Test
    void match_noRoutes() {
        assertThat(RouteIndex.of(List.of()).match("hello", EAST, 3, ANYBODY)).isEmpty();
    }

    @Test
    void match_invalidQuery() {
        RouteIndex index = RouteIndex.of(List.of(route("a", EAST, 0, RouteConditions.NONE, null)));

        assertThatThrownBy(() -> index.match("", new float[] {1, 0}, 1, ANYBODY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vector must have 3 components, got 2");
        assertThatThrownBy(() -> index.match("", new float[] {1, Float.POSITIVE_INFINITY, 0}, 1, ANYBODY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vector must be finite, got Infinity at 1");
        assertThatThrownBy(() -> index.match("", EAST, 0, ANYBODY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("top_k must be at least 1, got 0");
    }

    @Test
    void of_contradictoryRoutes() {
        SemanticRoute route = route("a", EAST, 0, RouteConditions.NONE, null);

        assertThatThrownBy(() -> RouteIndex.of(List.of(route, route)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there are two routes \"a\"");
        assertThatThrownBy(() ->
                        RouteIndex.of(List.of(route, route("b", new float[] {1, 2}, 0, RouteConditions.NONE, null))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("routes must have vectors of one dimension, got 3 for \"a\" and 2 for \"b\"");
    }

    @Test
    void updated_answersLikeANewIndex() {
        RandomRoutes random = new RandomRoutes(42, 16, 5, 0.5);
        List<SemanticRoute> routes = new ArrayList<>(random.routes(60, 4));
        RouteIndex index = RouteIndex.of(routes);
        routes.subList(10, 30).clear();
        routes.addAll(random.routes(10, 4).stream()
                .map(route ->
                        RandomRoutes.route("new " + route.name(), route.utterances(), 0, RouteConditions.NONE, null))
                .toList());

        RouteIndex updated = index.updated(routes);

        RouteIndex fresh = RouteIndex.of(routes);
        assertThat(updated.routes()).isEqualTo(fresh.routes());
        for (int i = 0; i < 50; i++) {
            float[] query = random.query();
            assertThat(updated.match("", query, 3, ANYBODY))
                    .usingRecursiveComparison()
                    .withComparatorForType(new DoubleComparator(1e-6), Double.class)
                    .isEqualTo(fresh.match("", query, 3, ANYBODY));
        }
    }

    @Test
    void threshold_unknownRoute() {
        assertThatThrownBy(() -> RouteIndex.of(List.of()).threshold("a"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no route \"a\"");
    }

    private static double confidenceOfBest(SemanticRoute... routes) {
        return RouteIndex.of(List.of(routes))
                .match("", EAST, 1, ANYBODY)
                .getFirst()
                .confidence();
    }

    private static RouteConditions onlyFor(String tier) {
        return new RouteConditions(null, Set.of(tier), null);
    }

    private static float[] atCosine(double cosine) {
        return new float[] {(float) cosine, (float) Math.sqrt(1 - cosine * cosine), 0};
    }

    private static SemanticRoute route(
            String name, float[] vector, int priority, RouteConditions conditions, @Nullable Double threshold) {
        return RandomRoutes.route(name, List.of(Utterance.of("", vector)), priority, conditions, threshold);
    }

    private static List<String> namesOf(List<RouteMatch> matches) {
        return matches.stream().map(match -> match.route().name()).toList();
    }
}
