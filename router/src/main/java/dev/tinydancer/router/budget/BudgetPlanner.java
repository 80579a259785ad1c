package dev.tinydancer.router.budget;

import dev.tinydancer.router.budget.BudgetAllocation.AgentBudget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Spreads a monthly budget over the agents by the linear programme that answers the requests of a month with the highest
 * sum of expected quality.
 *
 * <p>An agent that is too slow for a category, or never answers it well, is no choice for it. The cost stays within the
 * budget, and the mean quality of the answered requests reaches the goal: for either, requests may have to stay without an
 * answer. With money left over every request is answered that the goal admits, each by the best agent, and of agents
 * equally good by the cheapest.
 */
public final class BudgetPlanner {

    private static final Comparator<AgentBudget> LARGEST_FIRST = Comparator.comparingDouble(AgentBudget::allocationUsd)
            .thenComparingDouble(AgentBudget::expectedRequests)
            .reversed()
            .thenComparing(AgentBudget::agent);

    private BudgetPlanner() {}

    /**
     * The best allocation.
     *
     * @param demand one for each category; what an agent does not offer it does not answer
     */
    public static BudgetAllocation allocate(List<CategoryDemand> demand, BudgetGoal goal) {
        List<String> agents = demand.stream()
                .flatMap(category -> category.offers().keySet().stream())
                .distinct()
                .sorted()
                .toList();
        List<AllocationProgramme.Supply> supplies = supplies(demand, agents, goal.maxLatencyMillis());
        AllocationProgramme programme = new AllocationProgramme(supplies, goal.minMeanQuality());
        List<AllocationProgramme.Flow> flows = programme.flows(goal.monthlyBudgetUsd());
        boolean qualityReached = !flows.isEmpty();
        if (!qualityReached) {
            programme = new AllocationProgramme(supplies, 0);
            flows = programme.flows(goal.monthlyBudgetUsd());
        }
        double answered =
                flows.stream().mapToDouble(AllocationProgramme.Flow::requests).sum();
        double quality =
                flows.stream().mapToDouble(AllocationProgramme.Flow::quality).sum();
        return new BudgetAllocation(
                budgets(agents, flows, goal.monthlyBudgetUsd()),
                demand.stream().mapToDouble(CategoryDemand::requestsPerMonth).sum(),
                answered,
                quality / answered,
                qualityReached,
                programme.marginalQualityPerDollar(goal.monthlyBudgetUsd()));
    }

    private static List<AllocationProgramme.Supply> supplies(
            List<CategoryDemand> demand, List<String> agents, double maxLatencyMillis) {
        List<AllocationProgramme.Supply> supplies = new ArrayList<>(demand.size());
        for (CategoryDemand category : demand) {
            List<ChoiceGroup.Option> options = new ArrayList<>(agents.size());
            for (int agent = 0; agent < agents.size(); agent++) {
                var offer = category.offers().get(agents.get(agent));
                if (offer != null && offer.latencyMillis() <= maxLatencyMillis && offer.quality() > 0) {
                    options.add(new ChoiceGroup.Option(agent, offer.costUsd(), offer.quality()));
                }
            }
            if (category.requestsPerMonth() > 0 && !options.isEmpty()) {
                supplies.add(new AllocationProgramme.Supply(category.requestsPerMonth(), new ChoiceGroup(options)));
            }
        }
        return supplies;
    }

    private static List<AgentBudget> budgets(
            List<String> agents, List<AllocationProgramme.Flow> flows, double monthlyBudgetUsd) {
        double[] cost = new double[agents.size()];
        double[] requests = new double[agents.size()];
        double[] quality = new double[agents.size()];
        for (AllocationProgramme.Flow flow : flows) {
            cost[flow.agent()] += flow.costUsd();
            requests[flow.agent()] += flow.requests();
            quality[flow.agent()] += flow.quality();
        }
        List<AgentBudget> budgets = new ArrayList<>(agents.size());
        for (int agent = 0; agent < agents.size(); agent++) {
            double share = monthlyBudgetUsd > 0 ? cost[agent] / monthlyBudgetUsd : 0;
            budgets.add(new AgentBudget(
                    agents.get(agent), cost[agent], share, requests[agent], quality[agent] / requests[agent]));
        }
        budgets.sort(LARGEST_FIRST);
        return budgets;
    }
}
