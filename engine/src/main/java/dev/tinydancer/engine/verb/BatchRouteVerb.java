package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.log.DecisionColumns;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.routing.BatchGoal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code batch_route}: which agent answers each of many requests, for {@code ruvector_batch_route}. */
final class BatchRouteVerb implements Verb<BatchRouteArguments> {

    private final RoutingCalls calls;

    BatchRouteVerb(RoutingCalls calls) {
        this.calls = calls;
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
    public void answer(Call<BatchRouteArguments> call, Reply reply) throws InterruptedException {
        BatchRouteArguments arguments = call.arguments();
        List<@Nullable String> requests = arguments.givenRequests();
        RoutingCall routing = calls.open(call, arguments.each());
        Optional<BatchGoal> goal = arguments.goal(routing.catalog());
        arguments.eachAlone().check(routing.catalog());
        BatchRouting batch = new BatchRouting(routing, arguments.eachAlone());
        BatchRouting.Result routed = goal.isPresent() ? batch.whole(requests, goal.get()) : batch.each(requests);
        List<@Nullable String> logRows =
                logRows(routing, arguments.policyName(routing.catalog()), requests, routed.rows());
        reply.rows(Notices.joined(routed.notice(), routing.notice(reply)));
        for (int place = 0; place < requests.size(); place++) {
            reply.row(
                    row(routing, place, requests.get(place), routed.rows().get(place))
                            .toString(),
                    logRows.get(place));
        }
    }

    private static List<@Nullable String> logRows(
            RoutingCall routing, String optimizeFor, List<@Nullable String> requests, List<BatchRow> rows) {
        List<@Nullable String> logRows = new ArrayList<>(rows.size());
        for (int place = 0; place < rows.size(); place++) {
            DecisionColumns decision = rows.get(place).decision();
            String request = requests.get(place);
            if (decision == null) {
                routing.refused(optimizeFor, rows.get(place).state());
            }
            logRows.add(
                    decision == null || request == null
                            ? null
                            : routing.log(place, optimizeFor, null, request, decision));
        }
        return logRows;
    }

    private static CompositeText row(RoutingCall routing, int place, @Nullable String request, BatchRow row) {
        CompositeText text = new CompositeText().integer(place + 1).text(request);
        DecisionColumns decision = row.decision();
        if (decision == null) {
            text.text(null).float8(null).float8(null).float8(null).float8(null).uuid(null);
        } else {
            text.text(decision.agent())
                    .float8(decision.confidence())
                    .float8(decision.estimatedCostUsd())
                    .float8(decision.estimatedLatencyMillis())
                    .float8(decision.expectedQuality())
                    .uuid(routing.decisionId(place));
        }
        return text.text(row.error()).text(decision == null ? null : decision.reasoning());
    }
}
