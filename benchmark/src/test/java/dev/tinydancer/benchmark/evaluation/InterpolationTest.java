package dev.tinydancer.benchmark.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Expected values are worked by hand and agree with NumPy 2.4. */
final class InterpolationTest {

    @Test
    void interpolate_betweenAndOutside() {
        double[] xs = {0, 2, 4};
        double[] ys = {10, 20, 60};

        assertThat(Interpolation.interpolate(-1, xs, ys)).isEqualTo(10);
        assertThat(Interpolation.interpolate(1, xs, ys)).isEqualTo(15);
        assertThat(Interpolation.interpolate(2, xs, ys)).isEqualTo(20);
        assertThat(Interpolation.interpolate(3, xs, ys)).isEqualTo(40);
        assertThat(Interpolation.interpolate(9, xs, ys)).isEqualTo(60);
    }

    @Test
    void interpolate_fewPositionsOutOfOrder_takesTheFirstThatFits() {
        // numpy.interp([0.55, 0.65], [0.5, 0.7, 0.6, 0.8], [0, 1, 2, 3]) = [0.25, 0.75]
        double[] xs = {0.5, 0.7, 0.6, 0.8};
        double[] ys = {0, 1, 2, 3};

        assertThat(Interpolation.interpolate(0.55, xs, ys)).isCloseTo(0.25, within(1e-12));
        assertThat(Interpolation.interpolate(0.65, xs, ys)).isCloseTo(0.75, within(1e-12));
    }

    @Test
    void interpolate_elevenPositionsOutOfOrder_searchesLikeNumpy() {
        // Reference: numpy.interp of NumPy 2.4.6 on the same arrays.
        double[] xs = {0.10, 0.30, 0.25, 0.40, 0.60, 0.50, 0.55, 0.70, 0.65, 0.75, 0.80};
        double[] ys = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        double[] targets = {0.15, 0.28, 0.35, 0.45, 0.52, 0.58, 0.62, 0.68, 0.72, 0.78, 0.80};
        double[] expected = {0.25, 0.9, 8.0 / 3, 3.25, 3.6, 6.2, 97.0 / 15, 8.3, 8.7, 9.6, 10};

        assertThat(Arrays.stream(targets)
                        .map(x -> Interpolation.interpolate(x, xs, ys))
                        .toArray())
                .containsExactly(expected, within(1e-12));
    }

    @Test
    void trapezoid_twoSegments() {
        // 1 wide, mean height 1.5; 2 wide, mean height 3.
        assertThat(Interpolation.trapezoid(new double[] {0, 1, 3}, new double[] {1, 2, 4}))
                .isCloseTo(7.5, within(1e-12));
    }

    @Test
    void quantiles_fallBetweenValues() {
        // Four values lie at positions 0 to 3; quarters of that are 0.75 apart.
        assertThat(Interpolation.quantiles(new double[] {40, 10, 30, 20}, 4))
                .containsExactly(new double[] {10, 17.5, 25, 32.5, 40}, within(1e-12));
    }
}
