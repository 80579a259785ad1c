package dev.tinydancer.engine.call;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.log.DecisionColumns;
import dev.tinydancer.engine.reservation.ReservingRouter;
import dev.tinydancer.engine.wire.Column;
import dev.tinydancer.engine.wire.ColumnType;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.RowShape;
import dev.tinydancer.router.routing.BatchGoal;
import dev.tinydancer.router.routing.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code batch_route}: which agent answers each of many requests, for {@code ruvector_batch_route}. */
final class BatchRouteVerb implements Verb<BatchRouteArguments> {

    private static final RowShape SHAPE = RowShape.of(
            new Column("request_index", ColumnType.INTEGER),
            new Column("agent_name", ColumnType.TEXT),
            new Column("confidence", ColumnType.DOUBLE),
            new Column("estimated_cost", ColumnType.DOUBLE),
            new Column("estimated_latency_ms", ColumnType.DOUBLE),
            new Column("expected_quality", ColumnType.DOUBLE),
            new Column("decision_id", ColumnType.UUID),
            new Column("error", ColumnType.TEXT),
            new Column("reasoning", ColumnType.TEXT),
            new Column("category", ColumnType.TEXT),
            new Column("input_tokens", ColumnType.INTEGER),
            new Column("output_tokens", ColumnType.INTEGER),
            new Column("embedding", ColumnType.BYTEA));

    private final CatalogStore catalogs;
    private final Function<String, Router> routers;
    private final ReservingRouter reserving;
    private final CallLog log;

    /**
     * @param routers the router of a tenant
     * @param reserving keeps budgets and limits
     * @param log where decisions go whose callers do not write them
     */
    BatchRouteVerb(CatalogStore catalogs, Function<String, Router> routers, ReservingRouter reserving, CallLog log) {
        this.catalogs = catalogs;
        this.routers = routers;
        this.reserving = reserving;
        this.log = log;
    }

    @Override
    public String name() {
        return "batch_route";
    }

    @Override
    public Class<BatchRouteArguments> argumentsType() {
        return BatchRouteArguments.class;
    }

    @Override
    public void answer(Call<BatchRouteArguments> call, ResultWriter result) throws InterruptedException {
        BatchRouteArguments arguments = call.arguments();
        List<@Nullable String> requests = arguments.givenRequests();
        Optional<BatchGoal> goal = arguments.goal();
        List<String> tags = arguments.each().checkedTags();
        Catalog catalog = call.catalog(catalogs);
        BatchRouting routing = new BatchRouting(
                call.tenant(),
                routers.apply(call.tenant()),
                reserving,
                place -> call.occasion(catalog, tags, place),
                arguments.each());
        BatchRouting.Result routed = goal.isPresent() ? routing.whole(requests, goal.get()) : routing.each(requests);
        String optimizeFor =
                goal.isPresent() ? BatchRouteArguments.WHOLE_BATCH : String.valueOf(arguments.optimizeFor());
        String unlogged = log.offer(call, optimizeFor, tags, decisions(requests, routed.rows()));
        Notice.write(result, routed.notice(), unlogged);
        result.rows(SHAPE);
        for (int place = 0; place < requests.size(); place++) {
            write(result, call, place, routed.rows().get(place));
        }
    }

    private static List<CallLog.Entry> decisions(List<@Nullable String> requests, List<BatchRow> rows) {
        List<CallLog.Entry> decisions = new ArrayList<>(rows.size());
        for (int place = 0; place < rows.size(); place++) {
            DecisionColumns decision = rows.get(place).decision();
            String request = requests.get(place);
            if (decision != null && request != null) {
                decisions.add(new CallLog.Entry(place, request, decision));
            }
        }
        return decisions;
    }

    private static void write(ResultWriter result, Call<?> call, int place, BatchRow row) {
        DecisionColumns columns = row.decision();
        result.row();
        result.integer(place + 1);
        result.text(columns == null ? null : columns.agent());
        result.float8(columns == null ? null : columns.confidence());
        result.float8(columns == null ? null : columns.estimatedCostUsd());
        result.float8(columns == null ? null : columns.estimatedLatencyMillis());
        result.float8(columns == null ? null : columns.expectedQuality());
        result.uuid(columns == null ? null : call.decisionId(place));
        result.text(row.error());
        result.text(columns == null ? null : columns.reasoning());
        result.text(columns == null ? null : columns.category());
        result.integer(columns == null ? null : columns.inputTokens());
        result.integer(columns == null ? null : columns.outputTokens());
        result.bytea(columns == null ? null : columns.embedding());
    }
}
