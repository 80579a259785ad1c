package dev.tinydancer.router.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PolicyTest {

    private static final double PLENTY = Double.POSITIVE_INFINITY;
    private static final Prospect LARGE = new Prospect(0.95, 0.012, 2_500);
    private static final Prospect SMALL = new Prospect(0.80, 0.0001, 400);

    static List<Policy> standard() {
        return Policy.standard();
    }

    @Test
    void utility_isTheTradeInPointsOfQuality() {
        Policy policy = Policy.BALANCED.withWorthUsd(0.10).withUsdPerSecond(0.002);
        Baseline baseline = Baseline.of(List.of(LARGE, SMALL));

        // (0.95 * 0.10 - 0.012 - 2.5 * 0.002) / 0.10
        assertThat(policy.utility(LARGE, baseline, PLENTY)).isCloseTo(0.78, within(1e-12));
        assertThat(policy.utility(LARGE, baseline, 0.12)).isCloseTo(0.68, within(1e-12));
    }

    @Test
    void utility_withoutMoneyOfItsOwn_isFreeOfScale() {
        for (Policy policy : Policy.standard()) {
            Prospect large = new Prospect(0.95, 12, 2_500);
            Prospect small = new Prospect(0.80, 0.1, 400);

            assertThat(policy.utility(large, Baseline.of(List.of(large, small)), PLENTY))
                    .isCloseTo(policy.utility(LARGE, Baseline.of(List.of(LARGE, SMALL)), PLENTY), within(1e-12));
        }
    }

    @Test
    void cost_isTheCheapestThatKeepsItsShareOfTheBestQuality() {
        assertThat(best(Policy.COST, LARGE, SMALL)).isSameAs(SMALL);
        assertThat(best(Policy.COST, LARGE, withQuality(SMALL, 0.75))).isSameAs(LARGE);
        assertThat(best(Policy.COST, withQuality(LARGE, 0.4), withQuality(SMALL, 0.35)))
                .extracting(Prospect::quality)
                .isEqualTo(0.35);
    }

    @Test
    void latency_isTheFastestThatKeepsItsShareOfTheBestQuality() {
        Prospect fast = new Prospect(0.82, 0.02, 20);

        assertThat(best(Policy.LATENCY, LARGE, SMALL, fast)).isSameAs(fast);
        assertThat(best(Policy.LATENCY, LARGE, SMALL, withQuality(fast, 0.66))).isSameAs(SMALL);
    }

    @Test
    void quality_prefersTheBetterUnlessItIsNoneForTheMoney() {
        assertThat(best(Policy.QUALITY, LARGE, SMALL)).isSameAs(LARGE);
        Prospect asGood = withQuality(SMALL, 0.945);
        assertThat(best(Policy.QUALITY, LARGE, asGood)).isSameAs(asGood);
        Prospect nearly = withQuality(SMALL, 0.93);
        assertThat(best(Policy.QUALITY, LARGE, nearly)).isSameAs(LARGE);
    }

    @Test
    void balanced_paysTheWholeDifferenceForTwentyPoints() {
        Prospect cheap = new Prospect(0.75, 0, 1_000);

        assertThat(best(Policy.BALANCED, cheap, new Prospect(0.94, 0.1, 1_000))).isSameAs(cheap);
        Prospect muchBetter = new Prospect(0.96, 0.1, 1_000);
        assertThat(best(Policy.BALANCED, cheap, muchBetter)).isSameAs(muchBetter);
    }

    @Test
    void floor_isAboveEveryBargain() {
        Policy policy = Policy.BALANCED.withWorthUsd(1e-6).withMinRelativeQuality(0.9);

        assertThat(best(policy, new Prospect(0.9, 1e9, 1e9), new Prospect(0.8, 0, 0)))
                .extracting(Prospect::quality)
                .isEqualTo(0.9);
    }

    @ParameterizedTest
    @MethodSource("standard")
    void utility_isFiniteForFreeAndHopelessAgents(Policy policy) {
        Prospect free = new Prospect(0, 0, 0);

        assertThat(policy.utility(free, Baseline.of(List.of(free)), PLENTY)).isFinite();
        assertThat(policy.utility(free, Baseline.of(List.of(free, LARGE)), PLENTY))
                .isFinite();
        assertThat(policy.utility(LARGE, Baseline.of(List.of(free, LARGE)), PLENTY))
                .isFinite();
    }

    @ParameterizedTest
    @MethodSource("standard")
    void freeAgents_theBetterOneIsChosen(Policy policy) {
        Prospect better = new Prospect(0.9, 0, 100);

        assertThat(best(policy, new Prospect(0.85, 0, 100), better)).isSameAs(better);
        // A millisecond is nothing beside five points, whatever a second costs.
        Policy hurried = policy.withUsdPerSecond(0.002);
        assertThat(best(hurried, new Prospect(0.85, 0, 99), better)).isSameAs(better);
    }

    @Test
    void utility_moneyGetsDearerAsItRunsOut() {
        Baseline baseline = Baseline.of(List.of(LARGE, SMALL));

        assertThat(Policy.QUALITY.utility(LARGE, baseline, 100))
                .isGreaterThan(Policy.QUALITY.utility(SMALL, baseline, 100));
        assertThat(Policy.QUALITY.utility(LARGE, baseline, 0.02))
                .isLessThan(Policy.QUALITY.utility(SMALL, baseline, 0.02));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void withWorthUsd_refusesWhatIsNoWorth(double worth) {
        assertThatThrownBy(() -> Policy.COST.withWorthUsd(worth))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("worthUsd must be a finite number of more than 0, got " + worth);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void withMinRelativeQuality_refusesWhatIsNoShare(double share) {
        assertThatThrownBy(() -> Policy.COST.withMinRelativeQuality(share))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("minRelativeQuality must be in [0, 1], got " + share);
    }

    @Test
    void standard_unknown() {
        assertThat(Policy.standard("quality_per_dollar")).contains(Policy.QUALITY_PER_DOLLAR);
        assertThat(Policy.standard("Cost")).isEmpty();
    }

    private static Prospect best(Policy policy, Prospect... candidates) {
        Baseline baseline = Baseline.of(List.of(candidates));
        return List.of(candidates).stream()
                .max(Comparator.comparingDouble(candidate -> policy.utility(candidate, baseline, PLENTY)))
                .orElseThrow();
    }

    private static Prospect withQuality(Prospect prospect, double quality) {
        return new Prospect(quality, prospect.costUsd(), prospect.latencyMillis());
    }
}
