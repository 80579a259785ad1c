package dev.tinydancer.router.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.agent.Agent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EnsembleSearchTest {

    private static final double EXACT = 1e-9;
    private static final double NO_LIMIT = Double.POSITIVE_INFINITY;
    private static final List<String> WORDS = List.of("code", "math", "creative", "analysis");

    @Test
    void best_fewSubsets_isTheBestOfAll() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<AgentAssessment> candidates = Candidates.random(1 + random.nextInt(7), WORDS, random);
            int size = 1 + random.nextInt(candidates.size());
            double maxCost = random.nextBoolean() ? NO_LIMIT : size * random.nextDouble();

            var found = new EnsembleSearch(candidates, EnsembleSearchTest::correlation, maxCost).best(size);

            double expected = bestOfAll(candidates, size, maxCost);
            assertThat(found.isPresent()).as("seed %d", seed).isEqualTo(expected >= 0);
            found.ifPresent(ensemble -> {
                assertThat(ensemble.quality()).isCloseTo(expected, within(EXACT));
                assertThat(ensemble.costUsd()).isLessThanOrEqualTo(maxCost);
                assertThat(ensemble.members()).hasSize(size);
            });
        }
    }

    @Test
    void best_manySubsets_isHardlyWorseThanTheBestOfAll() {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            List<AgentAssessment> candidates = Candidates.random(16, WORDS, random);

            var found = new EnsembleSearch(candidates, EnsembleSearchTest::correlation, NO_LIMIT)
                    .best(6)
                    .orElseThrow();

            assertThat(found.quality())
                    .as("seed %d", seed)
                    .isCloseTo(bestOfAll(candidates, 6, NO_LIMIT), within(0.005));
        }
    }

    @Test
    void best_manySubsetsEquallyCorrelated_areTheAblest() {
        List<AgentAssessment> candidates = Candidates.random(60, WORDS, new Random(1));
        double[] ablest = candidates.stream()
                .map(candidate -> candidate.quality().mean())
                .sorted(Comparator.reverseOrder())
                .limit(5)
                .mapToDouble(Double::doubleValue)
                .toArray();

        var found =
                new EnsembleSearch(candidates, (a, b) -> 0.3, NO_LIMIT).best(5).orElseThrow();

        assertThat(found.quality()).isCloseTo(MajorityVote.probability(ablest, 0.3), within(EXACT));
    }

    @Test
    void best_manySubsetsAndLittleMoney_staysWithinIt() {
        List<AgentAssessment> candidates = Candidates.random(60, WORDS, new Random(2));
        double cheapest = candidates.stream()
                .map(candidate -> candidate.prospect().costUsd())
                .sorted()
                .limit(5)
                .mapToDouble(Double::doubleValue)
                .sum();

        assertThat(new EnsembleSearch(candidates, (a, b) -> 0.3, 1.5 * cheapest).best(5))
                .hasValueSatisfying(ensemble -> assertThat(ensemble.costUsd()).isLessThanOrEqualTo(1.5 * cheapest));
        assertThat(new EnsembleSearch(candidates, (a, b) -> 0.3, 0.9 * cheapest).best(5))
                .isEmpty();
    }

    @Test
    void best_equallyGood_cheapest() {
        List<AgentAssessment> candidates = List.of(
                Candidates.candidate("dear", 0.8, 2, 0),
                Candidates.candidate("cheap", 0.8, 1, 0),
                Candidates.candidate("middle", 0.8, 1.5, 0));

        var found =
                new EnsembleSearch(candidates, (a, b) -> 0, NO_LIMIT).best(2).orElseThrow();

        assertThat(found.members()).containsExactly(1, 2);
    }

    /** Any symmetric function of two agents that is not the same for all. */
    private static double correlation(Agent a, Agent b) {
        return ((a.name().hashCode() * b.name().hashCode()) & 0xff) / 255.0;
    }

    private static double bestOfAll(List<AgentAssessment> candidates, int size, double maxCost) {
        double best = -1;
        for (int subset = 0; subset < 1 << candidates.size(); subset++) {
            if (Integer.bitCount(subset) == size) {
                List<AgentAssessment> members = new ArrayList<>();
                for (int i = 0; i < candidates.size(); i++) {
                    if (((subset >> i) & 1) == 1) {
                        members.add(candidates.get(i));
                    }
                }
                double cost = members.stream()
                        .mapToDouble(member -> member.prospect().costUsd())
                        .sum();
                if (cost <= maxCost) {
                    best = Math.max(best, quality(members));
                }
            }
        }
        return best;
    }

    private static double quality(List<AgentAssessment> members) {
        double[] qualities =
                members.stream().mapToDouble(member -> member.quality().mean()).toArray();
        double meanCorrelation = members.stream()
                .flatMap(a -> members.stream().filter(b -> !b.equals(a)).map(b -> correlation(a.agent(), b.agent())))
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
        return MajorityVote.probability(qualities, meanCorrelation);
    }
}
