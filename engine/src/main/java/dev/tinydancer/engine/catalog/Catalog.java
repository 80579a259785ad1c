package dev.tinydancer.engine.catalog;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.AgentRegistry;
import java.util.List;

/**
 * All that the engine has to know of a tenant before it can answer.
 *
 * @param version how often the tenant's catalog has changed; equal versions of committed catalogs mean equal catalogs
 * @param budgets what may be spent
 */
public record Catalog(long version, AgentRegistry agents, List<Budget> budgets) implements Versioned {

    public Catalog {
        requireNonNull(agents, "agents");
        budgets = List.copyOf(budgets);
    }

    /** A catalog without budgets. */
    public Catalog(long version, AgentRegistry agents) {
        this(version, agents, List.of());
    }
}
