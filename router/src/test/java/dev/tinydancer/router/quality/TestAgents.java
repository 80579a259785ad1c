package dev.tinydancer.router.quality;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentPerformance;
import dev.tinydancer.router.agent.AgentType;
import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.agent.CostModel;

/** Agents that differ in what the tests look at. */
final class TestAgents {

    static final double LATENCY_MILLIS = 800;

    private TestAgents() {}

    static Agent agent(String name, double qualityScore, String... capabilities) {
        return new Agent(
                name,
                AgentType.LLM,
                Capabilities.of(capabilities),
                new CostModel(0.001, 0.002, 0, 0),
                new AgentPerformance(LATENCY_MILLIS, 2 * LATENCY_MILLIS, qualityScore),
                true);
    }
}
