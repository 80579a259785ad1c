package dev.tinydancer.router.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.RequestFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class BatchPlannerTest {

    private static final double EXACT = 1e-9;
    private static final double NO_LIMIT = Double.POSITIVE_INFINITY;

    private static final AgentAssessment LARGE = Candidates.candidate("large", 0.9, 9, 2_000);
    private static final AgentAssessment SMALL = Candidates.candidate("small", 0.5, 1, 200);
    private static final AgentAssessment EXCLUDED = new AgentAssessment(
            LARGE.agent(),
            LARGE.quality(),
            LARGE.prospect(),
            LARGE.outputTokens(),
            List.of(new Violation("inactive", "", "activating the agent", 1)),
            Double.NaN);

    @Test
    void minMeanQuality_isReachedAsCheaplyAsPossible() {
        BatchPlan plan = BatchPlanner.plan(both(4), new BatchGoal(OptionalDouble.of(0.7), NO_LIMIT));

        assertThat(names(plan)).containsExactlyInAnyOrder("large", "large", "small", "small");
        assertThat(plan.totalCostUsd()).isCloseTo(20, within(EXACT));
        assertThat(plan.meanQuality()).isCloseTo(0.7, within(EXACT));
        assertThat(plan.qualityReached()).isTrue();
    }

    @Test
    void minMeanQuality_outOfReach_best() {
        BatchPlan plan = BatchPlanner.plan(both(2), new BatchGoal(OptionalDouble.of(0.95), NO_LIMIT));

        assertThat(names(plan)).containsExactly("large", "large");
        assertThat(plan.qualityReached()).isFalse();
    }

    @Test
    void maxTotalCost_bestQualityWithinIt() {
        BatchPlan plan = BatchPlanner.plan(both(3), new BatchGoal(OptionalDouble.empty(), 19.5));

        assertThat(names(plan)).containsExactlyInAnyOrder("large", "large", "small");
        assertThat(plan.totalCostUsd()).isCloseTo(19, within(EXACT));
        assertThat(plan.qualityReached()).isTrue();
    }

    @Test
    void bothBounds_moneyIsTheHarder() {
        BatchPlan enough = BatchPlanner.plan(both(4), new BatchGoal(OptionalDouble.of(0.7), 30));
        BatchPlan tooLittle = BatchPlanner.plan(both(4), new BatchGoal(OptionalDouble.of(0.7), 15));

        assertThat(enough.totalCostUsd()).isCloseTo(20, within(EXACT));
        assertThat(tooLittle.totalCostUsd()).isCloseTo(12, within(EXACT));
        assertThat(tooLittle.meanQuality()).isCloseTo(0.6, within(EXACT));
        assertThat(tooLittle.qualityReached()).isFalse();
    }

    @Test
    void maxTotalCost_tooLittleForAll_answersAsManyAsPossible() {
        List<RequestAssessment> requests =
                List.of(request(LARGE), request(LARGE, SMALL), request(SMALL), request(LARGE));

        BatchPlan plan = BatchPlanner.plan(requests, new BatchGoal(OptionalDouble.empty(), 15));

        assertThat(names(plan)).containsExactly("large", "small", "small", "");
        assertThat(plan.answered()).isEqualTo(3);
        assertThat(plan.totalCostUsd()).isCloseTo(11, within(EXACT));
    }

    @Test
    void unboundedGoal_bestQuality() {
        assertThat(names(BatchPlanner.plan(both(2), new BatchGoal(OptionalDouble.empty(), NO_LIMIT))))
                .containsExactly("large", "large");
    }

    @Test
    void agentsThatAreNoCandidates_areNotChosen() {
        List<RequestAssessment> requests = List.of(request(EXCLUDED, SMALL), request(EXCLUDED));

        BatchPlan plan = BatchPlanner.plan(requests, new BatchGoal(OptionalDouble.of(0.4), NO_LIMIT));

        assertThat(names(plan)).containsExactly("small", "");
        assertThat(plan.meanQuality()).isEqualTo(0.5);
    }

    @Test
    void emptyBatch() {
        BatchPlan plan = BatchPlanner.plan(List.of(), new BatchGoal(OptionalDouble.of(0.8), 1));

        assertThat(plan.agents()).isEmpty();
        assertThat(plan.totalCostUsd()).isZero();
        assertThat(plan.qualityReached()).isTrue();
    }

    /** Against all assignments of small batches: first the number of answers, then the quality, within the money. */
    @Test
    void maxTotalCost_isTheBestOfAllAssignments() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<RequestAssessment> requests = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                requests.add(request(Candidates.random(1 + random.nextInt(3), List.of(), random)
                        .toArray(AgentAssessment[]::new)));
            }
            double bound = 3 * random.nextDouble();

            BatchPlan plan = BatchPlanner.plan(requests, new BatchGoal(OptionalDouble.empty(), bound));

            Best best = bestFrom(requests, 0, 0, 0, 0, bound);
            assertThat(plan.answered()).as("seed %d", seed).isEqualTo(best.answered());
            assertThat(plan.totalCostUsd()).as("seed %d", seed).isLessThanOrEqualTo(bound);
            if (best.answered() == requests.size()) {
                assertThat(plan.meanQuality() * plan.answered())
                        .as("seed %d", seed)
                        .isCloseTo(best.quality(), within(EXACT));
            }
        }
    }

    @Test
    void goal_outOfRange() {
        assertThatThrownBy(() -> new BatchGoal(OptionalDouble.of(1.5), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minMeanQuality must be in [0, 1], got 1.5");
        assertThatThrownBy(() -> new BatchGoal(OptionalDouble.empty(), -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxTotalCostUsd must be at least 0, got -1.0");
    }

    private record Best(int answered, double quality) {}

    private static Best bestFrom(
            List<RequestAssessment> requests, int request, int answered, double quality, double cost, double bound) {
        if (request == requests.size()) {
            return new Best(answered, quality);
        }
        Best best = bestFrom(requests, request + 1, answered, quality, cost, bound);
        for (AgentAssessment agent : requests.get(request).agents()) {
            double sum = cost + agent.prospect().costUsd();
            if (sum <= bound) {
                Best other = bestFrom(
                        requests,
                        request + 1,
                        answered + 1,
                        quality + agent.prospect().quality(),
                        sum,
                        bound);
                if (other.answered() > best.answered()
                        || (other.answered() == best.answered() && other.quality() > best.quality())) {
                    best = other;
                }
            }
        }
        return best;
    }

    private static List<RequestAssessment> both(int requests) {
        return Stream.generate(() -> request(LARGE, SMALL)).limit(requests).toList();
    }

    private static RequestAssessment request(AgentAssessment... agents) {
        return new RequestAssessment(
                RoutingRequest.of("x").optimizing(Policy.QUALITY),
                new RequestFeatures(1, new float[] {1}, Map.of(), Map.of()),
                Arrays.asList(agents));
    }

    private static List<String> names(BatchPlan plan) {
        return plan.agents().stream()
                .map((Optional<AgentAssessment> agent) ->
                        agent.map(chosen -> chosen.agent().name()).orElse(""))
                .toList();
    }
}
