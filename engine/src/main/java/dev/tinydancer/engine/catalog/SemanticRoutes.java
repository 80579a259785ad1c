package dev.tinydancer.engine.catalog;

import dev.tinydancer.router.semantic.SemanticRoute;
import java.util.List;

/**
 * The semantic routes of a tenant.
 *
 * @param version how often they have changed; equal versions of committed routes mean equal routes
 */
public record SemanticRoutes(long version, List<SemanticRoute> routes) implements Versioned {

    public SemanticRoutes {
        routes = List.copyOf(routes);
    }

    /** How many utterances they have together. */
    long utterances() {
        return routes.stream().mapToLong(route -> route.utterances().size()).sum();
    }
}
