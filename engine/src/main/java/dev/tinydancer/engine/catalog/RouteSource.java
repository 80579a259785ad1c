package dev.tinydancer.engine.catalog;

import java.util.Map;

/** Where committed semantic routes come from. Safe for concurrent use; a failure is a runtime exception. */
public interface RouteSource {

    /** The committed version of each tenant's routes, by tenant. */
    Map<String, Long> versions();

    /** The committed version of a tenant's routes; 0 for a tenant that never had one. */
    long versionOf(String tenant);

    /** How many utterances the committed routes of a tenant have together. */
    long utterancesOf(String tenant);

    /** The committed routes of a tenant. */
    SemanticRoutes load(String tenant);
}
