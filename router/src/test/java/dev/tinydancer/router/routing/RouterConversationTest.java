package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.agent.AgentStanding;
import dev.tinydancer.router.agent.Circuit;
import dev.tinydancer.router.conversation.CachedPrefix;
import dev.tinydancer.router.conversation.Conversation;
import dev.tinydancer.router.conversation.ConversationState;
import dev.tinydancer.router.conversation.Message;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.EffortEstimate;
import dev.tinydancer.router.quality.QualityEstimate;
import dev.tinydancer.router.quality.RequestFeatures;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class RouterConversationTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Agent LARGE = agent("large");
    private static final Agent SMALL = agent("small");
    private static final AgentRegistry REGISTRY = AgentRegistry.of(List.of(LARGE, SMALL));

    /** What is predicted of each agent; free of cost and of one latency. */
    private final Map<String, Double> qualities = new HashMap<>(Map.of("large", 0.9, "small", 0.9));

    private final Router router = new Router(
            text -> new RequestFeatures(10, new float[] {1}, Map.of("code", 1.0), Map.of()),
            (_, agent) -> new QualityEstimate(requireNonNull(qualities.get(agent.name())), 0.001, 0, 0),
            (_, _) -> new EffortEstimate(100, 400, 0));

    @Test
    void route_littleBetterAgent_isNotWorthASwitch() {
        qualities.put("large", 0.91);
        ConversationState state = answeredBy("small");

        RoutingDecision decision = route(state);

        assertThat(decision.chosen().agent()).isEqualTo(SMALL);
        assertThat(decision.reasoning()).contains("; stays, which was worth 2 points;");
        assertThat(requireNonNull(decision.conversation()).turns()).isEqualTo(2);
    }

    @Test
    void route_betterAgent_isWorthASwitch() {
        qualities.put("large", 0.93);

        RoutingDecision decision = route(answeredBy("small"));

        assertThat(decision.chosen().agent()).isEqualTo(LARGE);
        assertThat(decision.reasoning()).contains("; leaves small, though staying was worth 2 points;");
        assertThat(requireNonNull(decision.conversation()).agent()).isEqualTo("large");
    }

    /** Of 20,000 tokens at a cent for 1,000, a tenth of that in the cache, 18 cents are saved; the worth is five costs. */
    @Test
    void route_warmCache_isWorthWhatItSaves() {
        Agent cached = priced("small");
        Agent other = priced("large");
        AgentRegistry registry = AgentRegistry.of(List.of(cached, other));
        qualities.put("large", 0.93);
        ConversationState state = new ConversationState(
                3, "small", false, 20_000, null, Map.of("small", new CachedPrefix(20_000, NOW.minusSeconds(60))));
        RoutingRequest request = RoutingRequest.of("text").optimizing(Policy.BALANCED);

        RoutingDecision warm = router.route(registry, request.in(Conversation.NONE.as(state, NOW)));
        RoutingDecision cold = router.route(registry, request.in(Conversation.NONE.as(state, NOW.plusSeconds(300))));

        assertThat(warm.chosen().agent()).isEqualTo(cached);
        assertThat(warm.reasoning()).contains("; stays, which was worth 2 points and $0.18 for 20000 cached tokens;");
        assertThat(warm.chosen().prospect().costUsd()).isCloseTo(0.2041 - 0.18, within(1e-9));
        assertThat(cold.chosen().agent()).isEqualTo(other);
        assertThat(cold.reasoning()).contains("; leaves small, though staying was worth 2 points;");
    }

    private static Agent priced(String name) {
        return Agent.named(name)
                .capabilities("code")
                .usdPer1kTokens(0.01)
                .usdPer1kCachedInputTokens(0.001)
                .averageLatencyMillis(100)
                .quality(0.9)
                .build();
    }

    @Test
    void route_failedAgent_isWorthNothing() {
        qualities.put("large", 0.91);
        ConversationState answered = answeredBy("small");
        ConversationState failed = new ConversationState(
                answered.turns(), "small", true, answered.contextTokens(), answered.topic(), answered.caches());

        RoutingDecision decision = route(failed);

        assertThat(decision.chosen().agent()).isEqualTo(LARGE);
        assertThat(decision.reasoning()).contains("; leaves small, which failed;");
    }

    @Test
    void route_excludedAgent_isLeft() {
        RoutingConstraints without = RoutingConstraints.NONE.withExcludedAgents(Set.of("small"));

        RoutingDecision decision =
                router.route(REGISTRY, request(answeredBy("small")).within(without));

        assertThat(decision.chosen().agent()).isEqualTo(LARGE);
        assertThat(decision.reasoning()).contains("; leaves small, which is excluded by excluded_agents;");
    }

    @Test
    void route_openCircuit_isLeft() {
        Situation situation =
                new Situation(Map.of("small", new AgentStanding(Circuit.OPEN, NOW, 0)), true, List.of(), null);

        RoutingDecision decision = router.route(REGISTRY, request(answeredBy("small")), situation);

        assertThat(decision.chosen().agent()).isEqualTo(LARGE);
        assertThat(decision.reasoning()).contains("; leaves small, which is excluded by circuit open");
    }

    @Test
    void route_removedAgent_isLeft() {
        RoutingDecision decision = router.route(AgentRegistry.of(List.of(LARGE)), request(answeredBy("small")));

        assertThat(decision.reasoning()).contains("; leaves small, which is not registered;");
    }

    @Test
    void route_equalAgents_doNotShareAConversation() {
        ConversationState state = answeredBy("small");

        for (int i = 0; i < 20; i++) {
            Situation situation = Situation.USUAL.withDecisionId(new UUID(i, i));
            RoutingDecision decision = router.route(REGISTRY, request(state), situation);
            assertThat(decision.chosen().agent()).isEqualTo(SMALL);
            assertThat(decision.probability()).isEqualTo(1);
        }
    }

    @Test
    void route_messagesWithoutState_keepsNothing() {
        RoutingDecision decision =
                router.route(REGISTRY, RoutingRequest.of(Conversation.of(List.of(Message.user("Hello")))));

        assertThat(decision.conversation()).isNull();
        assertThatThrownBy(() -> RoutingRequest.of(Conversation.of(List.of(Message.system("Be brief.")))))
                .hasMessage("a message of a user must have a text that is not blank");
    }

    private RoutingDecision route(ConversationState state) {
        return router.route(REGISTRY, request(state));
    }

    private static RoutingRequest request(ConversationState state) {
        return RoutingRequest.of("text").optimizing(Policy.QUALITY).in(Conversation.NONE.as(state, NOW));
    }

    /** How a conversation stands whose first request this agent has answered. */
    private ConversationState answeredBy(String agent) {
        return requireNonNull(router.route(
                        AgentRegistry.of(List.of(agent.equals("small") ? SMALL : LARGE)),
                        request(ConversationState.NEW))
                .conversation());
    }

    private static Agent agent(String name) {
        return Agent.named(name)
                .capabilities("code")
                .usdPerCall(0)
                .averageLatencyMillis(100)
                .quality(0.9)
                .build();
    }
}
