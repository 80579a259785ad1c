package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.quality.RequestFeatures;
import java.util.Comparator;
import java.util.List;

/**
 * What is known of a request, and every registered agent as a candidate for it: what decisions, plans of several agents and
 * batches are made of.
 *
 * @param agents in the order of the registry, the candidates among them with their utility
 */
public record RequestAssessment(RoutingRequest request, RequestFeatures features, List<AgentAssessment> agents) {

    private static final Comparator<AgentAssessment> BEST_FIRST = Comparator.comparingDouble(AgentAssessment::utility)
            .reversed()
            .thenComparingDouble(assessment -> assessment.prospect().costUsd())
            .thenComparingDouble(assessment -> assessment.prospect().latencyMillis())
            .thenComparing(assessment -> assessment.agent().name());

    public RequestAssessment {
        requireNonNull(request, "request");
        requireNonNull(features, "features");
        agents = List.copyOf(agents);
    }

    /**
     * The candidates, in the order of the registry.
     *
     * @throws NoSuitableAgentException if no agent keeps all constraints
     */
    public List<AgentAssessment> candidates() {
        List<AgentAssessment> candidates =
                agents.stream().filter(AgentAssessment::isCandidate).toList();
        if (candidates.isEmpty()) {
            throw NoSuitableAgentException.among(agents);
        }
        return candidates;
    }

    /**
     * The decision for the best candidate.
     *
     * @throws NoSuitableAgentException if no agent keeps all constraints
     */
    public RoutingDecision decide() {
        List<AgentAssessment> ranking = candidates().stream().sorted(BEST_FIRST).toList();
        return new RoutingDecision(
                features,
                ranking,
                ranking.getFirst().quality().mean(),
                Reasoning.ofChoice(request.target(), ranking, agents.size()));
    }

    /** The candidates, best first, then the other agents by name. */
    public List<AgentAssessment> explain() {
        return agents.stream()
                .sorted(Comparator.comparing((AgentAssessment assessment) -> !assessment.isCandidate())
                        .thenComparing((a, b) -> a.isCandidate() && b.isCandidate() ? BEST_FIRST.compare(a, b) : 0))
                .toList();
    }
}
