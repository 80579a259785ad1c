package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.log.DecisionColumns;
import dev.tinydancer.engine.reservation.ReservingRouter.Attempt;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.BatchGoal;
import dev.tinydancer.router.routing.BatchPlan;
import dev.tinydancer.router.routing.BatchPlanner;
import dev.tinydancer.router.routing.RequestAssessment;
import dev.tinydancer.router.routing.RoutingConstraints;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.RoutingRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Routes the requests of one batch, each by itself or all as a whole. For one call, in its thread. */
final class BatchRouting {

    /** Longer than any prompt; a batch is to fail at the one text that is not a request, and not as a whole. */
    private static final int MOST_CHARACTERS = 1_000_000;

    private final RoutingCall routing;
    private final RouteArguments each;
    private final RoutingConstraints constraints;
    private final Policy policy;

    /** @param each what holds for each request */
    BatchRouting(RoutingCall routing, RouteArguments each) {
        this.routing = routing;
        this.each = each;
        this.constraints = each.constraints();
        this.policy = each.policy(routing.catalog());
    }

    /**
     * The rows of a batch, in the order of the requests.
     *
     * @param notice what the caller is to be told of the whole; null for nothing
     */
    record Result(List<BatchRow> rows, @Nullable String notice) {}

    /** Routes each request as if it were the only one, but for what those before it have taken of the remaining budget. */
    Result each(List<@Nullable String> requests) throws InterruptedException {
        return routing.together(attempt -> each(requests, attempt));
    }

    private Result each(List<@Nullable String> requests, Attempt attempt) throws InterruptedException {
        List<BatchRow> rows = new ArrayList<>(requests.size());
        double spent = 0;
        for (int place = 0; place < requests.size(); place++) {
            Call.requireWaiting();
            try {
                double remaining = Math.max(0, constraints.budgetRemainingUsd() - spent);
                RoutingRequest request = request(requests.get(place), constraints.withBudgetRemainingUsd(remaining));
                RoutingDecision decision = routing.decide(attempt, place, request);
                spent += decision.chosen().prospect().costUsd();
                rows.add(BatchRow.of(DecisionColumns.ofBatch(decision)));
            } catch (EngineException e) {
                rows.add(BatchRow.failed(e));
            }
        }
        return new Result(rows, null);
    }

    /** Gives all requests to agents in one optimisation. */
    Result whole(List<@Nullable String> requests, BatchGoal goal) throws InterruptedException {
        return routing.together(attempt -> whole(requests, goal, attempt));
    }

    private Result whole(List<@Nullable String> requests, BatchGoal goal, Attempt attempt) throws InterruptedException {
        @Nullable BatchRow[] rows = new @Nullable BatchRow[requests.size()];
        List<AgentAssessment> chosen = new ArrayList<>(requests.size());
        boolean qualityReached = true;
        double spent = 0;
        List<Integer> open = IntStream.range(0, rows.length).boxed().toList();
        // The plan knows of money and not of places: those who find none at their agent are planned again without it.
        while (!open.isEmpty()) {
            List<RequestAssessment> assessments = new ArrayList<>(open.size());
            List<Integer> places = new ArrayList<>(open.size());
            double remaining = goal.maxTotalCostUsd() - spent;
            for (int place : open) {
                Call.requireWaiting();
                try {
                    RequestAssessment assessment = assess(attempt, place, requests.get(place));
                    remaining = Math.min(remaining, assessment.situation().remainingUsd());
                    assessments.add(assessment);
                    places.add(place);
                } catch (EngineException e) {
                    rows[place] = BatchRow.failed(e);
                }
            }
            BatchGoal rest = new BatchGoal(goal.minMeanQuality(), Math.max(0, remaining));
            BatchPlan plan = BatchPlanner.plan(assessments, rest);
            qualityReached &= plan.qualityReached();
            List<Integer> refused = new ArrayList<>();
            for (int i = 0; i < assessments.size(); i++) {
                int place = places.get(i);
                Optional<AgentAssessment> agent = plan.agents().get(i);
                if (agent.isEmpty() || routing.reserve(attempt, place, agent.get())) {
                    rows[place] = row(assessments.get(i), agent, rest, plan);
                    agent.ifPresent(chosen::add);
                    spent += agent.map(one -> one.prospect().costUsd()).orElse(0.0);
                } else {
                    rows[place] = BatchRow.failed(Routed.taken(agent.get()));
                    refused.add(place);
                }
            }
            open = refused.size() < open.size() ? refused : List.of();
        }
        return new Result(
                Arrays.asList(rows).stream().map(BatchRow.class::cast).toList(),
                qualityReached ? null : outOfReach(goal, chosen));
    }

    private RequestAssessment assess(Attempt attempt, int place, @Nullable String text) throws InterruptedException {
        RequestAssessment assessment = routing.look(attempt, place, request(text, constraints));
        Routed.orFail(assessment::candidates);
        return assessment;
    }

    private RoutingRequest request(@Nullable String text, RoutingConstraints kept) {
        String given = Arguments.text("request", text);
        if (given.length() > MOST_CHARACTERS && given.codePointCount(0, given.length()) > MOST_CHARACTERS) {
            throw new EngineException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "request must have at most " + MOST_CHARACTERS + " characters in a batch");
        }
        return each.toRequest(given, policy, kept);
    }

    private static BatchRow row(
            RequestAssessment assessment, Optional<AgentAssessment> agent, BatchGoal goal, BatchPlan plan) {
        if (agent.isEmpty()) {
            return BatchRow.failed(new EngineException(
                    SqlState.BUDGET_EXHAUSTED,
                    "what the batch may cost does not suffice for this request beside the others"));
        }
        return BatchRow.of(DecisionColumns.ofBatch(assessment.assigned(agent.get(), goal, plan)));
    }

    private static String outOfReach(BatchGoal goal, List<AgentAssessment> chosen) {
        double meanQuality = chosen.stream()
                .mapToDouble(agent -> agent.prospect().quality())
                .average()
                .orElse(Double.NaN);
        return "a mean quality of %.4g is out of reach%s: the best assignment has %.4g"
                .formatted(
                        goal.minMeanQuality().orElseThrow(),
                        goal.maxTotalCostUsd() < Double.POSITIVE_INFINITY
                                ? " for %.6g dollars".formatted(goal.maxTotalCostUsd())
                                : "",
                        meanQuality);
    }
}
