package dev.tinydancer.router.routing;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentLimits;
import dev.tinydancer.router.agent.AgentNames;
import dev.tinydancer.router.agent.Capabilities;
import java.util.Set;

/**
 * What a chosen agent must keep, whatever is optimised.
 *
 * @param requiredCapabilities words that the agent must all have
 * @param maxCostUsd bound on the estimated cost of this request, at least 0; infinite means no bound
 * @param maxLatencyMillis bound on the estimated latency, at least 0; infinite means no bound
 * @param minQuality bound on the predicted quality where recorded outcomes stand behind it, and on the registered
 *     quality score where none do, in [0, 1]
 * @param minRelativeQuality what part of the best candidate's expected quality an agent must have, in [0, 1]; the best has it
 * @param excludedAgents names that are not to be chosen, as {@link AgentNames#folded} has them, however they are given
 * @param budgetRemainingUsd what is left to spend, at least 0; a dearer agent is out of the question, and the closer the
 *     cost comes to it, the more it counts; infinite means that money does not run out
 * @param needs abilities that the agent must all have, by their {@linkplain AgentLimits#ability ordinary names}
 */
public record RoutingConstraints(
        Capabilities requiredCapabilities,
        double maxCostUsd,
        double maxLatencyMillis,
        double minQuality,
        double minRelativeQuality,
        Set<String> excludedAgents,
        double budgetRemainingUsd,
        Set<String> needs) {

    /** No constraint at all. */
    public static final RoutingConstraints NONE = new RoutingConstraints(
            Capabilities.of(),
            Double.POSITIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            0,
            0,
            Set.of(),
            Double.POSITIVE_INFINITY,
            Set.of());

    public RoutingConstraints {
        requireAtLeastZero("maxCostUsd", maxCostUsd);
        requireAtLeastZero("maxLatencyMillis", maxLatencyMillis);
        requireAtLeastZero("budgetRemainingUsd", budgetRemainingUsd);
        requireShare("minQuality", minQuality);
        requireShare("minRelativeQuality", minRelativeQuality);
        excludedAgents = excludedAgents.stream().map(AgentNames::folded).collect(toUnmodifiableSet());
        needs = AgentLimits.ordinary(needs);
    }

    /** Whether the agent is not to be chosen. */
    boolean excludes(Agent agent) {
        return !excludedAgents.isEmpty() && excludedAgents.contains(AgentNames.folded(agent.name()));
    }

    private static void requireAtLeastZero(String name, double value) {
        if (!(value >= 0)) {
            throw new IllegalArgumentException(name + " must be at least 0, got " + value);
        }
    }

    private static void requireShare(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
        }
    }

    public RoutingConstraints withRequiredCapabilities(Capabilities required) {
        return new RoutingConstraints(
                required,
                maxCostUsd,
                maxLatencyMillis,
                minQuality,
                minRelativeQuality,
                excludedAgents,
                budgetRemainingUsd,
                needs);
    }

    public RoutingConstraints withMaxCostUsd(double bound) {
        return new RoutingConstraints(
                requiredCapabilities,
                bound,
                maxLatencyMillis,
                minQuality,
                minRelativeQuality,
                excludedAgents,
                budgetRemainingUsd,
                needs);
    }

    public RoutingConstraints withMaxLatencyMillis(double bound) {
        return new RoutingConstraints(
                requiredCapabilities,
                maxCostUsd,
                bound,
                minQuality,
                minRelativeQuality,
                excludedAgents,
                budgetRemainingUsd,
                needs);
    }

    public RoutingConstraints withMinQuality(double bound) {
        return new RoutingConstraints(
                requiredCapabilities,
                maxCostUsd,
                maxLatencyMillis,
                bound,
                minRelativeQuality,
                excludedAgents,
                budgetRemainingUsd,
                needs);
    }

    public RoutingConstraints withMinRelativeQuality(double share) {
        return new RoutingConstraints(
                requiredCapabilities,
                maxCostUsd,
                maxLatencyMillis,
                minQuality,
                share,
                excludedAgents,
                budgetRemainingUsd,
                needs);
    }

    public RoutingConstraints withExcludedAgents(Set<String> names) {
        return new RoutingConstraints(
                requiredCapabilities,
                maxCostUsd,
                maxLatencyMillis,
                minQuality,
                minRelativeQuality,
                names,
                budgetRemainingUsd,
                needs);
    }

    public RoutingConstraints withBudgetRemainingUsd(double remaining) {
        return new RoutingConstraints(
                requiredCapabilities,
                maxCostUsd,
                maxLatencyMillis,
                minQuality,
                minRelativeQuality,
                excludedAgents,
                remaining,
                needs);
    }

    public RoutingConstraints withNeeds(Set<String> abilities) {
        return new RoutingConstraints(
                requiredCapabilities,
                maxCostUsd,
                maxLatencyMillis,
                minQuality,
                minRelativeQuality,
                excludedAgents,
                budgetRemainingUsd,
                abilities);
    }
}
