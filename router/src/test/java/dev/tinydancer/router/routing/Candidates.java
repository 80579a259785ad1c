package dev.tinydancer.router.routing;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.QualityEstimate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Assessments as a router makes them, from the figures that a plan looks at. */
final class Candidates {

    private Candidates() {}

    /** A candidate whose utility is its quality. */
    static AgentAssessment candidate(
            String name, double quality, double costUsd, double latencyMillis, String... capabilities) {
        Agent agent = Agent.named(name)
                .capabilities(capabilities)
                .usdPerCall(costUsd)
                .averageLatencyMillis(latencyMillis)
                .quality(quality)
                .build();
        return new AgentAssessment(
                agent,
                new QualityEstimate(quality, 0.1, 0, 0),
                new Prospect(quality, costUsd, latencyMillis),
                100,
                List.of(),
                quality);
    }

    /** Candidates with random figures, and some of the words as capabilities. */
    static List<AgentAssessment> random(int size, List<String> words, Random random) {
        List<AgentAssessment> candidates = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            String[] capabilities =
                    words.stream().filter(word -> random.nextInt(3) == 0).toArray(String[]::new);
            candidates.add(candidate(
                    "agent " + i,
                    0.3 + 0.7 * random.nextDouble(),
                    random.nextDouble(),
                    1_000 * random.nextDouble(),
                    capabilities));
        }
        return candidates;
    }
}
