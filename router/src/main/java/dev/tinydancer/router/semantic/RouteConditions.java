package dev.tinydancer.router.semantic;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a route may be used at all. A route whose conditions are not met does not take part in the ranking.
 *
 * @param timeRange the part of the day in which it is open, null for the whole day
 * @param userTiers whom it serves, empty for everybody; compared after trimming and without regard to case. A user of
 *     unknown tier is in none of them
 * @param ratePerMinute how often it may be used in a minute, at least 1, null for any number
 */
public record RouteConditions(
        @Nullable TimeRange timeRange,
        Set<String> userTiers,
        @Nullable Integer ratePerMinute) {

    /** No conditions. */
    public static final RouteConditions NONE = new RouteConditions(null, Set.of(), null);

    public RouteConditions {
        userTiers = normalised(userTiers);
        if (ratePerMinute != null && ratePerMinute < 1) {
            throw new IllegalArgumentException("rate_limit must be at least 1 per minute, got " + ratePerMinute);
        }
    }

    /** Whether every condition is met. The rate is asked last, and only of a route that is otherwise open. */
    boolean admit(String routeName, RouteContext context) {
        return (timeRange == null || timeRange.contains(context.now()))
                && (userTiers.isEmpty() || serves(context.userTier()))
                && (ratePerMinute == null || context.rates().hasRoom(routeName, ratePerMinute));
    }

    private boolean serves(@Nullable String tier) {
        return tier != null && userTiers.contains(normalise(tier));
    }

    private static Set<String> normalised(Collection<String> tiers) {
        Set<String> normal = new LinkedHashSet<>();
        for (String tier : tiers) {
            if (tier.isBlank()) {
                throw new IllegalArgumentException("a user_tier must not be empty");
            }
            normal.add(normalise(tier));
        }
        return Collections.unmodifiableSet(normal);
    }

    private static String normalise(String tier) {
        return tier.strip().toLowerCase(Locale.ROOT);
    }
}
