package dev.tinydancer.engine.semantic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.router.semantic.RouteConditions;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.Utterance;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RouteFinderTest {

    private static final RouteFinder.Query QUERY =
            new RouteFinder.Query(Utterance.of("", new float[] {1, 0}), 2, Instant.EPOCH, null);

    private final CountedUses uses = new CountedUses();
    private final RouteFinder finder = new RouteFinder(uses);

    @Test
    void unlimitedRoutes_askNothing() throws Exception {
        assertThat(find(route("a", null), route("b", null))).containsExactly("a", "b");
        assertThat(uses.asked).isZero();
    }

    @Test
    void bestRoute_isCounted_untilItIsFull() throws Exception {
        SemanticRoute[] routes = {route("a", 2), route("b", null)};
        assertThat(find(routes)).containsExactly("a", "b");
        assertThat(find(routes)).containsExactly("a", "b");
        assertThat(find(routes)).containsExactly("b");
        assertThat(uses.counts).isEqualTo(Map.of("a", 2));
    }

    @Test
    void routesBehindTheBest_areNotCounted_andGiveWayWhenFull() throws Exception {
        SemanticRoute[] routes = {route("a", null), route("b", 1), route("c", null)};
        assertThat(find(routes)).containsExactly("a", "b");
        assertThat(uses.counts).isEmpty();
        uses.counts.put("b", 1);
        assertThat(find(routes)).containsExactly("a", "c");
    }

    @Test
    void bestTakenByAnotherMeanwhile_countsTheNext() throws Exception {
        uses.counts.put("a", 1);
        assertThat(find(route("a", 1), route("b", 1))).containsExactly("b");
        assertThat(uses.counts).isEqualTo(Map.of("a", 1, "b", 1));
    }

    @Test
    void nothingCanBeCounted_limitedRoutesAreLeftOut_andItIsSaid() throws Exception {
        uses.countable = false;
        RouteFinder.Found found = finder.find("tenant", RouteIndex.of(List.of(route("a", 5), route("b", null))), QUERY);
        assertThat(names(found)).containsExactly("b");
        assertThat(found.notice()).contains("rate limit", "read-only");
    }

    private List<String> find(SemanticRoute... routes) throws Exception {
        return names(finder.find("tenant", RouteIndex.of(List.of(routes)), QUERY));
    }

    private static List<String> names(RouteFinder.Found found) {
        return found.matches().stream().map(match -> match.route().name()).toList();
    }

    /** All equally similar to the query, so that the earlier name is the better. */
    private static SemanticRoute route(String name, @Nullable Integer perMinute) {
        return new SemanticRoute(
                name,
                "",
                List.of(Utterance.of("", new float[] {1, 0})),
                "agent",
                'z' - name.charAt(0),
                new RouteConditions(null, Set.of(), perMinute),
                0.5);
    }

    /** Counts in memory. */
    private static final class CountedUses implements RouteUses {

        private final Map<String, Integer> counts = new HashMap<>();
        private int asked;
        private boolean countable = true;

        @Override
        public Set<String> full(String tenant, Map<String, Integer> limits) throws UncountableException {
            ask();
            Set<String> full = new HashSet<>();
            limits.forEach((route, limit) -> {
                if (counts.getOrDefault(route, 0) >= limit) {
                    full.add(route);
                }
            });
            return full;
        }

        @Override
        public boolean take(String tenant, String route, int perMinute) throws UncountableException {
            ask();
            if (counts.getOrDefault(route, 0) >= perMinute) {
                return false;
            }
            counts.merge(route, 1, Integer::sum);
            return true;
        }

        private void ask() throws UncountableException {
            asked++;
            if (!countable) {
                throw new UncountableException(new IllegalStateException("read-only"));
            }
        }
    }
}
