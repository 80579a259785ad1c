package dev.tinydancer.engine.semantic;

import java.util.Map;
import java.util.Set;

/** How often routes with a rate limit were chosen in the current minute, by all engines together. */
public interface RouteUses {

    /**
     * Which of the routes have no room left.
     *
     * @param limits uses per minute by route
     * @throws UncountableException if nothing can be counted
     */
    Set<String> full(String tenant, Map<String, Integer> limits) throws InterruptedException, UncountableException;

    /**
     * Counts a use of a route, unless there is no room for it; whether there was.
     *
     * @throws UncountableException if nothing can be counted
     */
    boolean take(String tenant, String route, int perMinute) throws InterruptedException, UncountableException;

    /** The engine's database is read-only, so that uses can be neither counted nor limited. */
    final class UncountableException extends Exception {

        private static final long serialVersionUID = 1L;

        /** @param cause what the database said */
        public UncountableException(Throwable cause) {
            super("the engine's database is read-only", cause);
        }
    }
}
