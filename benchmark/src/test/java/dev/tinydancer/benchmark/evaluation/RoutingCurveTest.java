package dev.tinydancer.benchmark.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RoutingCurveTest {

    /** Ten requests: the weak model is right on the last four, the strong one on all but the ninth. */
    private static final double[] WEAK = {0, 0, 0, 0, 0, 0, 1, 1, 1, 1};

    private static final double[] STRONG = {1, 1, 1, 1, 1, 1, 1, 1, 0, 1};

    @Test
    void of_distinctWinRates_stepsThroughTenths() {
        // Quantile edges of 0..9 at steps of 0.9: each cut lets one request fewer through, the first lets all.
        double[] winRates = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0};

        RoutingCurve curve = RoutingCurve.of(winRates, WEAK, STRONG);

        assertThat(curve.points())
                .extracting(RoutingCurve.Point::strongShare)
                .containsExactly(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0);
        assertThat(curve.points())
                .extracting(RoutingCurve.Point::accuracy)
                .containsExactly(0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.0, 1.0, 0.9, 0.9);
    }

    @Test
    void metrics_workedByHand() {
        RoutingCurve curve = RoutingCurve.of(new double[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, WEAK, STRONG);

        // Weak 0.4, strong 0.9. Half the gap is 0.65, between 0.6 at 20 % and 0.7 at 30 %; 80 % of it is 0.8, at 40 %.
        assertThat(curve.callPerformanceThreshold(0.5)).isCloseTo(0.25, within(1e-12));
        assertThat(curve.callPerformanceThreshold(0.8)).isCloseTo(0.40, within(1e-12));
        // Trapezoid: 0.1 x (sum of the eleven accuracies 8.7 - half of the first and last 0.65) = 0.805.
        assertThat(curve.averagePerformanceGapRecovered()).isCloseTo((0.805 - 0.4) / 0.5, within(1e-12));
    }

    @Test
    void metrics_equalWinRates_twoPoints() {
        RoutingCurve curve = RoutingCurve.of(new double[10], WEAK, STRONG);

        // Ten cuts send everything to the strong model, the last nothing.
        assertThat(curve.points()).startsWith(new RoutingCurve.Point(0, 0.4)).endsWith(new RoutingCurve.Point(1, 0.9));
        assertThat(curve.averagePerformanceGapRecovered()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void metrics_randomRouter_recoversHalf() {
        Random random = new Random(7);
        int n = 20_000;
        double[] weak = random.doubles(n).map(u -> u < 0.7 ? 1 : 0).toArray();
        double[] strong = random.doubles(n).map(u -> u < 0.85 ? 1 : 0).toArray();

        RoutingCurve curve = RoutingCurve.of(random.doubles(n).toArray(), weak, strong);

        assertThat(curve.averagePerformanceGapRecovered()).isCloseTo(0.5, within(0.03));
        assertThat(curve.callPerformanceThreshold(0.5)).isCloseTo(0.5, within(0.05));
    }

    @Test
    void metrics_reversedOrder_mirrors() {
        double[] winRates = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
        double[] reversed = Arrays.stream(winRates).map(w -> -w).toArray();

        double apgr = RoutingCurve.of(winRates, WEAK, STRONG).averagePerformanceGapRecovered();
        double mirrored = RoutingCurve.of(reversed, WEAK, STRONG).averagePerformanceGapRecovered();

        assertThat(apgr + mirrored).isCloseTo(1, within(1e-12));
    }

    @Test
    void of_strongNotBetter_rejected() {
        assertThatThrownBy(() -> RoutingCurve.of(new double[] {1}, new double[] {1}, new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1.0 and 1.0");
    }

    @Test
    void of_lengthsDiffer_rejected() {
        assertThatThrownBy(() -> RoutingCurve.of(new double[2], new double[2], new double[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2, 2 and 3");
    }
}
