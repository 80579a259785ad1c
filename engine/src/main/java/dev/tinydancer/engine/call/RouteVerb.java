package dev.tinydancer.engine.call;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.log.DecisionColumns;
import dev.tinydancer.engine.log.DecisionLog;
import dev.tinydancer.engine.log.LoggedDecision;
import dev.tinydancer.engine.log.RequestHash;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.routing.NoSuitableAgentException;
import dev.tinydancer.router.routing.Router;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.RoutingRequest;
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
    private final DecisionLog log;
    private final JsonMapper json;

    /**
     * @param routers the router of a tenant
     * @param log where decisions go whose callers do not write them
     */
    RouteVerb(CatalogStore catalogs, Function<String, Router> routers, DecisionLog log, JsonMapper json) {
        this.catalogs = catalogs;
        this.routers = routers;
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
        RoutingDecision decision = route(routers.apply(call.tenant()), catalog, request);
        DecisionColumns columns = DecisionColumns.of(decision, json);
        Notice.write(result, log(call, request, columns));
        write(result, call.decisionId(), columns);
    }

    /** Leaves the decision to the log if the caller does not write it itself; returns what the caller is to be told. */
    private @Nullable String log(Call<RouteArguments> call, RoutingRequest request, DecisionColumns columns) {
        if (call.log() != LogMode.ASYNC) {
            return null;
        }
        UUID decisionId = call.decisionId();
        if (decisionId == null) {
            throw new EngineException(
                    SqlState.PROTOCOL_VIOLATION, "a decision that the engine is to log needs a decision_id");
        }
        boolean taken = log.offer(new LoggedDecision(
                decisionId,
                call.tenant(),
                request.target().sqlName(),
                call.arguments().checkedTags(),
                RequestHash.hex(request.text()),
                call.logRequests() ? request.text() : null,
                columns));
        return taken ? null : "the engine's queue of decisions to log is full, this one is not logged";
    }

    private static RoutingDecision route(Router router, Catalog catalog, RoutingRequest request) {
        try {
            return router.route(catalog.agents(), request);
        } catch (NoSuitableAgentException e) {
            throw new EngineException(SqlState.NO_AGENT_FITS, String.valueOf(e.getMessage()), e.detail(), e.hint());
        }
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
