package dev.tinydancer.router.budget;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.policy.Prospect;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AssignmentProblemTest {

    private static final double EXACT = 1e-9;

    @Test
    void cheapest_buysQualityWhereItCostsLeast() {
        // One of the two needs the large model, and it gains more by it with the second.
        AssignmentProblem problem = AssignmentProblem.builder(2, 2)
                .offer(0, 0, new Prospect(0.8, 1, 0))
                .offer(0, 1, new Prospect(0.9, 9, 0))
                .offer(1, 0, new Prospect(0.4, 1, 0))
                .offer(1, 1, new Prospect(0.9, 9, 0))
                .build();

        BatchAssignment assignment = problem.cheapest(0.8);

        assertThat(assignment.agent(0)).hasValue(0);
        assertThat(assignment.agent(1)).hasValue(1);
        assertThat(assignment.totalCostUsd()).isEqualTo(10);
        assertThat(assignment.meanQuality()).isCloseTo(0.85, within(EXACT));
        assertThat(assignment.boundKept()).isTrue();
        assertThat(assignment.optimal()).isTrue();
    }

    @Test
    void cheapest_unreachable_bestThatCanBeReached() {
        AssignmentProblem problem = AssignmentProblem.builder(2, 3)
                .offer(0, 0, new Prospect(0.6, 1, 0))
                .offer(0, 1, new Prospect(0.7, 9, 0))
                .offer(0, 2, new Prospect(0.7, 8, 0))
                .offer(1, 0, new Prospect(0.5, 0, 0))
                .build();

        BatchAssignment assignment = problem.cheapest(0.9);

        assertThat(assignment.boundKept()).isFalse();
        assertThat(assignment.agent(0)).as("the cheaper of the best").hasValue(2);
        assertThat(assignment.agent(1)).hasValue(0);
        assertThat(assignment.meanQuality()).isCloseTo(0.6, within(EXACT));
        assertThat(assignment.relaxationGap()).isZero();
    }

    @Test
    void best_spendsWhereItHelpsMost() {
        AssignmentProblem problem = AssignmentProblem.builder(2, 2)
                .offer(0, 0, new Prospect(0.8, 1, 0))
                .offer(0, 1, new Prospect(0.9, 9, 0))
                .offer(1, 0, new Prospect(0.4, 1, 0))
                .offer(1, 1, new Prospect(0.9, 9, 0))
                .build();

        BatchAssignment assignment = problem.best(17.9);

        assertThat(assignment.agent(0)).hasValue(0);
        assertThat(assignment.agent(1)).hasValue(1);
        assertThat(assignment.boundKept()).isTrue();
    }

    @Test
    void best_budgetTooSmall_cheapest() {
        AssignmentProblem problem = AssignmentProblem.builder(1, 3)
                .offer(0, 0, new Prospect(0.9, 5, 0))
                .offer(0, 1, new Prospect(0.2, 3, 0))
                .offer(0, 2, new Prospect(0.3, 3, 0))
                .build();

        BatchAssignment assignment = problem.best(2.99);

        assertThat(assignment.boundKept()).isFalse();
        assertThat(assignment.agent(0)).as("the better of the cheapest").hasValue(2);
        assertThat(assignment.totalCostUsd()).isEqualTo(3);
    }

    @ParameterizedTest
    @EnumSource
    void cheapest_isTheBestOfAllAssignments(RandomBatch.Kind kind) {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            RandomBatch batch = smallBatch(kind, random);
            double bound = random.nextInt(5) == 0 ? random.nextInt(5) / 4.0 : random.nextDouble();

            BatchAssignment assignment = batch.problem().cheapest(bound);

            BruteForce expected = BruteForce.cheapest(batch.offers, bound);
            assertThat(assignment.boundKept()).as("seed %d", seed).isEqualTo(expected.boundKept());
            assertThat(assignment.totalCostUsd()).as("seed %d", seed).isCloseTo(expected.cost(), within(EXACT));
            if (!expected.boundKept()) {
                assertThat(assignment.meanQuality())
                        .as("seed %d", seed)
                        .isCloseTo(expected.quality() / expected.answered(), within(EXACT));
            }
            assertSumsAreRight(assignment, batch);
        }
    }

    @ParameterizedTest
    @EnumSource
    void best_isTheBestOfAllAssignments(RandomBatch.Kind kind) {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            RandomBatch batch = smallBatch(kind, random);
            double bound = random.nextInt(5) == 0 ? random.nextInt(8) : 4 * random.nextDouble();

            BatchAssignment assignment = batch.problem().best(bound);

            BruteForce expected = BruteForce.best(batch.offers, bound);
            assertThat(assignment.boundKept()).as("seed %d", seed).isEqualTo(expected.boundKept());
            if (expected.answered() > 0) {
                assertThat(assignment.meanQuality())
                        .as("seed %d", seed)
                        .isCloseTo(expected.quality() / expected.answered(), within(EXACT));
            }
            if (!expected.boundKept()) {
                assertThat(assignment.totalCostUsd()).as("seed %d", seed).isCloseTo(expected.cost(), within(EXACT));
            }
            assertSumsAreRight(assignment, batch);
        }
    }

    @ParameterizedTest
    @EnumSource
    void largeBatch_isCloseToTheLinearProgramme(RandomBatch.Kind kind) {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            AssignmentProblem problem = new RandomBatch(kind, 1_000, 20, 0.9, random).problem();
            BatchAssignment cheapestOfAll = problem.best(0);
            BatchAssignment bestOfAll = problem.cheapest(1);
            double share = 0.01 + 0.98 * random.nextDouble();
            double budget =
                    cheapestOfAll.totalCostUsd() + share * (bestOfAll.totalCostUsd() - cheapestOfAll.totalCostUsd());
            double quality =
                    cheapestOfAll.meanQuality() + share * (bestOfAll.meanQuality() - cheapestOfAll.meanQuality());

            BatchAssignment best = problem.best(budget);
            BatchAssignment cheapest = problem.cheapest(quality);

            assertThat(best.boundKept()).as("seed %d", seed).isTrue();
            assertThat(best.totalCostUsd()).as("seed %d", seed).isLessThanOrEqualTo(budget * (1 + EXACT));
            assertThat(best.relaxationGap()).as("seed %d", seed).isBetween(0.0, 0.005);
            assertThat(cheapest.boundKept()).as("seed %d", seed).isTrue();
            assertThat(cheapest.meanQuality()).as("seed %d", seed).isGreaterThanOrEqualTo(quality * (1 - EXACT));
            assertThat(cheapest.relaxationGap()).as("seed %d", seed).isBetween(0.0, 0.005);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"UNIFORM", "COARSE"})
    void largeBatch_isProvenOptimal(RandomBatch.Kind kind) {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            AssignmentProblem problem = new RandomBatch(kind, 1_000, 20, 1, random).problem();
            double middle = (problem.best(0).meanQuality() + problem.cheapest(1).meanQuality()) / 2;

            assertThat(problem.cheapest(middle).optimal()).as("seed %d", seed).isTrue();
        }
    }

    /** Requests of one kind without any history have the same offers, and nothing tells them apart. */
    @Test
    void equalRequests_onlyTheNumberMatters() {
        AssignmentProblem.Builder builder = AssignmentProblem.builder(100, 2);
        for (int request = 0; request < 100; request++) {
            builder.offer(request, 0, new Prospect(0.5, 0.001, 0)).offer(request, 1, new Prospect(0.9, 0.03, 0));
        }
        AssignmentProblem problem = builder.build();

        BatchAssignment cheapest = problem.cheapest(0.7);
        BatchAssignment best = problem.best(100 * 0.001 + 37 * 0.029);

        assertThat(cheapest.totalCostUsd()).isCloseTo(50 * 0.001 + 50 * 0.03, within(EXACT));
        assertThat(cheapest.optimal()).isTrue();
        assertThat(best.meanQuality()).isCloseTo(0.5 + 0.37 * 0.4, within(EXACT));
        assertThat(best.optimal()).isTrue();
    }

    @Test
    void equalCosts_highestQuality() {
        AssignmentProblem problem = AssignmentProblem.builder(1, 3)
                .offer(0, 0, new Prospect(0.5, 2, 0))
                .offer(0, 1, new Prospect(0.8, 2, 0))
                .offer(0, 2, new Prospect(0.7, 2, 0))
                .build();

        assertThat(problem.best(2).agent(0)).hasValue(1);
        assertThat(problem.cheapest(0.1).agent(0)).hasValue(1);
    }

    @Test
    void freeAgents_costNothing() {
        AssignmentProblem problem = AssignmentProblem.builder(2, 2)
                .offer(0, 0, new Prospect(0.5, 0, 0))
                .offer(0, 1, new Prospect(0.9, 0, 0))
                .offer(1, 0, new Prospect(0.6, 0, 0))
                .build();

        BatchAssignment best = problem.best(0);
        BatchAssignment cheapest = problem.cheapest(0.75);

        assertThat(best.boundKept()).isTrue();
        assertThat(best.meanQuality()).isEqualTo(0.75);
        assertThat(best.relaxationGap()).isZero();
        assertThat(cheapest.totalCostUsd()).isZero();
        assertThat(cheapest.relaxationGap()).isZero();
    }

    @Test
    void nearlyFreeAgents_slopesBeyondTheRangeOfNumbers() {
        AssignmentProblem problem = AssignmentProblem.builder(2, 2)
                .offer(0, 0, new Prospect(0.1, 0, 0))
                .offer(0, 1, new Prospect(0.9, Double.MIN_VALUE, 0))
                .offer(1, 0, new Prospect(0.1, 0, 0))
                .offer(1, 1, new Prospect(0.9, 1, 0))
                .build();

        assertThat(problem.best(0.5).meanQuality()).isEqualTo(0.5);
        assertThat(problem.best(1).meanQuality()).isEqualTo(0.9);
        assertThat(problem.best(0).meanQuality()).isEqualTo(0.1);
        assertThat(problem.cheapest(0.5).totalCostUsd()).isEqualTo(Double.MIN_VALUE);
    }

    @Test
    void requestWithoutOffers_staysWithoutAgentAndCountsNowhere() {
        AssignmentProblem problem = AssignmentProblem.builder(3, 1)
                .offer(0, 0, new Prospect(0.9, 2, 0))
                .offer(2, 0, new Prospect(0.7, 1, 0))
                .build();

        BatchAssignment assignment = problem.cheapest(0.8);

        assertThat(assignment.agent(1)).isEmpty();
        assertThat(assignment.agent(2)).hasValue(0);
        assertThat(assignment.boundKept()).isTrue();
        assertThat(assignment.meanQuality()).isEqualTo(0.8);
        assertThat(assignment.totalCostUsd()).isEqualTo(3);
    }

    @Test
    void nothingToAssign() {
        BatchAssignment assignment = AssignmentProblem.builder(2, 3).build().cheapest(0.8);

        assertThat(assignment.requests()).isEqualTo(2);
        assertThat(assignment.agent(0)).isEmpty();
        assertThat(assignment.totalCostUsd()).isZero();
        assertThat(assignment.meanQuality()).isNaN();
        assertThat(assignment.boundKept()).isTrue();
    }

    @Test
    void builder_laterOffers_doNotReachWhatIsBuilt() {
        AssignmentProblem.Builder builder = AssignmentProblem.builder(1, 2).offer(0, 0, new Prospect(0.5, 1, 0));
        AssignmentProblem problem = builder.build();

        builder.offer(0, 1, new Prospect(0.9, 0, 0));

        assertThat(problem.best(5).agent(0)).hasValue(0);
        assertThat(builder.build().best(5).agent(0)).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -0.1, 1.1})
    void cheapest_invalidQuality(double minMeanQuality) {
        AssignmentProblem problem = AssignmentProblem.builder(1, 1).build();

        assertThatThrownBy(() -> problem.cheapest(minMeanQuality))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minMeanQuality must be in [0, 1], got " + minMeanQuality);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -1, Double.POSITIVE_INFINITY})
    void best_invalidBudget(double maxTotalCostUsd) {
        AssignmentProblem problem = AssignmentProblem.builder(1, 1).build();

        assertThatThrownBy(() -> problem.best(maxTotalCostUsd))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxTotalCostUsd must be finite and at least 0, got " + maxTotalCostUsd);
    }

    @Test
    void offer_invalid() {
        AssignmentProblem.Builder builder = AssignmentProblem.builder(2, 3);
        Prospect good = new Prospect(0.5, 1, 0);

        assertThatThrownBy(() -> builder.offer(2, 0, good))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("request must be at least 0 and less than 2, got 2");
        assertThatThrownBy(() -> builder.offer(0, -1, good))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("agent must be at least 0 and less than 3, got -1");
        assertThatThrownBy(() -> builder.offer(1, 2, new Prospect(0.5, Double.POSITIVE_INFINITY, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the cost of agent 2 for request 1 must be finite, got Infinity");
        assertThatThrownBy(() -> AssignmentProblem.builder(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static RandomBatch smallBatch(RandomBatch.Kind kind, Random random) {
        return new RandomBatch(kind, 1 + random.nextInt(6), 1 + random.nextInt(4), 0.8, random);
    }

    private static void assertSumsAreRight(BatchAssignment assignment, RandomBatch batch) {
        double cost = 0;
        double quality = 0;
        int answered = 0;
        for (int request = 0; request < assignment.requests(); request++) {
            if (assignment.agent(request).isPresent()) {
                Prospect offer = requireNonNull(
                        batch.offers[request][assignment.agent(request).getAsInt()]);
                cost += offer.costUsd();
                quality += offer.quality();
                answered++;
            }
        }
        assertThat(assignment.totalCostUsd()).isCloseTo(cost, within(EXACT));
        if (answered > 0) {
            assertThat(assignment.meanQuality()).isCloseTo(quality / answered, within(EXACT));
        }
    }
}
