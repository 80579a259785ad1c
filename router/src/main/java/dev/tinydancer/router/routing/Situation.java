package dev.tinydancer.router.routing;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentStanding;
import dev.tinydancer.router.budget.BudgetScope;
import dev.tinydancer.router.budget.BudgetStanding;
import dev.tinydancer.router.budget.ExhaustedPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * In what situation a request comes: what changes from request to request, while an {@link
 * dev.tinydancer.router.agent.AgentRegistry} changes with the catalog.
 *
 * @param standings by the agents' names; an agent that is missing is at rest
 * @param asksLastResort whether, when the circuit of every agent that fits is open, the one is asked all the same whose rest
 *     ends first; otherwise nobody is
 * @param budgets those that the request comes under
 * @param decisionId decides between agents that are equal in all else; null leaves that to their names
 */
public record Situation(
        Map<String, AgentStanding> standings,
        boolean asksLastResort,
        List<BudgetStanding> budgets,
        @Nullable UUID decisionId) {

    /** Of the requests that an agent would get, those that may try it while its circuit is half open. */
    private static final double SHARE_THAT_TRIES = 0.1;

    /** All agents at rest, and no budget. */
    public static final Situation USUAL = new Situation(Map.of(), true, List.of(), null);

    public Situation {
        standings = Map.copyOf(standings);
        budgets = List.copyOf(budgets);
    }

    /** The same with another id. */
    public Situation withDecisionId(UUID id) {
        return new Situation(standings, asksLastResort, budgets, id);
    }

    /** How this agent stands. */
    AgentStanding standingOf(Agent agent) {
        return standings.getOrDefault(agent.name(), AgentStanding.AT_REST);
    }

    /**
     * Whether the agent's circuit lets the request through. While it is half open, the decision's id draws the lot, so that
     * nothing has to be kept of those that try it; without one the answer is no.
     */
    boolean letsTry(Agent agent) {
        return switch (standingOf(agent).circuit()) {
            case CLOSED -> true;
            case OPEN -> false;
            // The complement, because equal agents are drawn for by the hash itself.
            case HALF_OPEN ->
                decisionId != null && Lot.falls(decisionId, ~agent.name().hashCode(), SHARE_THAT_TRIES);
        };
    }

    /** Whether it makes a difference to the assessment: without it, an agent would be asked, or another one. */
    boolean constrains(List<AgentAssessment> agents) {
        for (AgentAssessment assessment : agents) {
            Agent agent = assessment.agent();
            if (standingOf(agent).inFlight() >= agent.maxConcurrency()) {
                return true;
            }
            for (BudgetStanding budget : budgets) {
                if (budget.isOverdrawnBy(agent, assessment.prospect().costUsd())) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * What all answers to the request together may cost in US dollars, at least 0: the least that is left of a budget which
     * covers every agent and must not be exceeded; infinite without any.
     */
    public double remainingUsd() {
        return budgets.stream()
                .filter(budget -> budget.scope().kind() != BudgetScope.Kind.AGENT)
                .filter(budget -> budget.exhaustedPolicy() == ExhaustedPolicy.REJECT)
                .mapToDouble(BudgetStanding::remainingUsd)
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** What is left for an answer of this agent in US dollars, at least 0; infinite where no budget covers it. */
    double remainingUsdFor(Agent agent) {
        double remaining = Double.POSITIVE_INFINITY;
        for (BudgetStanding budget : budgets) {
            if (budget.scope().covers(agent)) {
                remaining = Math.min(remaining, budget.remainingUsd());
            }
        }
        return remaining;
    }

    /** A budget whose rest does not suffice for the agent, and under which the cheapest is to be taken then. */
    Optional<BudgetStanding> callsForTheCheapest(Agent agent, double costUsd) {
        return budgets.stream()
                .filter(budget -> budget.exhaustedPolicy() == ExhaustedPolicy.CHEAPEST)
                .filter(budget -> budget.isOverdrawnBy(agent, costUsd))
                .findFirst();
    }
}
