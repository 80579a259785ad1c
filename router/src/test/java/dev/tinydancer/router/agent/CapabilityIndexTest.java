package dev.tinydancer.router.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CapabilityIndexTest {

    private static final Map<String, float[]> VECTORS =
            Map.of("testing", new float[] {2, 0}, "code", new float[] {3, 4}, "legal", new float[] {-1, 0});

    private static final Agent CODER = agent("coder", "code");
    private static final Agent TESTER = agent("tester", "code", "testing");
    private static final Agent LAWYER = agent("lawyer", "legal");

    @Test
    void find_ranksByTheNearestCapability() {
        CapabilityIndex index = CapabilityIndex.of(List.of(CODER, LAWYER, TESTER), VECTORS);

        List<CapabilityMatch> matches = index.find("write unit tests", new float[] {5, 0.5f}, 3);

        assertThat(matches).extracting(CapabilityMatch::agent).containsExactly(TESTER, CODER, LAWYER);
        assertThat(matches).extracting(CapabilityMatch::capability).containsExactly("testing", "code", "legal");
        assertThat(matches.get(0).similarity()).isCloseTo(5 / Math.sqrt(25.25), within(1e-6));
        assertThat(matches.get(1).similarity()).isCloseTo((5 * 0.6 + 0.5 * 0.8) / Math.sqrt(25.25), within(1e-6));
        assertThat(matches.get(2).similarity()).isZero();
    }

    @Test
    void find_equallySimilarAgents_theBetterFirstThenByName() {
        Agent another = agent("another", "code");
        Agent better = agent("better", 0.6, "code");
        CapabilityIndex index = CapabilityIndex.of(List.of(CODER, TESTER, another, better), VECTORS);

        assertThat(index.find("programs", new float[] {0, 1}, 3))
                .extracting(CapabilityMatch::agent)
                .containsExactly(better, another, CODER);
    }

    @Test
    void find_theWordItselfIsNearest() {
        CapabilityIndex index = CapabilityIndex.of(List.of(CODER, TESTER), VECTORS);

        assertThat(index.find(" Testing ", new float[2], 1)).containsExactly(new CapabilityMatch(TESTER, "testing", 1));
    }

    @Test
    void find_agentsWithoutCapabilitiesAreNotFound() {
        CapabilityIndex index = CapabilityIndex.of(List.of(agent("idle"), CODER), VECTORS);

        assertThat(index.find("anything", new float[] {1, 1}, 10))
                .extracting(CapabilityMatch::agent)
                .containsExactly(CODER);
        assertThat(CapabilityIndex.of(List.of(), Map.of()).find("anything", new float[] {1, 1}, 10))
                .isEmpty();
    }

    @Test
    void invalid() {
        assertThatThrownBy(() -> CapabilityIndex.of(List.of(agent("cook", "cooking")), VECTORS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no vector for capability \"cooking\" of agent \"cook\"");
        assertThatThrownBy(() -> CapabilityIndex.of(
                        List.of(agent("a", "x", "y")), Map.of("x", new float[] {1}, "y", new float[] {1, 2})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("vectors must have one dimension, got 1 and 2 for capability \"y\"");
        assertThatThrownBy(() -> CapabilityIndex.of(List.of(CODER), VECTORS).find("code", new float[2], 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("k must be at least 1, got 0");
    }

    private static Agent agent(String name, String... capabilities) {
        return agent(name, 0.5, capabilities);
    }

    private static Agent agent(String name, double quality, String... capabilities) {
        return Agent.named(name)
                .capabilities(capabilities)
                .averageLatencyMillis(1)
                .quality(quality)
                .build();
    }
}
