package dev.tinydancer.router.budget;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * How a monthly budget is best spread over the agents.
 *
 * @param agents every agent of the demand, in descending order of their part of the budget, then of their requests, then
 *     by name
 * @param demandedRequests what the month brings
 * @param answeredRequests how many of these the budget answers
 * @param meanQuality of the answered requests, in [0, 1]; NaN if none are answered
 * @param qualityReached whether the mean quality that was asked for is reached. If not, no request can be answered within
 *     the budget that well, and this is the allocation with the most quality that disregards it
 * @param marginalQualityPerDollar how many more good answers a month the next dollar would bring: the dual value of the
 *     budget in the linear programme. 0 when there is money left over
 */
public record BudgetAllocation(
        List<AgentBudget> agents,
        double demandedRequests,
        double answeredRequests,
        double meanQuality,
        boolean qualityReached,
        double marginalQualityPerDollar) {

    public BudgetAllocation {
        agents = List.copyOf(agents);
    }

    /**
     * The part of one agent.
     *
     * @param agent its name
     * @param allocationUsd its part of the monthly budget, in US dollars
     * @param share the same as a share of the budget, in [0, 1]; 0 if the budget is 0
     * @param expectedRequests how many requests it answers in a month
     * @param expectedQuality the mean expected quality of these; NaN if there are none
     */
    public record AgentBudget(
            String agent, double allocationUsd, double share, double expectedRequests, double expectedQuality) {

        public AgentBudget {
            requireNonNull(agent, "agent");
        }
    }
}
