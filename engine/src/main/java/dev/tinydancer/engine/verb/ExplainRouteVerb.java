package dev.tinydancer.engine.verb;

import static java.util.stream.Collectors.joining;

import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.call.Verb;
import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code explain_route}: every agent as a candidate for a request, for {@code ruvector_explain_route}. */
final class ExplainRouteVerb implements Verb<RouteArguments> {

    private final RoutingCalls calls;

    ExplainRouteVerb(RoutingCalls calls) {
        this.calls = calls;
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
    public void answer(Call<RouteArguments> call, Reply reply) throws InterruptedException {
        RoutingCall routing = calls.open(call, call.arguments());
        List<AgentAssessment> assessments = routing.look(call.arguments().toRequest(routing.catalog(), call.at()))
                .explain();
        reply.rows(routing.notice(reply));
        boolean first = true;
        for (AgentAssessment assessment : assessments) {
            reply.row(row(assessment, first && assessment.isCandidate()));
            first = false;
        }
    }

    private static CompositeText row(AgentAssessment assessment, boolean chosen) {
        return new CompositeText()
                .text(assessment.agent().name())
                .bool(chosen)
                .text(excludedBy(assessment))
                .float8(assessment.prospect().quality())
                .float8(assessment.quality().similarRequests())
                .float8(assessment.prospect().costUsd())
                .float8(assessment.prospect().latencyMillis())
                .float8(assessment.isCandidate() ? assessment.utility() : null)
                .text(assessment.reasoning());
    }

    private static @Nullable String excludedBy(AgentAssessment assessment) {
        return assessment.isCandidate()
                ? null
                : assessment.violations().stream().map(Violation::toString).collect(joining(", "));
    }
}
