package dev.tinydancer.engine.call;

import static java.util.stream.Collectors.joining;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.reservation.ReservingRouter;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.Router;
import dev.tinydancer.router.routing.RoutingRequest;
import dev.tinydancer.router.routing.Violation;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code explain_route}: every agent as a candidate for a request, for {@code ruvector_explain_route}. */
final class ExplainRouteVerb implements Verb<RouteArguments> {

    private static final RowShape SHAPE = RowShape.of(
            new Column("agent_name", ColumnType.TEXT),
            new Column("chosen", ColumnType.BOOLEAN),
            new Column("excluded_by", ColumnType.TEXT),
            new Column("expected_quality", ColumnType.DOUBLE),
            new Column("quality_evidence", ColumnType.DOUBLE),
            new Column("estimated_cost", ColumnType.DOUBLE),
            new Column("estimated_latency_ms", ColumnType.DOUBLE),
            new Column("utility", ColumnType.DOUBLE),
            new Column("reasoning", ColumnType.TEXT));

    private final CatalogStore catalogs;
    private final Function<String, Router> routers;
    private final ReservingRouter reserving;

    /** Asks the router of the call's tenant, with the budgets and limits that {@code reserving} knows. */
    ExplainRouteVerb(CatalogStore catalogs, Function<String, Router> routers, ReservingRouter reserving) {
        this.catalogs = catalogs;
        this.routers = routers;
        this.reserving = reserving;
    }

    @Override
    public String name() {
        return "explain_route";
    }

    @Override
    public Class<RouteArguments> argumentsType() {
        return RouteArguments.class;
    }

    @Override
    public void answer(Call<RouteArguments> call, ResultWriter result) throws InterruptedException {
        RoutingRequest request = call.arguments().toRequest();
        Catalog catalog = call.catalog(catalogs);
        Router router = routers.apply(call.tenant());
        List<AgentAssessment> assessments = reserving
                .look(
                        call.occasion(catalog, call.arguments().checkedTags()),
                        situation -> router.assess(catalog.agents(), request, situation))
                .explain();
        Notice.write(result, null);
        result.rows(SHAPE);
        boolean first = true;
        for (AgentAssessment assessment : assessments) {
            write(result, assessment, first && assessment.isCandidate());
            first = false;
        }
    }

    private static void write(ResultWriter result, AgentAssessment assessment, boolean chosen) {
        result.row();
        result.text(assessment.agent().name());
        result.bool(chosen);
        result.text(excludedBy(assessment));
        result.float8(assessment.prospect().quality());
        result.float8(assessment.quality().similarRequests());
        result.float8(assessment.prospect().costUsd());
        result.float8(assessment.prospect().latencyMillis());
        result.float8(assessment.isCandidate() ? assessment.utility() : null);
        result.text(assessment.reasoning());
    }

    private static @Nullable String excludedBy(AgentAssessment assessment) {
        return assessment.isCandidate()
                ? null
                : assessment.violations().stream().map(Violation::toString).collect(joining(", "));
    }
}
