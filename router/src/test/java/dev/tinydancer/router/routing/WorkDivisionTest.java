package dev.tinydancer.router.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class WorkDivisionTest {

    private static final double EXACT = 1e-9;
    private static final double NO_LIMIT = Double.POSITIVE_INFINITY;
    private static final List<String> WORDS = List.of("code", "math", "creative", "analysis");

    @Test
    void best_isTheBestOfAllDivisions() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<AgentAssessment> candidates = Candidates.random(4 + random.nextInt(4), WORDS, random);
            List<WorkDivision.Part> parts = parts(1 + random.nextInt(4), random);

            List<AgentAssessment> found = new WorkDivision(parts, candidates, NO_LIMIT, NO_LIMIT)
                    .best()
                    .orElseThrow();

            Score best = bestOfAll(parts, candidates, new ArrayList<>(), NO_LIMIT);
            assertThat(found).as("seed %d", seed).doesNotHaveDuplicates();
            assertThat(score(parts, found).named()).as("seed %d", seed).isCloseTo(best.named(), within(EXACT));
            assertThat(score(parts, found).utility()).as("seed %d", seed).isCloseTo(best.utility(), within(EXACT));
        }
    }

    @Test
    void best_costLimit_staysWithinItAndFindsADivisionWhereThereIsOne() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            List<AgentAssessment> candidates = Candidates.random(4 + random.nextInt(4), WORDS, random);
            List<WorkDivision.Part> parts = parts(1 + random.nextInt(4), random);
            double maxCost = parts.size() * random.nextDouble() / 2;

            var found = new WorkDivision(parts, candidates, maxCost, NO_LIMIT).best();

            Score best = bestOfAll(parts, candidates, new ArrayList<>(), maxCost);
            assertThat(found.isPresent()).as("seed %d", seed).isEqualTo(best.named() >= 0);
            found.ifPresent(agents -> assertThat(agents.stream()
                            .mapToDouble(agent -> agent.prospect().costUsd())
                            .sum())
                    .isLessThanOrEqualTo(maxCost));
        }
    }

    @Test
    void best_latencyLimit_takesFasterAgents() {
        List<AgentAssessment> candidates = List.of(
                Candidates.candidate("slow coder", 0.9, 1, 900, "code"),
                Candidates.candidate("slow tester", 0.9, 1, 900, "testing"),
                Candidates.candidate("fast", 0.5, 1, 100));
        List<WorkDivision.Part> parts =
                List.of(new WorkDivision.Part("code", 0.9), new WorkDivision.Part("testing", 0.5));

        assertThat(new WorkDivision(parts, candidates, NO_LIMIT, 1_000).best().orElseThrow())
                .extracting(agent -> agent.agent().name())
                .containsExactly("slow coder", "fast");
        assertThat(new WorkDivision(parts, candidates, NO_LIMIT, 999).best()).isEmpty();
    }

    @Test
    void best_agentThatCallsTheCapabilityByAnotherName_isAsGood() {
        List<AgentAssessment> candidates = List.of(
                Candidates.candidate("generalist", 0.9, 1, 100),
                Candidates.candidate("coder", 0.5, 1, 100, "programming"));

        assertThat(new WorkDivision(List.of(new WorkDivision.Part("code", 0.9)), candidates, NO_LIMIT, NO_LIMIT)
                        .best()
                        .orElseThrow())
                .extracting(agent -> agent.agent().name())
                .containsExactly("coder");
    }

    @Test
    void best_manyPartsAndAgents_endsSoonAndKeepsTheRules() {
        List<WorkDivision.Part> parts = parts(12, new Random(3));
        List<AgentAssessment> candidates = Candidates.random(200, WORDS, new Random(4));

        List<AgentAssessment> found =
                new WorkDivision(parts, candidates, NO_LIMIT, NO_LIMIT).best().orElseThrow();

        assertThat(found).hasSize(12).doesNotHaveDuplicates();
        for (int part = 0; part < WORDS.size(); part++) {
            assertThat(found.get(part).agent().capabilities().words())
                    .contains(parts.get(part).capability());
        }
    }

    /** The first of them have a word that agents name. */
    private static List<WorkDivision.Part> parts(int size, Random random) {
        List<WorkDivision.Part> parts = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            parts.add(new WorkDivision.Part(i < WORDS.size() ? WORDS.get(i) : "part " + i, random.nextDouble()));
        }
        return parts;
    }

    /** @param named the need of the parts that are done by an agent which names them; below 0 for no division at all */
    private record Score(double named, double utility) {

        boolean isBetterThan(Score other) {
            return named > other.named + EXACT || (named > other.named - EXACT && utility > other.utility);
        }
    }

    private static Score score(List<WorkDivision.Part> parts, List<AgentAssessment> agents) {
        double named = 0;
        double utility = 0;
        for (int part = 0; part < parts.size(); part++) {
            AgentAssessment agent = agents.get(part);
            if (agent.agent().capabilities().words().contains(parts.get(part).capability())) {
                named += parts.get(part).need();
            }
            utility += agent.utility();
        }
        return new Score(named, utility);
    }

    private static Score bestOfAll(
            List<WorkDivision.Part> parts,
            List<AgentAssessment> candidates,
            List<AgentAssessment> chosen,
            double maxCost) {
        if (chosen.size() == parts.size()) {
            double cost = chosen.stream()
                    .mapToDouble(agent -> agent.prospect().costUsd())
                    .sum();
            return cost <= maxCost ? score(parts, chosen) : new Score(-1, 0);
        }
        Score best = new Score(-1, 0);
        for (AgentAssessment candidate : candidates) {
            if (!chosen.contains(candidate)) {
                chosen.add(candidate);
                Score score = bestOfAll(parts, candidates, chosen, maxCost);
                best = score.isBetterThan(best) ? score : best;
                chosen.removeLast();
            }
        }
        return best;
    }
}
