package dev.tinydancer.engine.catalog;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.AgentRegistry;

/**
 * All that the engine has to know of a tenant before it can answer.
 *
 * @param version how often the tenant's catalog has changed; equal versions of committed catalogs mean equal catalogs
 */
public record Catalog(long version, AgentRegistry agents) implements Versioned {

    public Catalog {
        requireNonNull(agents, "agents");
    }
}
