package dev.tinydancer.router.budget;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.budget.BudgetAllocation.AgentBudget;
import dev.tinydancer.router.policy.Prospect;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BudgetPlannerTest {

    private static final double EXACT = 1e-6;
    private static final double NO_LATENCY_BOUND = Double.POSITIVE_INFINITY;

    private static final Prospect LARGE = new Prospect(0.9, 0.03, 2_000);
    private static final Prospect SMALL = new Prospect(0.6, 0.001, 400);

    /** A thousand hard requests, for which the large model is much better, and a thousand easy ones. */
    private static final List<CategoryDemand> DEMAND = List.of(
            new CategoryDemand("hard", 1_000, Map.of("large", LARGE, "small", SMALL)),
            new CategoryDemand(
                    "easy", 1_000, Map.of("large", withQuality(LARGE, 0.95), "small", withQuality(SMALL, 0.9))));

    @Test
    void allocate_spendsWhereItHelpsMost() {
        BudgetAllocation allocation = BudgetPlanner.allocate(DEMAND, new BudgetGoal(16.5, 0.5, NO_LATENCY_BOUND));

        // The easy ones go to the small model for $1. Of the hard ones, $15.5 moves 500 up from the small to the large.
        assertThat(allocation.answeredRequests()).isCloseTo(2_000, within(EXACT));
        AgentBudget large = agent(allocation, "large");
        AgentBudget small = agent(allocation, "small");
        assertThat(large.expectedRequests()).isCloseTo(500, within(EXACT));
        assertThat(large.allocationUsd()).isCloseTo(15, within(EXACT));
        assertThat(large.share()).isCloseTo(15 / 16.5, within(EXACT));
        assertThat(large.expectedQuality()).isCloseTo(0.9, within(EXACT));
        assertThat(small.expectedRequests()).isCloseTo(1_500, within(EXACT));
        assertThat(small.allocationUsd()).isCloseTo(1.5, within(EXACT));
        assertThat(small.expectedQuality()).isCloseTo(0.8, within(EXACT));
        assertThat(allocation.marginalQualityPerDollar()).isCloseTo(0.3 / 0.029, within(EXACT));
        assertThat(allocation.qualityReached()).isTrue();
        assertThat(allocation.meanQuality()).isCloseTo((450 + 1_200) / 2_000.0, within(EXACT));
        assertThat(allocation.agents()).extracting(AgentBudget::agent).containsExactly("large", "small");
    }

    @Test
    void allocate_budgetBeyondAllDemand_bestAgentEverywhereAndMoneyLeft() {
        BudgetAllocation allocation = BudgetPlanner.allocate(DEMAND, new BudgetGoal(1_000, 0.5, NO_LATENCY_BOUND));

        assertThat(plannedUsd(allocation)).isCloseTo(60, within(EXACT));
        assertThat(agent(allocation, "large").share()).isCloseTo(0.06, within(EXACT));
        assertThat(agent(allocation, "large").expectedRequests()).isCloseTo(2_000, within(EXACT));
        assertThat(agent(allocation, "small").expectedRequests()).isZero();
        assertThat(agent(allocation, "small").expectedQuality()).isNaN();
        assertThat(allocation.marginalQualityPerDollar()).isZero();
    }

    @Test
    void allocate_equallyGood_cheapestEvenWithMoneyLeft() {
        List<CategoryDemand> demand = List.of(
                new CategoryDemand("any", 10, Map.of("a", new Prospect(0.9, 0.5, 0), "b", new Prospect(0.9, 0.2, 0))));

        BudgetAllocation allocation = BudgetPlanner.allocate(demand, new BudgetGoal(100, 0, NO_LATENCY_BOUND));

        assertThat(plannedUsd(allocation)).isCloseTo(2, within(EXACT));
        assertThat(agent(allocation, "b").expectedRequests()).isCloseTo(10, within(EXACT));
    }

    @Test
    void allocate_latencyBound_leavesSlowAgentsOut() {
        BudgetAllocation allocation = BudgetPlanner.allocate(DEMAND, new BudgetGoal(1_000, 0.5, 1_999));

        assertThat(agent(allocation, "large").expectedRequests()).isZero();
        assertThat(agent(allocation, "small").expectedRequests()).isCloseTo(2_000, within(EXACT));
    }

    @Test
    void allocate_meanQualityBinds_answersFewerForIt() {
        BudgetAllocation allocation = BudgetPlanner.allocate(DEMAND, new BudgetGoal(1_000, 0.85, 1_000));

        // Only the small model is fast enough: x hard ones lower the mean to (0.6 x + 900) / (x + 1,000) = 0.85.
        assertThat(allocation.qualityReached()).isTrue();
        assertThat(allocation.meanQuality()).isCloseTo(0.85, within(EXACT));
        assertThat(allocation.answeredRequests()).isCloseTo(1_200, within(EXACT));
        assertThat(allocation.demandedRequests()).isEqualTo(2_000);
    }

    @Test
    void allocate_qualityOutOfReach_mostQualityWithoutIt() {
        BudgetAllocation allocation = BudgetPlanner.allocate(DEMAND, new BudgetGoal(1_000, 0.99, NO_LATENCY_BOUND));

        assertThat(allocation.qualityReached()).isFalse();
        assertThat(allocation.meanQuality()).isCloseTo(0.925, within(EXACT));
        assertThat(allocation.answeredRequests()).isCloseTo(2_000, within(EXACT));
    }

    @Test
    void allocate_budgetTooSmallForTheQuality_mostQualityWithoutIt() {
        List<CategoryDemand> demand = List.of(new CategoryDemand(
                "any", 10, Map.of("good", new Prospect(0.9, 1, 0), "free", new Prospect(0.5, 0, 0))));

        BudgetAllocation allocation = BudgetPlanner.allocate(demand, new BudgetGoal(0, 0.8, NO_LATENCY_BOUND));

        assertThat(allocation.qualityReached()).isFalse();
        assertThat(agent(allocation, "free").expectedRequests()).isCloseTo(10, within(EXACT));
        assertThat(agent(allocation, "free").share()).isZero();
        assertThat(allocation.marginalQualityPerDollar()).isCloseTo(0.4, within(EXACT));
    }

    @Test
    void allocate_qualityReachedExactly() {
        BudgetAllocation allocation = BudgetPlanner.allocate(
                List.of(new CategoryDemand("any", 3, Map.of("a", new Prospect(0.1 + 0.2, 0.1, 0)))),
                new BudgetGoal(1, 0.3, NO_LATENCY_BOUND));

        assertThat(allocation.qualityReached()).isTrue();
        assertThat(allocation.answeredRequests()).isCloseTo(3, within(EXACT));
    }

    @Test
    void allocate_freeAgents_marginalQualityIsZero() {
        List<CategoryDemand> demand = List.of(
                new CategoryDemand("any", 10, Map.of("a", new Prospect(0.9, 0, 0), "b", new Prospect(0.7, 0, 0))));

        BudgetAllocation allocation = BudgetPlanner.allocate(demand, new BudgetGoal(0, 0.5, NO_LATENCY_BOUND));

        assertThat(agent(allocation, "a").expectedRequests()).isCloseTo(10, within(EXACT));
        assertThat(plannedUsd(allocation)).isZero();
        assertThat(allocation.marginalQualityPerDollar()).isZero();
    }

    @Test
    void allocate_atAKink_marginalQualityIsOfTheNextDollar() {
        // $2 answer everything by the small model; the last dollar brought 0.6 / 0.001, the next brings 0.3 / 0.029.
        BudgetAllocation allocation = BudgetPlanner.allocate(DEMAND, new BudgetGoal(2, 0.5, NO_LATENCY_BOUND));

        assertThat(allocation.marginalQualityPerDollar()).isCloseTo(0.3 / 0.029, within(EXACT));
    }

    @Test
    void allocate_nobodyCanAnswer() {
        List<CategoryDemand> demand = List.of(
                new CategoryDemand("without offers", 10, Map.of()),
                new CategoryDemand("hopeless", 10, Map.of("a", new Prospect(0, 0.1, 0))),
                new CategoryDemand("without requests", 0, Map.of("b", new Prospect(0.9, 0.1, 0))));

        BudgetAllocation allocation = BudgetPlanner.allocate(demand, new BudgetGoal(100, 0.8, NO_LATENCY_BOUND));

        assertThat(allocation.answeredRequests()).isZero();
        assertThat(allocation.meanQuality()).isNaN();
        assertThat(allocation.qualityReached()).isFalse();
        assertThat(allocation.agents()).extracting(AgentBudget::agent).containsExactly("a", "b");
        assertThat(allocation.marginalQualityPerDollar()).isZero();
    }

    @Test
    void allocate_pricesOfVeryDifferentSize() {
        List<CategoryDemand> demand = List.of(
                new CategoryDemand("many", 1e7, Map.of("tiny", new Prospect(0.5, 1e-7, 0))),
                new CategoryDemand("few", 3, Map.of("human", new Prospect(0.99, 250, 0))));

        BudgetAllocation allocation = BudgetPlanner.allocate(demand, new BudgetGoal(501, 0, NO_LATENCY_BOUND));

        assertThat(agent(allocation, "tiny").expectedRequests()).isCloseTo(1e7, within(1e-3));
        assertThat(agent(allocation, "human").expectedRequests()).isCloseTo(2, within(EXACT));
        assertThat(allocation.marginalQualityPerDollar()).isCloseTo(0.99 / 250, within(EXACT));
    }

    @Test
    void allocate_isTheBestCornerOfTheLinearProgramme() {
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            List<CategoryDemand> demand = randomDemand(random);
            // Requests and costs are whole numbers, so many whole budgets are used up exactly: kinks.
            double budget = random.nextBoolean() ? random.nextInt(20) : 30 * random.nextDouble();
            BudgetGoal goal = new BudgetGoal(budget, random.nextDouble(), 1 + random.nextInt(10));

            BudgetAllocation allocation = BudgetPlanner.allocate(demand, goal);

            double expected = bestCorner(demand, goal, goal.minMeanQuality());
            boolean reached = expected > EXACT;
            BudgetGoal kept = reached ? goal : new BudgetGoal(budget, 0, goal.maxLatencyMillis());
            if (!reached) {
                expected = bestCorner(demand, kept, 0);
            }
            assertThat(allocation.qualityReached()).as("seed %d", seed).isEqualTo(reached);
            assertThat(totalQuality(allocation)).as("seed %d", seed).isCloseTo(expected, within(EXACT));
            assertThat(plannedUsd(allocation)).as("seed %d", seed).isLessThanOrEqualTo(budget);
            if (reached) {
                assertThat(allocation.meanQuality())
                        .as("seed %d", seed)
                        .isGreaterThanOrEqualTo(goal.minMeanQuality() - EXACT);
            }
            // Along a concave line with kinks, the slope of the next dollar is that of a small enough step.
            double step = 1e-3;
            double next = bestCorner(
                    demand,
                    new BudgetGoal(budget + step, kept.minMeanQuality(), kept.maxLatencyMillis()),
                    kept.minMeanQuality());
            assertThat(allocation.marginalQualityPerDollar())
                    .as("seed %d", seed)
                    .isCloseTo((next - expected) / step, within(1e-4));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, -1, Double.POSITIVE_INFINITY})
    void goal_invalidBudget(double budget) {
        assertThatThrownBy(() -> new BudgetGoal(budget, 0.8, 1_000))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("monthlyBudgetUsd must be finite and at least 0, got " + budget);
    }

    @Test
    void goal_invalidThresholds() {
        assertThatThrownBy(() -> new BudgetGoal(1, Double.NaN, 1_000))
                .hasMessage("minMeanQuality must be in [0, 1], got NaN");
        assertThatThrownBy(() -> new BudgetGoal(1, 1.01, 1_000))
                .hasMessage("minMeanQuality must be in [0, 1], got 1.01");
        assertThatThrownBy(() -> new BudgetGoal(1, 0.8, Double.NaN))
                .hasMessage("maxLatencyMillis must be at least 0, got NaN");
    }

    @Test
    void demand_invalid() {
        assertThatThrownBy(() -> new CategoryDemand("math", Double.NaN, Map.of()))
                .hasMessage("requestsPerMonth of category math must be finite and at least 0, got NaN");
        assertThatThrownBy(() ->
                        new CategoryDemand("math", 1, Map.of("a", new Prospect(0.5, Double.POSITIVE_INFINITY, 0))))
                .hasMessage("the cost of a for category math must be finite, got Infinity");
    }

    private static List<CategoryDemand> randomDemand(Random random) {
        int agents = 1 + random.nextInt(3);
        int categories = 1 + random.nextInt(agents == 3 ? 2 : 3);
        List<CategoryDemand> demand = new ArrayList<>();
        for (int category = 0; category < categories; category++) {
            Map<String, Prospect> offers = random.ints(agents, 0, 1_000)
                    .boxed()
                    .distinct()
                    .collect(toMap(
                            draw -> "agent " + draw % agents,
                            draw -> new Prospect(random.nextDouble(), random.nextInt(4), random.nextInt(10)),
                            (first, second) -> first));
            demand.add(new CategoryDemand("category " + category, random.nextInt(10), offers));
        }
        return demand;
    }

    private static double bestCorner(List<CategoryDemand> demand, BudgetGoal goal, double minMeanQuality) {
        record Variable(int category, Prospect offer) {}
        List<Variable> variables = new ArrayList<>();
        for (int category = 0; category < demand.size(); category++) {
            for (Prospect offer : demand.get(category).offers().values()) {
                if (offer.latencyMillis() <= goal.maxLatencyMillis()) {
                    variables.add(new Variable(category, offer));
                }
            }
        }
        Function<Function<Variable, Double>, double[]> row =
                figure -> variables.stream().mapToDouble(figure::apply).toArray();
        List<double[]> rows = new ArrayList<>();
        List<Double> limits = new ArrayList<>();
        rows.add(row.apply(variable -> variable.offer().costUsd()));
        limits.add(goal.monthlyBudgetUsd());
        rows.add(row.apply(variable -> minMeanQuality - variable.offer().quality()));
        limits.add(0.0);
        for (int category = 0; category < demand.size(); category++) {
            int index = category;
            rows.add(row.apply(variable -> variable.category() == index ? 1.0 : 0.0));
            limits.add(demand.get(category).requestsPerMonth());
        }
        return VertexEnumeration.maximum(row.apply(variable -> variable.offer().quality()), rows, limits);
    }

    private static double plannedUsd(BudgetAllocation allocation) {
        return allocation.agents().stream()
                .mapToDouble(AgentBudget::allocationUsd)
                .sum();
    }

    private static double totalQuality(BudgetAllocation allocation) {
        return allocation.answeredRequests() > 0 ? allocation.answeredRequests() * allocation.meanQuality() : 0;
    }

    private static AgentBudget agent(BudgetAllocation allocation, String name) {
        return allocation.agents().stream()
                .filter(agent -> agent.agent().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Prospect withQuality(Prospect prospect, double quality) {
        return new Prospect(quality, prospect.costUsd(), prospect.latencyMillis());
    }
}
