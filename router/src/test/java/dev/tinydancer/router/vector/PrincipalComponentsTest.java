package dev.tinydancer.router.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PrincipalComponentsTest {

    @Test
    void of_pointsOnALine_findsTheLine() {
        List<float[]> points = new ArrayList<>();
        for (int i = -5; i <= 5; i++) {
            points.add(new float[] {1 + 3 * i, 2 + 4 * i, 7});
        }
        PrincipalComponents components = PrincipalComponents.of(points, 2);
        assertThat(components.variances()[0]).isCloseTo(250, within(1e-9));
        assertThat(components.variances()[1]).isCloseTo(0, within(1e-9));
        assertThat(Math.abs(components.project(new float[] {4, 6, 7})[0])).isCloseTo(5, within(1e-5f));
        assertThat(components.project(new float[] {1, 2, 7})).containsExactly(new float[] {0, 0}, within(1e-6f));
    }

    @Test
    void project_allDirections_keepsDistancesAndUncorrelates() {
        SplittableRandom random = new SplittableRandom(3);
        int dimension = 12;
        List<float[]> points = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            float[] point = new float[dimension];
            for (int j = 0; j < dimension; j++) {
                point[j] = (float) ((j + 1) * random.nextGaussian() + (j > 0 ? 0.7 * point[j - 1] : 5));
            }
            points.add(point);
        }
        PrincipalComponents components = PrincipalComponents.of(points, dimension);
        assertThat(components.variances()).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        List<float[]> projected = points.stream().map(components::project).toList();
        for (int i = 0; i < dimension; i++) {
            for (int j = 0; j <= i; j++) {
                double product = 0;
                for (float[] point : projected) {
                    product += (double) point[i] * point[j] / projected.size();
                }
                double expected = i == j ? components.variances()[i] : 0;
                assertThat(product).isCloseTo(expected, within(1e-3));
            }
        }
        assertThat(distance(projected.get(0), projected.get(1)))
                .isCloseTo(distance(points.get(0), points.get(1)), within(1e-4));
    }

    @Test
    void leading_isTheFirstOfAll_andNothingWherePointsDifferInFewer() {
        List<float[]> points = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 40; i++) {
            double along = random.nextGaussian();
            double across = random.nextGaussian();
            points.add(new float[] {(float) (5 * along), (float) (2 * across), (float) (5 * along), 1});
        }
        PrincipalComponents all = PrincipalComponents.of(points, 3);
        PrincipalComponents leading = PrincipalComponents.leading(points, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(leading.variances()[i]).isCloseTo(all.variances()[i], within(1e-6));
        }
        for (int i = 0; i < 2; i++) {
            assertThat(Math.abs(leading.project(points.get(i))[i]))
                    .isCloseTo(Math.abs(all.project(points.get(i))[i]), within(1e-3f));
        }
        assertThat(leading.project(points.get(0))[2]).isZero();
    }

    @Test
    void of_identicalPoints_noVariance() {
        PrincipalComponents components = PrincipalComponents.of(List.of(new float[] {1, 2}, new float[] {1, 2}), 2);
        assertThat(components.variances()).containsExactly(0, 0);
    }

    @Test
    void of_moreThanThereAre_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PrincipalComponents.of(List.of(new float[3]), 4))
                .withMessage("count must be in [1, 3], got 4");
    }

    private static double distance(float[] a, float[] b) {
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            squares += Math.pow(a[i] - b[i], 2);
        }
        return Math.sqrt(squares);
    }
}
