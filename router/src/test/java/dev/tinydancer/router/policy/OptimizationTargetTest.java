package dev.tinydancer.router.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OptimizationTargetTest {

    private static final Prospect LARGE = new Prospect(0.95, 0.012, 2_500);
    private static final Prospect SMALL = new Prospect(0.80, 0.0001, 400);

    @Test
    void cost_prefersTheCheapestThatCanDoIt() {
        assertThat(best(OptimizationTarget.COST, LARGE, SMALL)).isSameAs(SMALL);
        assertThat(best(OptimizationTarget.COST, LARGE, withQuality(SMALL, 0.3)))
                .isSameAs(LARGE);
    }

    @Test
    void cost_noneCanDoIt_prefersTheBestOfThem() {
        Prospect better = withQuality(LARGE, 0.4);

        assertThat(best(OptimizationTarget.COST, better, withQuality(SMALL, 0.3)))
                .isSameAs(better);
    }

    @Test
    void latency_prefersTheFastestThatCanDoIt() {
        Prospect fastAndDear = new Prospect(0.7, 10, 20);

        assertThat(best(OptimizationTarget.LATENCY, LARGE, SMALL, fastAndDear)).isSameAs(fastAndDear);
        assertThat(best(OptimizationTarget.LATENCY, LARGE, SMALL, withQuality(fastAndDear, 0.1)))
                .isSameAs(SMALL);
    }

    @Test
    void quality_prefersTheBestWhateverItCosts() {
        assertThat(best(OptimizationTarget.QUALITY, LARGE, SMALL)).isSameAs(LARGE);
    }

    @Test
    void quality_equal_prefersTheCheaper() {
        Prospect asGood = withQuality(SMALL, LARGE.quality());

        assertThat(best(OptimizationTarget.QUALITY, LARGE, asGood)).isSameAs(asGood);
    }

    @Test
    void balanced_tenTimesCheaperIsWorthFivePoints() {
        Prospect cheap = new Prospect(0.80, 0.01, 1_000);

        assertThat(best(OptimizationTarget.BALANCED, cheap, new Prospect(0.84, 0.1, 1_000)))
                .isSameAs(cheap);
        Prospect muchBetter = new Prospect(0.86, 0.1, 1_000);
        assertThat(best(OptimizationTarget.BALANCED, cheap, muchBetter)).isSameAs(muchBetter);
    }

    @Test
    void qualityPerDollar_countsGoodAnswersPerDollar() {
        Prospect halfAsGoodAtAThird = new Prospect(0.5, 0.01, 100);
        Prospect good = new Prospect(0.99, 0.03, 100);
        Prospect goodAtHalf = new Prospect(0.99, 0.015, 100);

        assertThat(best(OptimizationTarget.QUALITY_PER_DOLLAR, good, halfAsGoodAtAThird))
                .isSameAs(halfAsGoodAtAThird);
        assertThat(best(OptimizationTarget.QUALITY_PER_DOLLAR, goodAtHalf, halfAsGoodAtAThird))
                .isSameAs(goodAtHalf);
    }

    @ParameterizedTest
    @EnumSource
    void utility_isFiniteForFreeAndHopelessAgents(OptimizationTarget target) {
        Prospect free = new Prospect(0, 0, 0);
        Baseline baseline = Baseline.of(List.of(free, LARGE));

        assertThat(target.utility(free, baseline)).isFinite();
        assertThat(target.utility(LARGE, baseline)).isFinite();
    }

    @Test
    void withBudget_moneyGetsDearerAsItRunsOut() {
        Policy plenty = OptimizationTarget.QUALITY.withBudget(100);
        Policy little = OptimizationTarget.QUALITY.withBudget(0.02);

        assertThat(best(plenty, LARGE, SMALL)).isSameAs(LARGE);
        assertThat(best(little, LARGE, SMALL)).isSameAs(SMALL);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN})
    void withBudget_nothingLeft(double remaining) {
        assertThatThrownBy(() -> OptimizationTarget.COST.withBudget(remaining))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("remainingUsd must be more than 0, got " + remaining);
    }

    @Test
    void fromSqlName_unknown() {
        assertThat(OptimizationTarget.fromSqlName("quality_per_dollar"))
                .contains(OptimizationTarget.QUALITY_PER_DOLLAR);
        assertThat(OptimizationTarget.fromSqlName("Cost")).isEmpty();
    }

    private static Prospect best(Policy policy, Prospect... candidates) {
        Baseline baseline = Baseline.of(List.of(candidates));
        return List.of(candidates).stream()
                .max(Comparator.comparingDouble(candidate -> policy.utility(candidate, baseline)))
                .orElseThrow();
    }

    private static Prospect withQuality(Prospect prospect, double quality) {
        return new Prospect(quality, prospect.costUsd(), prospect.latencyMillis());
    }
}
