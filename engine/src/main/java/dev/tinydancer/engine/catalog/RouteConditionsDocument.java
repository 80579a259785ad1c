package dev.tinydancer.engine.catalog;

import dev.tinydancer.router.semantic.RouteConditions;
import dev.tinydancer.router.semantic.TimeRange;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of a route as JSON has them; null for what was not given. The SQL functions have checked their form.
 *
 * @param timeRange two times of a day
 * @param timeZone whose clock shows them; UTC unless given
 * @param rateLimit uses per minute
 */
public record RouteConditionsDocument(
        @Nullable List<String> timeRange,
        @Nullable String timeZone,
        @Nullable List<String> userTier,
        @Nullable Integer rateLimit) {

    private static final String DEFAULT_ZONE = "UTC";
    private static final int TIMES = 2;

    public RouteConditionsDocument {
        if (timeRange != null && timeRange.size() != TIMES) {
            throw new IllegalArgumentException("a time_range has two times, got " + timeRange.size());
        }
        timeRange = timeRange == null ? null : List.copyOf(timeRange);
        userTier = userTier == null ? null : List.copyOf(userTier);
    }

    /**
     * What they mean.
     *
     * @throws IllegalArgumentException if a value has no meaning; the message names it
     */
    public RouteConditions toConditions() {
        return new RouteConditions(
                timeRange == null
                        ? null
                        : TimeRange.parse(
                                timeRange.getFirst(), timeRange.getLast(), timeZone == null ? DEFAULT_ZONE : timeZone),
                userTier == null ? Set.of() : Set.copyOf(userTier),
                rateLimit);
    }
}
