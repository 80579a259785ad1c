package dev.tinydancer.engine.semantic;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import dev.tinydancer.router.semantic.RouteContext;
import dev.tinydancer.router.semantic.RouteIndex;
import dev.tinydancer.router.semantic.RouteMatch;
import dev.tinydancer.router.semantic.SemanticRoute;
import dev.tinydancer.router.semantic.Utterance;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the routes for a query, none of which has used up its rate limit. Safe for concurrent use. */
public final class RouteFinder {
    /*
     * Routes are matched as if every limited one had room, and only those found are asked after. Whichever has none is left
     * out of the next round, so a query that meets no limited route costs no statement. In the end the best is used, which
     * another engine may have done faster; then it has no room, and there is one more round.
     */

    private static final Logger LOG = LoggerFactory.getLogger(RouteFinder.class);

    private final RouteUses uses;

    public RouteFinder(RouteUses uses) {
        this.uses = uses;
    }

    /**
     * A query.
     *
     * @param utterance its text and embedding
     * @param topK how many routes to find, at least 1
     * @param userTier of the user who asks, null when it is not known
     */
    public record Query(
            Utterance utterance,
            int topK,
            Instant now,
            @Nullable String userTier) {}

    /**
     * What was found.
     *
     * @param matches the best first; the first has been counted, if it is limited
     * @param notice what the caller is to be told, or null
     */
    public record Found(List<RouteMatch> matches, @Nullable String notice) {}

    /** The routes of a tenant that fit a query. */
    public Found find(String tenant, RouteIndex index, Query query) throws InterruptedException {
        Set<String> full = new HashSet<>();
        while (true) {
            List<RouteMatch> matches = match(index, query, full);
            try {
                Set<String> found = full(tenant, matches);
                if (found.isEmpty()) {
                    return new Found(matches, null);
                }
                full.addAll(found);
            } catch (RouteUses.UncountableException e) {
                LOG.warn("routes with a rate limit are left out", e);
                return new Found(
                        match(index, query, limited(index)),
                        "routes with a rate limit are left out, because " + e.getMessage());
            }
        }
    }

    private static List<RouteMatch> match(RouteIndex index, Query query, Set<String> full) {
        return index.match(
                query.utterance().text(),
                query.utterance().toArray(),
                query.topK(),
                new RouteContext(query.now(), query.userTier(), (route, _) -> !full.contains(route)));
    }

    /** Those of the matches that have no room; none when the best has been counted. */
    private Set<String> full(String tenant, List<RouteMatch> matches)
            throws InterruptedException, RouteUses.UncountableException {
        Map<String, Integer> behind = matches.stream()
                .skip(1)
                .map(RouteMatch::route)
                .filter(RouteFinder::isLimited)
                .collect(toMap(SemanticRoute::name, RouteFinder::limit));
        Set<String> full = behind.isEmpty() ? Set.of() : uses.full(tenant, behind);
        if (full.isEmpty() && !matches.isEmpty()) {
            SemanticRoute best = matches.getFirst().route();
            if (isLimited(best) && !uses.take(tenant, best.name(), limit(best))) {
                return Set.of(best.name());
            }
        }
        return full;
    }

    private static Set<String> limited(RouteIndex index) {
        Set<String> limited = new HashSet<>();
        for (SemanticRoute route : index.routes()) {
            if (isLimited(route)) {
                limited.add(route.name());
            }
        }
        return limited;
    }

    private static boolean isLimited(SemanticRoute route) {
        return route.conditions().ratePerMinute() != null;
    }

    private static int limit(SemanticRoute route) {
        return requireNonNull(route.conditions().ratePerMinute());
    }
}
