package dev.tinydancer.router.routing;

import dev.tinydancer.router.budget.AssignmentProblem;
import dev.tinydancer.router.budget.BatchAssignment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Gives the requests of a batch to agents, all of them in one optimisation.
 *
 * <p>The bound on the sum of costs always holds. Where it does not suffice for every request's cheapest candidate, as many
 * requests as possible are answered, which are those with the cheapest candidates, and the others stay without an agent.
 * Within the bound the goal's mean quality is reached as cheaply as possible; where that is out of reach, or where the goal
 * has none, the plan is the one with the best quality.
 */
public final class BatchPlanner {

    /** Relative error of sums of up to a million costs. */
    private static final double ROUNDING = 1e-12;

    private BatchPlanner() {}

    /**
     * The best plan.
     *
     * @param requests each with all agents as candidates for it
     */
    public static BatchPlan plan(List<RequestAssessment> requests, BatchGoal goal) {
        List<List<AgentAssessment>> candidates = requests.stream()
                .map(request -> request.agents().stream()
                        .filter(AgentAssessment::isCandidate)
                        .filter(candidate -> candidate.prospect().costUsd() < Double.POSITIVE_INFINITY)
                        .toList())
                .toList();
        // Ten dimes are a dollar, and their sum in binary is a hair more.
        BatchGoal rounded = new BatchGoal(goal.minMeanQuality(), goal.maxTotalCostUsd() * (1 + ROUNDING));
        AssignmentProblem problem = problem(candidates, affordable(candidates, rounded.maxTotalCostUsd()));
        BatchAssignment assignment = solve(problem, rounded);
        List<Optional<AgentAssessment>> agents = new ArrayList<>(candidates.size());
        for (int request = 0; request < candidates.size(); request++) {
            List<AgentAssessment> ofRequest = candidates.get(request);
            var agent = assignment.agent(request);
            agents.add(agent.isPresent() ? Optional.of(ofRequest.get(agent.getAsInt())) : Optional.empty());
        }
        return new BatchPlan(
                agents, assignment.totalCostUsd(), assignment.meanQuality(), isQualityReached(assignment, goal));
    }

    private static BatchAssignment solve(AssignmentProblem problem, BatchGoal goal) {
        if (goal.minMeanQuality().isPresent()) {
            BatchAssignment cheapest = problem.cheapest(goal.minMeanQuality().getAsDouble());
            if (cheapest.totalCostUsd() <= goal.maxTotalCostUsd()) {
                return cheapest;
            }
        }
        return goal.maxTotalCostUsd() < Double.POSITIVE_INFINITY
                ? problem.best(goal.maxTotalCostUsd())
                : problem.cheapest(1);
    }

    private static boolean isQualityReached(BatchAssignment assignment, BatchGoal goal) {
        // The assignment keeps its bound to twelve digits.
        return goal.minMeanQuality().isEmpty()
                || !(assignment.meanQuality() < goal.minMeanQuality().getAsDouble() * (1 - 1e-9));
    }

    private static AssignmentProblem problem(List<List<AgentAssessment>> candidates, List<Integer> requests) {
        int most = candidates.stream().mapToInt(List::size).max().orElse(0);
        AssignmentProblem.Builder problem = AssignmentProblem.builder(candidates.size(), most);
        for (int request : requests) {
            List<AgentAssessment> ofRequest = candidates.get(request);
            for (int agent = 0; agent < ofRequest.size(); agent++) {
                problem.offer(request, agent, ofRequest.get(agent).prospect());
            }
        }
        return problem.build();
    }

    /** As many requests as the bound suffices for, those with the cheapest candidates first. */
    private static List<Integer> affordable(List<List<AgentAssessment>> candidates, double maxTotalCostUsd) {
        List<Integer> answerable = IntStream.range(0, candidates.size())
                .filter(request -> !candidates.get(request).isEmpty())
                .boxed()
                .sorted(Comparator.comparingDouble(request -> leastCost(candidates.get(request))))
                .toList();
        double cost = 0;
        List<Integer> affordable = new ArrayList<>(answerable.size());
        for (int request : answerable) {
            cost += leastCost(candidates.get(request));
            if (cost > maxTotalCostUsd) {
                break;
            }
            affordable.add(request);
        }
        return affordable;
    }

    private static double leastCost(List<AgentAssessment> candidates) {
        return candidates.stream()
                .mapToDouble(candidate -> candidate.prospect().costUsd())
                .min()
                .orElseThrow();
    }
}
