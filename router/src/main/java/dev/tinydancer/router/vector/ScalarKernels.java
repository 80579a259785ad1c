package dev.tinydancer.router.vector;

/** Plain Java, for a JVM without the Vector API, and as what the vector kernels are measured against. */
final class ScalarKernels implements Kernels {
    /*
     * The compiler may not reorder float additions, so a sum with one accumulator runs at the latency of an addition.
     * Eight accumulators let it overlap them: about three times as fast.
     */

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int bits() {
        return Float.SIZE;
    }

    @Override
    public float dot(float[] a, int aOffset, float[] b, int bOffset, int length) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        float sum4 = 0;
        float sum5 = 0;
        float sum6 = 0;
        float sum7 = 0;
        int i = 0;
        for (; i <= length - 8; i += 8) {
            sum0 += a[aOffset + i] * b[bOffset + i];
            sum1 += a[aOffset + i + 1] * b[bOffset + i + 1];
            sum2 += a[aOffset + i + 2] * b[bOffset + i + 2];
            sum3 += a[aOffset + i + 3] * b[bOffset + i + 3];
            sum4 += a[aOffset + i + 4] * b[bOffset + i + 4];
            sum5 += a[aOffset + i + 5] * b[bOffset + i + 5];
            sum6 += a[aOffset + i + 6] * b[bOffset + i + 6];
            sum7 += a[aOffset + i + 7] * b[bOffset + i + 7];
        }
        for (; i < length; i++) {
            sum0 += a[aOffset + i] * b[bOffset + i];
        }
        return ((sum0 + sum1) + (sum2 + sum3)) + ((sum4 + sum5) + (sum6 + sum7));
    }

    @Override
    public int dot(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += a[aOffset + i] * b[bOffset + i];
        }
        return sum;
    }

    @Override
    public void dotRows(byte[] rows, int offset, int count, int length, byte[] vector, int[] out) {
        for (int row = 0; row < count; row++) {
            out[row] = dot(rows, offset + row * length, vector, 0, length);
        }
    }

    @Override
    public void multiply(
            float[] matrix, int rows, int columns, float[] vector, int vectorOffset, float[] out, int outOffset) {
        for (int row = 0; row < rows; row++) {
            out[outOffset + row] = dot(matrix, row * columns, vector, vectorOffset, columns);
        }
    }

    @Override
    public void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int length) {
        for (int i = 0; i < length; i++) {
            y[yOffset + i] += factor * x[xOffset + i];
        }
    }

    @Override
    public void addScaled(float factor, byte[] x, int xOffset, float[] y, int yOffset, int length) {
        for (int i = 0; i < length; i++) {
            y[yOffset + i] += factor * x[xOffset + i];
        }
    }

    @Override
    public void scaleInPlace(float factor, float[] x, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            x[i] *= factor;
        }
    }
}
