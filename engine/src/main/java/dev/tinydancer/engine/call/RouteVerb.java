package dev.tinydancer.engine.call;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.log.DecisionColumns;
import dev.tinydancer.engine.reservation.ReservingRouter;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.routing.Router;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.RoutingRequest;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** {@code route}: which agent answers a request, for {@code ruvector_route}. */
final class RouteVerb implements Verb<RouteArguments> {

    private static final RowShape SHAPE = RowShape.of(
            new Column("agent_name", ColumnType.TEXT),
            new Column("confidence", ColumnType.DOUBLE),
            new Column("estimated_cost", ColumnType.DOUBLE),
            new Column("estimated_latency_ms", ColumnType.DOUBLE),
            new Column("expected_quality", ColumnType.DOUBLE),
            new Column("reasoning", ColumnType.TEXT),
            new Column("decision_id", ColumnType.UUID),
            new Column("alternatives", ColumnType.JSONB),
            new Column("category", ColumnType.TEXT),
            new Column("input_tokens", ColumnType.INTEGER),
            new Column("output_tokens", ColumnType.INTEGER),
            new Column("embedding", ColumnType.BYTEA));

    private final CatalogStore catalogs;
    private final Function<String, Router> routers;
    private final ReservingRouter reserving;
    private final CallLog log;
    private final JsonMapper json;

    /**
     * @param routers the router of a tenant
     * @param reserving keeps budgets and limits
     * @param log where decisions go whose callers do not write them
     */
    RouteVerb(
            CatalogStore catalogs,
            Function<String, Router> routers,
            ReservingRouter reserving,
            CallLog log,
            JsonMapper json) {
        this.catalogs = catalogs;
        this.routers = routers;
        this.reserving = reserving;
        this.log = log;
        this.json = json;
    }

    @Override
    public String name() {
        return "route";
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
        RoutingDecision decision = Routed.orFail(() -> reserving.decide(
                call.occasion(catalog, call.arguments().checkedTags()),
                situation -> router.assess(catalog.agents(), request, situation)));
        DecisionColumns columns = DecisionColumns.of(decision, json);
        String notice = log.offer(
                call,
                request.target().sqlName(),
                call.arguments().checkedTags(),
                List.of(new CallLog.Entry(0, request.text(), columns)));
        Notice.write(result, notice);
        write(result, call.decisionId(), columns);
    }

    private static void write(ResultWriter result, @Nullable UUID decisionId, DecisionColumns columns) {
        result.rows(SHAPE);
        result.row();
        result.text(columns.agent());
        result.float8(columns.confidence());
        result.float8(columns.estimatedCostUsd());
        result.float8(columns.estimatedLatencyMillis());
        result.float8(columns.expectedQuality());
        result.text(columns.reasoning());
        result.uuid(decisionId);
        result.jsonb(columns.alternatives());
        result.text(columns.category());
        result.integer(columns.inputTokens());
        result.integer(columns.outputTokens());
        result.bytea(columns.embedding());
    }
}
