package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.routing.MultiAgentPlan.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans the work of several agents on one request.
 *
 * <p>In a pipeline and in parallel work, the request is divided into the capabilities that it needs most, one for each
 * agent; what says how an agent works and not what it does ({@code fast-response}, {@code simple-tasks}) is no part. A
 * pipeline understands first (analysis, reasoning, ...), then produces (code, creative, ...), then checks (testing,
 * debugging, ...), and within a stage begins with what is needed most. In an ensemble every agent answers the whole
 * request, and the agents are those whose majority is right most often.
 *
 * <p>Constraints hold for each agent by itself, as its assessment says, and those on cost, budget and latency for the plan
 * as a whole too. Where fewer agents fit than were asked for, the plan has as many steps as fit.
 *
 * <p>Immutable and safe for concurrent use.
 */
public final class MultiAgentPlanner {

    /** The role of the one agent that works on a request of which no needed capability is known. */
    private static final String WHOLE = "whole request";

    private static final Comparator<AgentAssessment> ABLEST_FIRST = Comparator.comparingDouble(
                    (AgentAssessment candidate) -> candidate.quality().mean())
            .reversed()
            .thenComparing(candidate -> candidate.agent().name());

    private static final Comparator<AgentAssessment> CHEAPEST_FIRST = Comparator.comparingDouble(
                    (AgentAssessment candidate) -> candidate.prospect().costUsd())
            .thenComparing(ABLEST_FIRST);

    private static final Comparator<AgentAssessment> MOST_USEFUL_FIRST =
            Comparator.comparingDouble(AgentAssessment::utility).reversed().thenComparing(ABLEST_FIRST);

    /** An ensemble is sought among so many by each of the orders above: the search has a figure for each two agents. */
    private static final int VOTERS_OF_EACH_ORDER = 200;

    private final VoteCorrelation correlation;

    /** @param correlation how much agents of an ensemble err together */
    public MultiAgentPlanner(VoteCorrelation correlation) {
        this.correlation = requireNonNull(correlation, "correlation");
    }

    /**
     * The best plan.
     *
     * @param agents how many agents are to work together, at least 1
     * @param assessment the request, and all agents as candidates for it
     * @throws BudgetExhaustedException as {@link RequestAssessment#candidates}
     * @throws NoSuitableAgentException as {@link RequestAssessment#candidates}
     */
    public MultiAgentPlan plan(PlanStrategy strategy, int agents, RequestAssessment assessment) {
        if (agents < 1) {
            throw new IllegalArgumentException("agents must be at least 1, got " + agents);
        }
        List<AgentAssessment> candidates = assessment.candidates();
        RoutingConstraints given = assessment.request().constraints();
        RoutingConstraints constraints = given.withBudgetRemainingUsd(
                Math.min(given.budgetRemainingUsd(), assessment.situation().remainingUsd()));
        int most = Math.min(agents, candidates.size());
        return switch (strategy) {
            case PIPELINE, PARALLEL -> divided(strategy, most, assessment.features(), candidates, constraints);
            case ENSEMBLE -> ensemble(most, candidates, constraints);
        };
    }

    private static MultiAgentPlan divided(
            PlanStrategy strategy,
            int most,
            RequestFeatures features,
            List<AgentAssessment> candidates,
            RoutingConstraints constraints) {
        double maxTotalLatency =
                strategy == PlanStrategy.PIPELINE ? constraints.maxLatencyMillis() : Double.POSITIVE_INFINITY;
        List<WorkDivision.Part> parts = parts(features, most);
        Optional<List<AgentAssessment>> agents = Optional.empty();
        // One part is done by one candidate, which keeps the constraints: the last round has a result.
        while (agents.isEmpty()) {
            agents = new WorkDivision(parts, candidates, maxCost(constraints), maxTotalLatency).best();
            if (agents.isEmpty()) {
                parts = parts.subList(0, parts.size() - 1);
            }
        }
        return plan(strategy, parts, agents.get());
    }

    private static MultiAgentPlan plan(
            PlanStrategy strategy, List<WorkDivision.Part> parts, List<AgentAssessment> agents) {
        List<Step> steps = new ArrayList<>(parts.size());
        for (int part = 0; part < parts.size(); part++) {
            steps.add(new Step(agents.get(part), parts.get(part).capability()));
        }
        if (strategy == PlanStrategy.PIPELINE) {
            steps.sort(Comparator.comparing(step -> WorkStage.of(step.role())));
        }
        return new MultiAgentPlan(strategy, steps, qualityTogether(parts, agents));
    }

    /** What the request needs most, in descending order; the request as a whole if nothing is known of it. */
    private static List<WorkDivision.Part> parts(RequestFeatures features, int most) {
        List<WorkDivision.Part> parts = features.capabilities().entrySet().stream()
                .filter(capability -> WorkStage.isWork(capability.getKey()))
                .sorted(Map.Entry.<String, Double>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .map(capability -> new WorkDivision.Part(capability.getKey(), capability.getValue()))
                .toList();
        return parts.isEmpty() ? List.of(new WorkDivision.Part(WHOLE, 1)) : parts;
    }

    /**
     * The probability that all parts are done well. An agent that answers the whole request well with probability q does
     * a part well with q to the power of the part's share in what is needed: so a request of which one agent did all parts
     * would be answered as well as that agent answers it.
     */
    private static double qualityTogether(List<WorkDivision.Part> parts, List<AgentAssessment> agents) {
        double need = parts.stream().mapToDouble(WorkDivision.Part::need).sum();
        double quality = 1;
        for (int part = 0; part < parts.size(); part++) {
            double share = need > 0 ? parts.get(part).need() / need : 1.0 / parts.size();
            quality *= Math.pow(agents.get(part).quality().mean(), share);
        }
        return quality;
    }

    /**
     * Those among whom an ensemble is sought, in the order of the candidates. The best one is of the ablest where money does
     * not bound it; the cheapest are there so that it has as many members as it could have of all candidates; and where a
     * bound leaves more than them, the best for their price are there as well.
     */
    private static List<AgentAssessment> voters(int most, List<AgentAssessment> candidates) {
        int ofEachOrder = Math.max(most, VOTERS_OF_EACH_ORDER);
        if (candidates.size() <= ofEachOrder) {
            return candidates;
        }
        Set<String> voters = new HashSet<>();
        for (Comparator<AgentAssessment> order : List.of(ABLEST_FIRST, CHEAPEST_FIRST, MOST_USEFUL_FIRST)) {
            candidates.stream()
                    .sorted(order)
                    .limit(ofEachOrder)
                    .forEach(voter -> voters.add(voter.agent().name()));
        }
        return candidates.stream()
                .filter(candidate -> voters.contains(candidate.agent().name()))
                .toList();
    }

    private MultiAgentPlan ensemble(int most, List<AgentAssessment> all, RoutingConstraints constraints) {
        List<AgentAssessment> candidates = voters(most, all);
        EnsembleSearch search = new EnsembleSearch(candidates, correlation, maxCost(constraints));
        Optional<EnsembleSearch.Ensemble> best = Optional.empty();
        // An ensemble of one is a candidate, which keeps the constraints: the last round has a result.
        for (int size = most; best.isEmpty(); size--) {
            best = search.best(size);
        }
        List<AgentAssessment> members = new ArrayList<>();
        for (int member : best.get().members()) {
            members.add(candidates.get(member));
        }
        members.sort(ABLEST_FIRST);
        boolean tiesHappen = members.size() > 1 && members.size() % 2 == 0;
        List<Step> steps = new ArrayList<>();
        for (AgentAssessment member : members) {
            steps.add(new Step(member, tiesHappen && steps.isEmpty() ? "voter, decides a tie" : "voter"));
        }
        return new MultiAgentPlan(PlanStrategy.ENSEMBLE, steps, best.get().quality());
    }

    private static double maxCost(RoutingConstraints constraints) {
        return Math.min(constraints.maxCostUsd(), constraints.budgetRemainingUsd());
    }
}
