package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.budget.BudgetStanding;
import dev.tinydancer.router.conversation.Reading;
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
 * @param reading what is known of the request in its conversation
 * @param agents in the order of the registry, the candidates among them with their utility
 * @param trial whether the request may try an agent out
 */
public record RequestAssessment(
        RoutingRequest request, Situation situation, Reading reading, List<AgentAssessment> agents, TrialDraw trial) {

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
        requireNonNull(reading, "reading");
        requireNonNull(trial, "trial");
        agents = List.copyOf(agents);
    }

    /** In the {@linkplain Situation#USUAL usual} situation, in which nobody is tried out. */
    public RequestAssessment(RoutingRequest request, RequestFeatures features, List<AgentAssessment> agents) {
        this(request, Situation.USUAL, Reading.alone(features), agents, TrialDraw.NONE);
    }

    /** What is known of the request. */
    public RequestFeatures features() {
        return reading.features();
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
        Ranked ranked = rank(ranking);
        AgentAssessment chosen = ranking.getFirst();
        String merit = merit(ranked, ranking)
                + Reasoning.ofStaying(chosen, reading.conversation(), agents)
                + Reasoning.ofExcluded(agents, reading.conversation());
        return decision(ranking, ranked.isTrial(), ranked.probability(), merit);
    }

    /**
     * The decision for the candidate that the plan of a batch has for this request.
     *
     * @param assigned one of the {@linkplain #candidates candidates}
     */
    public RoutingDecision assigned(AgentAssessment assigned, BatchGoal goal, BatchPlan plan) {
        List<AgentAssessment> ranking = new ArrayList<>(candidates());
        ranking.remove(assigned);
        ranking.sort(BEST_FIRST);
        ranking.addFirst(assigned);
        return decision(ranking, false, 1, Reasoning.ofAssignment(goal, plan, ranking));
    }

    private RoutingDecision decision(List<AgentAssessment> ranking, boolean isTrial, double probability, String why) {
        AgentAssessment chosen = ranking.getFirst();
        String merit = why + Reasoning.ofExcerpt(features().excerpt());
        return new RoutingDecision(
                situation.decisionId(),
                features(),
                ranking,
                isTrial,
                probability,
                chosen.quality().mean(),
                Reasoning.grounds(merit, chosen),
                Reasoning.sentence(merit, ranking)
                        + Reasoning.ofDemand(features().difficulty()),
                reading.after(chosen.agent().name(), chosen.outputTokens()));
    }

    private String merit(Ranked ranked, List<AgentAssessment> ranking) {
        if (ranked.exhausted().isPresent()) {
            return Reasoning.ofCheapest(ranked.exhausted().get(), ranking, agents.size());
        }
        return ranked.isTrial()
                ? Reasoning.ofTrial(request.policy(), ranking, agents.size())
                : Reasoning.ofChoice(request.policy(), ranking, agents.size());
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
     * How candidates were put in order.
     *
     * @param exhausted the budget that made the first one the cheapest, if a budget did
     * @param isTrial whether the first one is tried out
     * @param probability that it came to be the first
     */
    private record Ranked(Optional<BudgetStanding> exhausted, boolean isTrial, double probability) {}

    /** Puts candidates in order, the one that is to be chosen first. */
    private Ranked rank(List<AgentAssessment> candidates) {
        candidates.sort(BEST_FIRST);
        double probability = chooseAmongEquals(candidates);
        AgentAssessment best = candidates.getFirst();
        Optional<BudgetStanding> exhausted =
                situation.callsForTheCheapest(best.agent(), best.prospect().costUsd());
        if (exhausted.isPresent()) {
            candidates.sort(CHEAPEST_FIRST);
            return new Ranked(exhausted, false, chooseAmongEquals(candidates));
        }
        AgentAssessment tried = trial.share() > 0 ? mostHopeful(candidates) : best;
        if (tried.hope() <= best.hope()
                || EqualAgents.areEqual(tried, best)
                || situation
                        .callsForTheCheapest(tried.agent(), tried.prospect().costUsd())
                        .isPresent()) {
            return new Ranked(exhausted, false, probability);
        }
        if (trial.isDrawn()) {
            moveToFront(candidates, tried);
            return new Ranked(exhausted, true, trial.share());
        }
        return new Ranked(exhausted, false, probability * (1 - trial.share()));
    }

    private double chooseAmongEquals(List<AgentAssessment> candidates) {
        EqualAgents.Choice choice = EqualAgents.choose(candidates, situation);
        moveToFront(candidates, choice.agent());
        return choice.probability();
    }

    private static AgentAssessment mostHopeful(List<AgentAssessment> candidates) {
        AgentAssessment first = candidates.getFirst();
        for (AgentAssessment candidate : candidates) {
            if (candidate.hope() > first.hope()) {
                first = candidate;
            }
        }
        return first;
    }

    private static void moveToFront(List<AgentAssessment> ranking, AgentAssessment chosen) {
        ranking.remove(chosen);
        ranking.addFirst(chosen);
    }
}
