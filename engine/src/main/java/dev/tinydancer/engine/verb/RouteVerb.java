package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.log.DecisionColumns;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.RoutingRequest;
import tools.jackson.databind.json.JsonMapper;

/** {@code route}: which agent answers a request, for {@code ruvector_route}. */
final class RouteVerb implements Verb<RouteArguments> {

    /** Of later ones the caller knows better. */
    private static final int FIRST_ATTEMPT = 1;

    private final RoutingCalls calls;
    private final JsonMapper json;

    RouteVerb(RoutingCalls calls, JsonMapper json) {
        this.calls = calls;
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
    public void answer(Call<RouteArguments> call, Reply reply) throws InterruptedException {
        RoutingCall routing = calls.open(call, call.arguments());
        RoutingRequest request = call.arguments().toRequest(routing.catalog(), call.at());
        RoutingDecision decision = routing.counted(
                request.policy().name(), () -> routing.together(attempt -> routing.decide(attempt, 0, request)));
        DecisionColumns columns = DecisionColumns.of(decision, json);
        String conversationId = call.arguments().conversationId();
        String logRow = routing.log(0, request.policy().name(), conversationId, request.text(), columns);
        String result = new CompositeText()
                .text(columns.agent())
                .float8(columns.confidence())
                .float8(columns.estimatedCostUsd())
                .float8(columns.estimatedLatencyMillis())
                .float8(columns.expectedQuality())
                .text(columns.reasoning())
                .uuid(routing.decisionId(0))
                .text(columns.alternatives())
                .integer(FIRST_ATTEMPT)
                .toString();
        String turn = routing.turn(0, conversationId, decision, json);
        reply.value(routing.notice(reply), result, logRow, turn);
    }
}
