package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.VectorMath;

/**
 * The examples x of a regression, summed up as G = Σ a xxᵀ with a weight a for each. Not safe for use by several threads.
 */
final class GramMatrix {

    /** The lower triangle, row by row, so that adding an example walks memory in order. */
    private final float[][] rows;

    /** @param dimension of the examples, at least 1 */
    GramMatrix(int dimension) {
        rows = new float[dimension][];
        for (int i = 0; i < dimension; i++) {
            rows[i] = new float[i + 1];
        }
    }

    /** An entry of a symmetric matrix. */
    @FunctionalInterface
    interface Entry {
        float at(int row, int column);
    }

    /** The matrix of products that are known already. */
    static GramMatrix of(int dimension, Entry entry) {
        GramMatrix matrix = new GramMatrix(dimension);
        for (int i = 0; i < dimension; i++) {
            for (int j = 0; j <= i; j++) {
                matrix.rows[i][j] = entry.at(i, j);
            }
        }
        return matrix;
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
     * Cholesky's decomposition of {@code factor · G + penalty · I}, which is stable because the penalty bounds the
     * eigenvalues from below.
     *
     * @param penalty above 0
     */
    Cholesky decompose(double factor, double penalty) {
        double[][] lower = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            double[] row = new double[i + 1];
            lower[i] = row;
            for (int j = 0; j < i; j++) {
                row[j] = (factor * rows[i][j] - dot(row, lower[j], j)) / lower[j][j];
            }
            row[i] = Math.sqrt(factor * rows[i][i] + penalty - dot(row, row, i));
        }
        return new Cholesky(lower);
    }

    /** The lower triangular L with LLᵀ = A. */
    static final class Cholesky {

        private final double[][] lower;

        private Cholesky(double[][] lower) {
            this.lower = lower;
        }

        /** The lower triangle of L⁻¹, row by row. */
        double[][] inverse() {
            double[][] inverse = new double[lower.length][];
            for (int i = 0; i < lower.length; i++) {
                double[] row = new double[i + 1];
                for (int k = 0; k < i; k++) {
                    for (int j = 0; j <= k; j++) {
                        row[j] -= lower[i][k] * inverse[k][j];
                    }
                }
                for (int j = 0; j < i; j++) {
                    row[j] /= lower[i][i];
                }
                row[i] = 1 / lower[i][i];
                inverse[i] = row;
            }
            return inverse;
        }

        /** The x with Ax = b. */
        double[] solve(double[] b) {
            double[] x = b.clone();
            for (int i = 0; i < x.length; i++) {
                x[i] = (x[i] - dot(lower[i], x, i)) / lower[i][i];
            }
            for (int i = x.length - 1; i >= 0; i--) {
                x[i] /= lower[i][i];
                for (int k = 0; k < i; k++) {
                    x[k] -= lower[i][k] * x[i];
                }
            }
            return x;
        }
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
