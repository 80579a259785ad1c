package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.log.DecisionColumns;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.MultiAgentPlan;
import dev.tinydancer.router.routing.MultiAgentPlanner;
import dev.tinydancer.router.routing.PlanStrategy;
import dev.tinydancer.router.routing.RequestAssessment;
import dev.tinydancer.router.routing.RoutingRequest;
import dev.tinydancer.router.routing.VoteCorrelation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code route_multi}: which agents work on a request together, for {@code ruvector_route_multi}. */
final class RouteMultiVerb implements Verb<RouteMultiArguments> {

    private final RoutingCalls calls;
    private final MultiAgentPlanner planner = new MultiAgentPlanner(VoteCorrelation.USUAL);

    RouteMultiVerb(RoutingCalls calls) {
        this.calls = calls;
    }

    @Override
    public String name() {
        return "route_multi";
    }

    @Override
    public Class<RouteMultiArguments> argumentsType() {
        return RouteMultiArguments.class;
    }

    @Override
    public void answer(Call<RouteMultiArguments> call, Reply reply) throws InterruptedException {
        RouteMultiArguments arguments = call.arguments();
        int agents = arguments.checkedNumAgents();
        PlanStrategy strategy = arguments.checkedStrategy();
        RoutingCall routing = calls.open(call, arguments.each());
        RoutingRequest request = arguments.each().toRequest(routing.catalog(), call.at());
        Planned planned = routing.counted(
                strategy.sqlName(),
                () -> routing.together(attempt -> {
                    RequestAssessment assessment = routing.look(attempt, 0, request);
                    MultiAgentPlan plan = Routed.orFail(() -> planner.plan(strategy, agents, assessment));
                    for (int place = 0; place < plan.steps().size(); place++) {
                        AgentAssessment agent = plan.steps().get(place).assessment();
                        if (!routing.reserve(attempt, place, agent)) {
                            throw Routed.taken(agent);
                        }
                    }
                    return new Planned(assessment, plan);
                }));
        List<DecisionColumns> steps = planned.steps();
        List<@Nullable String> logRows = new ArrayList<>(steps.size());
        for (int place = 0; place < steps.size(); place++) {
            logRows.add(routing.log(place, strategy.sqlName(), null, request.text(), steps.get(place)));
        }
        reply.rows(Notices.joined(fewer(planned.plan(), agents, planned.assessment()), routing.notice(reply)));
        for (int place = 0; place < steps.size(); place++) {
            reply.row(row(routing, planned.plan(), place, steps.get(place)).toString(), logRows.get(place));
        }
    }

    private record Planned(RequestAssessment assessment, MultiAgentPlan plan) {

        List<DecisionColumns> steps() {
            List<DecisionColumns> steps = new ArrayList<>(plan.steps().size());
            for (int place = 0; place < plan.steps().size(); place++) {
                MultiAgentPlan.Step step = plan.steps().get(place);
                String reasoning = "%s: %s, step %d of %d, %s; %s"
                        .formatted(
                                step.assessment().agent().name(),
                                step.role(),
                                place + 1,
                                plan.steps().size(),
                                plan.strategy().sqlName(),
                                step.assessment().reasoning());
                steps.add(DecisionColumns.ofMany(step.assessment(), assessment.features(), reasoning));
            }
            return steps;
        }
    }

    private static @Nullable String fewer(MultiAgentPlan plan, int agents, RequestAssessment assessment) {
        int steps = plan.steps().size();
        if (steps == agents) {
            return null;
        }
        int candidates = assessment.candidates().size();
        String reason;
        if (candidates < agents) {
            reason = "of the registered agents fit " + candidates;
        } else if (plan.strategy() == PlanStrategy.ENSEMBLE) {
            reason = "more agents would cost too much together";
        } else {
            reason = "the request has no more parts, or more agents would exceed the limits together";
        }
        return "the plan has %d instead of %d steps: %s".formatted(steps, agents, reason);
    }

    private static CompositeText row(RoutingCall routing, MultiAgentPlan plan, int place, DecisionColumns step) {
        return new CompositeText()
                .integer(place + 1)
                .text(step.agent())
                .text(plan.steps().get(place).role())
                .float8(step.confidence())
                .float8(step.estimatedCostUsd())
                .float8(step.estimatedLatencyMillis())
                .uuid(routing.decisionId(place))
                .float8(plan.costUsd())
                .float8(plan.latencyMillis())
                .float8(plan.quality());
    }
}
