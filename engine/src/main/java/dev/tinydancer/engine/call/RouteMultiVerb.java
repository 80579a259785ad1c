package dev.tinydancer.engine.call;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.log.DecisionColumns;
import dev.tinydancer.engine.reservation.ReservingRouter;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.MultiAgentPlan;
import dev.tinydancer.router.routing.MultiAgentPlanner;
import dev.tinydancer.router.routing.PlanStrategy;
import dev.tinydancer.router.routing.RequestAssessment;
import dev.tinydancer.router.routing.Router;
import dev.tinydancer.router.routing.RoutingRequest;
import dev.tinydancer.router.routing.VoteCorrelation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code route_multi}: which agents work on a request together, for {@code ruvector_route_multi}. */
final class RouteMultiVerb implements Verb<RouteMultiArguments> {

    private static final RowShape SHAPE = RowShape.of(
            new Column("step", ColumnType.INTEGER),
            new Column("agent_name", ColumnType.TEXT),
            new Column("role", ColumnType.TEXT),
            new Column("confidence", ColumnType.DOUBLE),
            new Column("estimated_cost", ColumnType.DOUBLE),
            new Column("estimated_latency_ms", ColumnType.DOUBLE),
            new Column("decision_id", ColumnType.UUID),
            new Column("plan_cost", ColumnType.DOUBLE),
            new Column("plan_latency_ms", ColumnType.DOUBLE),
            new Column("plan_quality", ColumnType.DOUBLE),
            new Column("expected_quality", ColumnType.DOUBLE),
            new Column("reasoning", ColumnType.TEXT),
            new Column("category", ColumnType.TEXT),
            new Column("input_tokens", ColumnType.INTEGER),
            new Column("output_tokens", ColumnType.INTEGER),
            new Column("embedding", ColumnType.BYTEA));

    private final CatalogStore catalogs;
    private final Function<String, Router> routers;
    private final ReservingRouter reserving;
    private final CallLog log;
    private final MultiAgentPlanner planner = new MultiAgentPlanner(VoteCorrelation.USUAL);

    /**
     * @param routers the router of a tenant
     * @param reserving keeps budgets and limits
     * @param log where decisions go whose callers do not write them
     */
    RouteMultiVerb(CatalogStore catalogs, Function<String, Router> routers, ReservingRouter reserving, CallLog log) {
        this.catalogs = catalogs;
        this.routers = routers;
        this.reserving = reserving;
        this.log = log;
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
    public void answer(Call<RouteMultiArguments> call, ResultWriter result) throws InterruptedException {
        RouteMultiArguments arguments = call.arguments();
        RoutingRequest request = arguments.route().toRequest();
        int agents = arguments.checkedNumAgents();
        PlanStrategy strategy = arguments.checkedStrategy();
        List<String> tags = arguments.route().checkedTags();
        Catalog catalog = call.catalog(catalogs);
        Router router = routers.apply(call.tenant());
        Planned planned = reserving.together(call.tenant(), attempt -> {
            RequestAssessment assessment = attempt.look(
                    call.occasion(catalog, tags), situation -> router.assess(catalog.agents(), request, situation));
            MultiAgentPlan plan = Routed.orFail(() -> planner.plan(strategy, agents, assessment));
            for (int place = 0; place < plan.steps().size(); place++) {
                AgentAssessment agent = plan.steps().get(place).assessment();
                if (!attempt.reserve(call.occasion(catalog, tags, place), agent)) {
                    throw Routed.taken(agent);
                }
            }
            return new Planned(assessment, plan);
        });
        MultiAgentPlan plan = planned.plan();
        RequestAssessment assessment = planned.assessment();
        List<CallLog.Entry> steps = steps(plan, assessment);
        String unlogged = log.offer(call, strategy.sqlName(), tags, steps);
        Notice.write(result, fewer(plan, agents, assessment), unlogged);
        result.rows(SHAPE);
        for (CallLog.Entry step : steps) {
            write(result, call, plan, step);
        }
    }

    private record Planned(RequestAssessment assessment, MultiAgentPlan plan) {}

    private static List<CallLog.Entry> steps(MultiAgentPlan plan, RequestAssessment assessment) {
        List<CallLog.Entry> entries = new ArrayList<>(plan.steps().size());
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
            entries.add(new CallLog.Entry(
                    place,
                    assessment.request().text(),
                    DecisionColumns.ofMany(step.assessment(), assessment.features(), reasoning)));
        }
        return entries;
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

    private static void write(
            ResultWriter result, Call<RouteMultiArguments> call, MultiAgentPlan plan, CallLog.Entry step) {
        DecisionColumns columns = step.columns();
        result.row();
        result.integer(step.place() + 1);
        result.text(columns.agent());
        result.text(plan.steps().get(step.place()).role());
        result.float8(columns.confidence());
        result.float8(columns.estimatedCostUsd());
        result.float8(columns.estimatedLatencyMillis());
        result.uuid(call.decisionId(step.place()));
        result.float8(plan.costUsd());
        result.float8(plan.latencyMillis());
        result.float8(plan.quality());
        result.float8(columns.expectedQuality());
        result.text(columns.reasoning());
        result.text(columns.category());
        result.integer(columns.inputTokens());
        result.integer(columns.outputTokens());
        result.bytea(columns.embedding());
    }
}
