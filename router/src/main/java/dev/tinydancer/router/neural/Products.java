package dev.tinydancer.router.neural;

/** Products of row-major matrices with vectors, and the two products that their gradients need. */
final class Products {

    private Products() {}

    /** {@code target += matrix * input[offset ..]}, matrix {@code float[rows * columns]}. */
    static void multiplyAdd(float[] matrix, int rows, int columns, float[] input, int offset, float[] target) {
        for (int row = 0; row < rows; row++) {
            target[row] += dot(matrix, row * columns, input, offset, columns);
        }
    }

    /** {@code target[offset ..] += matrixᵀ * vector}, matrix {@code float[rows * columns]}. */
    static void transposedMultiplyAdd(
            float[] matrix, int rows, int columns, float[] vector, float[] target, int offset) {
        for (int row = 0; row < rows; row++) {
            addScaled(vector[row], matrix, row * columns, target, offset, columns);
        }
    }

    /** {@code matrix += left * rightᵀ}, matrix {@code float[rows * columns]}, right from {@code offset}. */
    static void outerAdd(float[] left, int rows, float[] right, int offset, int columns, float[] matrix) {
        for (int row = 0; row < rows; row++) {
            addScaled(left[row], right, offset, matrix, row * columns, columns);
        }
    }

    private static void addScaled(
            float factor, float[] source, int sourceOffset, float[] target, int targetOffset, int length) {
        if (factor == 0) {
            return;
        }
        for (int i = 0; i < length; i++) {
            target[targetOffset + i] += factor * source[sourceOffset + i];
        }
    }

    private static float dot(float[] left, int leftOffset, float[] right, int rightOffset, int length) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int i = 0;
        for (; i + 3 < length; i += 4) {
            sum0 += left[leftOffset + i] * right[rightOffset + i];
            sum1 += left[leftOffset + i + 1] * right[rightOffset + i + 1];
            sum2 += left[leftOffset + i + 2] * right[rightOffset + i + 2];
            sum3 += left[leftOffset + i + 3] * right[rightOffset + i + 3];
        }
        for (; i < length; i++) {
            sum0 += left[leftOffset + i] * right[rightOffset + i];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }
}
