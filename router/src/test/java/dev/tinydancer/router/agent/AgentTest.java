package dev.tinydancer.router.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class AgentTest {

    @Test
    void build_allGiven_isAsGiven() {
        Agent agent = Agent.named("runner")
                .type(AgentType.TOOL)
                .capabilities("testing")
                .usdPer1kTokens(0.01)
                .usdPer1kOutputTokens(0.03)
                .usdPerCall(0.002)
                .usdPerSecond(0.5)
                .averageLatency(Duration.ofMillis(150))
                .p99Latency(Duration.ofSeconds(2))
                .quality(0.9)
                .maxConcurrency(4)
                .active(false)
                .build();

        assertThat(agent)
                .isEqualTo(new Agent(
                        "runner",
                        AgentType.TOOL,
                        Capabilities.of("testing"),
                        new CostModel(0.01, 0.03, 0.002, 0.5),
                        new AgentPerformance(150, 2_000, 0.9),
                        false,
                        4));
    }

    @Test
    void build_onlyWhatMustBeGiven_isAFreeUnlimitedModel() {
        assertThat(Agent.named("a")
                        .averageLatency(Duration.ofNanos(1_500))
                        .quality(0)
                        .build())
                .isEqualTo(new Agent(
                        "a",
                        AgentType.LLM,
                        Capabilities.of(),
                        new CostModel(0, 0, 0, 0),
                        new AgentPerformance(0.0015, 0.0015, 0),
                        true,
                        Agent.UNLIMITED));
    }

    @Test
    void name_isCountedInCharactersAsTheDatabaseDoes() {
        String longest = "\ud83e\udd80".repeat(Agent.MAX_NAME_LENGTH);
        assertThat(Agent.named(longest)
                        .averageLatencyMillis(1)
                        .quality(1)
                        .build()
                        .name())
                .isEqualTo(longest);
        assertThatThrownBy(() -> Agent.named(longest + "a")
                        .averageLatencyMillis(1)
                        .quality(1)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("name must have 1 to 200 characters, got 201");
    }

    @Test
    void build_withoutQualityOrLatency_fails() {
        assertThatThrownBy(() -> Agent.named("a").averageLatencyMillis(1).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("quality has not been given");
        assertThatThrownBy(() -> Agent.named("a").quality(1).build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("averageLatency has not been given");
    }
}
