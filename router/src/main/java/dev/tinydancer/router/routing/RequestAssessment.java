package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.budget.BudgetStanding;
import dev.tinydancer.router.quality.RequestFeatures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a request, and every registered agent as a candidate for it: what decisions, plans of several agents and
 * batches are made of.
 *
 * @param situation in which the request comes
 * @param agents in the order of the registry, the candidates among them with their utility
 */
public record RequestAssessment(
        RoutingRequest request, Situation situation, RequestFeatures features, List<AgentAssessment> agents) {

    private static final Comparator<AgentAssessment> BEST_FIRST = Comparator.comparingDouble(AgentAssessment::utility)
            .reversed()
            .thenComparingDouble(assessment -> assessment.prospect().costUsd())
            .thenComparingDouble(assessment -> assessment.prospect().latencyMillis())
            .thenComparing(assessment -> assessment.agent().name());

    private static final Comparator<AgentAssessment> CHEAPEST_FIRST = Comparator.comparingDouble(
                    (AgentAssessment assessment) -> assessment.prospect().costUsd())
            .thenComparing(BEST_FIRST);

    public RequestAssessment {
        requireNonNull(request, "request");
        requireNonNull(situation, "situation");
        requireNonNull(features, "features");
        agents = List.copyOf(agents);
    }

    /** In the {@linkplain Situation#USUAL usual} situation. */
    public RequestAssessment(RoutingRequest request, RequestFeatures features, List<AgentAssessment> agents) {
        this(request, Situation.USUAL, features, agents);
    }

    /**
     * The candidates, in the order of the registry.
     *
     * @throws BudgetExhaustedException if no agent keeps all constraints, and one would with more money in a budget
     * @throws NoSuitableAgentException if no agent keeps all constraints otherwise
     */
    public List<AgentAssessment> candidates() {
        List<AgentAssessment> candidates =
                agents.stream().filter(AgentAssessment::isCandidate).toList();
        if (candidates.isEmpty()) {
            throw agents.stream().anyMatch(AgentAssessment::lacksNothingButMoney)
                    ? BudgetExhaustedException.among(agents)
                    : NoSuitableAgentException.among(agents);
        }
        return candidates;
    }

    /**
     * The decision for the best candidate.
     *
     * @throws BudgetExhaustedException as {@link #candidates}
     * @throws NoSuitableAgentException as {@link #candidates}
     */
    public RoutingDecision decide() {
        List<AgentAssessment> ranking = new ArrayList<>(candidates());
        Optional<BudgetStanding> exhausted = rank(ranking);
        String reasoning = exhausted.isPresent()
                ? Reasoning.ofCheapest(exhausted.get(), ranking, agents.size())
                : Reasoning.ofChoice(request.target(), ranking, agents.size());
        return new RoutingDecision(
                situation.decisionId(),
                features,
                ranking,
                ranking.getFirst().quality().mean(),
                reasoning);
    }

    /**
     * Whether a limit of an agent or a budget stands in the way of an agent, which a look at newer figures may show to be
     * no longer so.
     */
    public boolean isConstrainedBySituation() {
        return situation.constrains(agents);
    }

    /** The candidates, the one that would be chosen before all, then the other agents by name. */
    public List<AgentAssessment> explain() {
        List<AgentAssessment> explained = new ArrayList<>(
                agents.stream().filter(AgentAssessment::isCandidate).toList());
        if (!explained.isEmpty()) {
            rank(explained);
        }
        agents.stream().filter(assessment -> !assessment.isCandidate()).forEach(explained::add);
        return explained;
    }

    /**
     * Puts candidates in order, the one that is to be chosen first. Returns the budget that made it the cheapest one, if a
     * budget did.
     */
    private Optional<BudgetStanding> rank(List<AgentAssessment> candidates) {
        candidates.sort(BEST_FIRST);
        moveToFront(candidates, EqualAgents.choose(candidates, situation));
        AgentAssessment best = candidates.getFirst();
        Optional<BudgetStanding> exhausted =
                situation.callsForTheCheapest(best.agent(), best.prospect().costUsd());
        if (exhausted.isPresent()) {
            candidates.sort(CHEAPEST_FIRST);
            moveToFront(candidates, EqualAgents.choose(candidates, situation));
        }
        return exhausted;
    }

    private static void moveToFront(List<AgentAssessment> ranking, AgentAssessment chosen) {
        ranking.remove(chosen);
        ranking.addFirst(chosen);
    }
}
