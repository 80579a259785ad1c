package dev.tinydancer.router.vector;

/** Cholesky's decomposition of a matrix A: the lower triangular L with LLᵀ = A. */
public final class Cholesky {

    private final double[][] lower;

    private Cholesky(double[][] lower) {
        this.lower = lower;
    }

    /**
     * The decomposition of a symmetric and positive definite matrix.
     *
     * @param lower A's lower triangle, row by row, row i of length i + 1 or more; overwritten
     */
    public static Cholesky of(double[][] lower) {
        for (int i = 0; i < lower.length; i++) {
            double[] row = lower[i];
            for (int j = 0; j < i; j++) {
                row[j] = (row[j] - dot(row, lower[j], j)) / lower[j][j];
            }
            row[i] = Math.sqrt(row[i] - dot(row, row, i));
        }
        return new Cholesky(lower);
    }

    /** The lower triangle of L⁻¹, row by row. */
    public double[][] inverse() {
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
    public double[] solve(double[] b) {
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
