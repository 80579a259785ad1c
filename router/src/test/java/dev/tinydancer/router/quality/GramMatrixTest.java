package dev.tinydancer.router.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class GramMatrixTest {

    @Test
    void solve_workedByHand() {
        // Examples (1, 0) -> 2 and (1, 1) -> 3, the second counting twice; penalty 1.
        // G + I = [[4, 2], [2, 3]], targets = (2 + 6, 6): w = (3·8 - 2·6, 4·6 - 2·8) / 8 = (1.5, 1).
        GramMatrix matrix = new GramMatrix(2);
        matrix.add(new float[] {1, 0}, 1);
        matrix.add(new float[] {1, 1}, 2);

        assertThat(matrix.decompose(1, 1).solve(new double[] {8, 6}))
                .containsExactly(new double[] {1.5, 1}, within(1e-6));
    }

    @Test
    void solve_manyExamples_findsWhatMadeThem() {
        int dimension = 37;
        Random random = new Random(11);
        double[] truth = new double[dimension];
        Arrays.setAll(truth, i -> random.nextGaussian());
        GramMatrix first = new GramMatrix(dimension);
        GramMatrix second = new GramMatrix(dimension);
        double[] targets = new double[dimension];
        for (int n = 0; n < 500; n++) {
            float[] example = gaussian(random, dimension);
            double y = 0;
            for (int i = 0; i < dimension; i++) {
                y += truth[i] * example[i];
            }
            (n % 2 == 0 ? first : second).add(example, 1);
            for (int i = 0; i < dimension; i++) {
                targets[i] += y * example[i];
            }
        }
        first.add(second);

        assertThat(first.decompose(1, 1e-3).solve(targets)).containsExactly(truth, within(1e-3));
    }

    @Test
    void solve_strongPenalty_drawsToZero() {
        GramMatrix matrix = new GramMatrix(1);
        matrix.add(new float[] {1}, 1);

        assertThat(matrix.decompose(0.5, 999.5).solve(new double[] {1}))
                .containsExactly(new double[] {0.001}, within(1e-9));
    }

    @Test
    void inverse_ofTheRoot_whitens() {
        float[][] entries = {{4, 2, 1}, {2, 3, 0.5f}, {1, 0.5f, 2}};
        double[][] inverse =
                GramMatrix.of(3, (i, j) -> entries[i][j]).decompose(1, 1e-9).inverse();

        // L⁻¹ A L⁻ᵀ = I.
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double entry = 0;
                for (int k = 0; k <= i; k++) {
                    for (int l = 0; l <= j; l++) {
                        entry += inverse[i][k] * entries[k][l] * inverse[j][l];
                    }
                }
                assertThat(entry).isCloseTo(i == j ? 1 : 0, within(1e-6));
            }
        }
    }

    private static float[] gaussian(Random random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }
}
