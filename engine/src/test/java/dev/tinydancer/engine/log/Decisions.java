package dev.tinydancer.engine.log;

import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.EffortEstimate;
import dev.tinydancer.router.quality.QualityEstimate;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.routing.Router;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.RoutingRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decisions to be logged, made by a real router of two agents. */
final class Decisions {

    private static final Router ROUTER = new Router(
            text -> new RequestFeatures(3, new float[] {0.6f, -0.8f}, Map.of("code", 0.9), Map.of()),
            (request, agent) -> new QualityEstimate(agent.performance().qualityScore(), 0.1, 0, 0),
            (request, agent) -> new EffortEstimate(agent.performance().avgLatencyMillis(), 120, 0));

    private static final AgentRegistry AGENTS = AgentRegistry.of(List.of(agent("a\tb", 0.9), agent("c\\d", 0.8)));

    private Decisions() {}

    /** Of a decision for the first of these agents, who charge this for 1,000 tokens of input and of output. */
    static DecisionColumns columns(List<String> names, double usdPer1kTokens) {
        List<Agent> agents = new ArrayList<>();
        for (String name : names) {
            agents.add(Agent.named(name)
                    .usdPer1kInputTokens(usdPer1kTokens)
                    .usdPer1kOutputTokens(usdPer1kTokens)
                    .averageLatencyMillis(100)
                    .quality(0.9 - 0.1 * agents.size())
                    .build());
        }
        RoutingDecision decision = ROUTER.route(
                AgentRegistry.of(agents), RoutingRequest.of("Hello there").optimizing(Policy.QUALITY));
        return DecisionColumns.of(decision, ProtocolJson.mapper());
    }

    private static Agent agent(String name, double quality) {
        return Agent.named(name)
                .usdPer1kInputTokens(0.01)
                .usdPer1kOutputTokens(0.02)
                .averageLatencyMillis(100)
                .quality(quality)
                .build();
    }

    /** A UUID of version 7 of this time, of a decision that an engine logs. */
    static UUID idAt(Instant time, int number) {
        return new UUID(time.toEpochMilli() << 16 | 0x7001, 0x8000_0000_0000_0000L | number);
    }

    static LoggedDecision decision(UUID id, List<String> tags, @Nullable String request) {
        RoutingDecision decision =
                ROUTER.route(AGENTS, RoutingRequest.of("Hello there").optimizing(Policy.QUALITY));
        return LoggedDecision.of(
                id,
                "default",
                "quality",
                tags,
                null,
                request == null ? "Hello there" : request,
                request != null,
                DecisionColumns.of(decision, ProtocolJson.mapper()));
    }
}
