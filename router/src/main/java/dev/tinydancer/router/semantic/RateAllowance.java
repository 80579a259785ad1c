package dev.tinydancer.router.semantic;

/**
 * Tells whether a route may be used once more in the current minute.
 *
 * <p>The uses themselves are counted by the caller, since all processes that serve the same routes share them. A caller
 * counts a use only when a route was really chosen; if that fails because another process was faster, the allowance now
 * says so and matching again gives the next best route.
 */
@FunctionalInterface
public interface RateAllowance {

    /** An allowance without end. */
    RateAllowance UNLIMITED = (routeName, perMinute) -> true;

    /**
     * Whether the route may be used once more. Asked only of routes that have a limit and meet their other conditions.
     *
     * @param perMinute the route's limit, at least 1
     */
    boolean hasRoom(String routeName, int perMinute);
}
