package dev.tinydancer.router.quality;

import dev.tinydancer.router.agent.Agent;

/** Agents that differ in what the tests look at. */
final class TestAgents {

    static final double LATENCY_MILLIS = 800;

    private TestAgents() {}

    static Agent agent(String name, double qualityScore, String... capabilities) {
        return Agent.named(name)
                .capabilities(capabilities)
                .usdPer1kInputTokens(0.001)
                .usdPer1kOutputTokens(0.002)
                .averageLatencyMillis(LATENCY_MILLIS)
                .quality(qualityScore)
                .build();
    }
}
