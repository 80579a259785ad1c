package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.Cholesky;
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
            lower[i] = new double[i + 1];
            for (int j = 0; j <= i; j++) {
                lower[i][j] = factor * rows[i][j];
            }
            lower[i][i] += penalty;
        }
        return Cholesky.of(lower);
    }
}
