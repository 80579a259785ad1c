package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.VectorMath;

/**
 * The examples x of a linear regression, summed up as G = Σ a xxᵀ with a weight a for each, and the regression itself: the
 * weights w that minimise Σ a (y - w·x)² + λ |w|², which a Bayesian knows as the mean of the posterior for weights that
 * were normal around 0.
 *
 * <p>Not safe for use by several threads.
 */
final class GramMatrix {
    /*
     * Only the lower triangle is kept, row by row, so that adding an example walks memory in order. Solved by Cholesky's
     * decomposition, which is stable here because λ bounds the eigenvalues from below.
     */

    private final float[][] rows;

    /** @param dimension of the examples, at least 1 */
    GramMatrix(int dimension) {
        rows = new float[dimension][];
        for (int i = 0; i < dimension; i++) {
            rows[i] = new float[i + 1];
        }
    }

    /** Adds an example of the given weight. */
    void add(float[] example, double weight) {
        for (int i = 0; i < rows.length; i++) {
            VectorMath.addScaled((float) weight * example[i], example, 0, rows[i], 0, i + 1);
        }
    }

    /** Adds all examples of another matrix of the same dimension. */
    void add(GramMatrix other) {
        for (int i = 0; i < rows.length; i++) {
            VectorMath.addScaled(1, other.rows[i], 0, rows[i], 0, i + 1);
        }
    }

    /**
     * The regression's weights, {@code float[dimension]}.
     *
     * @param targets Σ a y x over the same examples, {@code double[dimension]}
     * @param penalty λ, above 0
     */
    float[] solve(double[] targets, double penalty) {
        double[][] factor = cholesky(penalty);
        double[] solution = targets.clone();
        for (int i = 0; i < solution.length; i++) {
            double sum = solution[i];
            for (int k = 0; k < i; k++) {
                sum -= factor[i][k] * solution[k];
            }
            solution[i] = sum / factor[i][i];
        }
        for (int i = solution.length - 1; i >= 0; i--) {
            solution[i] /= factor[i][i];
            for (int k = 0; k < i; k++) {
                solution[k] -= factor[i][k] * solution[i];
            }
        }
        float[] weights = new float[solution.length];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) solution[i];
        }
        return weights;
    }

    /** The lower triangular L with LLᵀ = G + λI. */
    private double[][] cholesky(double penalty) {
        double[][] factor = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            double[] row = new double[i + 1];
            factor[i] = row;
            for (int j = 0; j < i; j++) {
                row[j] = (rows[i][j] - dot(row, factor[j], j)) / factor[j][j];
            }
            row[i] = Math.sqrt(rows[i][i] + penalty - dot(row, row, i));
        }
        return factor;
    }

    private static double dot(double[] a, double[] b, int length) {
        // Four sums, because the compiler may not reorder the additions of one.
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            sum0 += a[i] * b[i];
            sum1 += a[i + 1] * b[i + 1];
            sum2 += a[i + 2] * b[i + 2];
            sum3 += a[i + 3] * b[i + 3];
        }
        for (; i < length; i++) {
            sum0 += a[i] * b[i];
        }
        return sum0 + sum1 + sum2 + sum3;
    }
}
