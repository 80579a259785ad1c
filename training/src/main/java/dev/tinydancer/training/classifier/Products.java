package dev.tinydancer.training.classifier;

import dev.tinydancer.router.vector.VectorMath;

/** The products that the gradients of a row-major matrix need. */
final class Products {

    private Products() {}

    /** {@code target[offset ..] += matrixᵀ * vector}, matrix {@code float[rows * columns]}. */
    static void transposedMultiplyAdd(
            float[] matrix, int rows, int columns, float[] vector, float[] target, int offset) {
        for (int row = 0; row < rows; row++) {
            VectorMath.addScaled(vector[row], matrix, row * columns, target, offset, columns);
        }
    }

    /** {@code matrix += left * rightᵀ}, matrix {@code float[rows * columns]}, right from {@code offset}. */
    static void outerAdd(float[] left, int rows, float[] right, int offset, int columns, float[] matrix) {
        for (int row = 0; row < rows; row++) {
            VectorMath.addScaled(left[row], right, offset, matrix, row * columns, columns);
        }
    }
}
