package dev.tinydancer.router.semantic;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The circumstances of one query, which the conditions of routes are held against.
 *
 * @param now when the query is asked
 * @param userTier the tier of the user who asks, null when it is not known
 * @param rates which limited routes have room
 */
public record RouteContext(Instant now, @Nullable String userTier, RateAllowance rates) {

    public RouteContext {
        requireNonNull(now, "now");
        requireNonNull(rates, "rates");
    }

    /** A query at an instant by a user of unknown tier, with no limit reached. */
    public static RouteContext at(Instant now) {
        return new RouteContext(now, null, RateAllowance.UNLIMITED);
    }
}
