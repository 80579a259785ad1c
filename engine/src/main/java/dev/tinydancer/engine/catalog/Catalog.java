package dev.tinydancer.engine.catalog;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.policy.Policy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All that the engine has to know of a tenant before it can answer.
 *
 * @param version how often the tenant's catalog has changed; equal versions of committed catalogs mean equal catalogs
 * @param budgets what may be spent
 * @param policies by name, without the {@linkplain Policy#standard() standard} ones that are as usual
 */
public record Catalog(long version, AgentRegistry agents, Budgets budgets, Map<String, Policy> policies)
        implements Versioned {

    public Catalog {
        requireNonNull(agents, "agents");
        requireNonNull(budgets, "budgets");
        policies = Map.copyOf(policies);
    }

    /** A catalog without policies of its own. */
    public Catalog(long version, AgentRegistry agents, Budgets budgets) {
        this(version, agents, budgets, Map.of());
    }

    /** A catalog without budgets and policies. */
    public Catalog(long version, AgentRegistry agents) {
        this(version, agents, Budgets.NONE);
    }

    /** The policy of this name. */
    public Optional<Policy> policy(String name) {
        Policy own = policies.get(name);
        return own == null ? Policy.standard(name) : Optional.of(own);
    }

    /** The names of all policies, the standard ones first. */
    public List<String> policyNames() {
        return Stream.concat(
                        Policy.standard().stream().map(Policy::name),
                        policies.keySet().stream().sorted())
                .distinct()
                .toList();
    }
}
