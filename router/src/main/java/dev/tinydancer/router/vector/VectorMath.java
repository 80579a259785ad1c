package dev.tinydancer.router.vector;

import java.util.Arrays;

/**
 * Arithmetic on vectors and matrices in arrays. Matrices are row-major, {@code [rows × columns]}.
 *
 * <p>NaN and infinities go through as in plain arithmetic. Sums are rounded in an order that depends on the processor,
 * so that results differ in the last bits from one machine to the next.
 */
public final class VectorMath {

    private static final Kernels KERNELS = KernelChoice.kernels();

    /** Bounds within which a float holds the sum of squares, and the reciprocal of its root, to full precision. */
    private static final float MIN_SQUARES = 1e-25f;

    private static final float MAX_SQUARES = 1e37f;

    /** Larger than any byte. */
    private static final int ABOVE_BYTES = 128;

    private VectorMath() {}

    /** What does the arithmetic: {@code panama} for vector instructions, {@code scalar} for plain Java. */
    public static String implementation() {
        return KERNELS.name();
    }

    /** The width in bits at which it is done; 32 for plain Java. */
    public static int bits() {
        return KERNELS.bits();
    }

    /** Sum of the products of components. */
    public static float dot(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "a and b must have the same length, got " + a.length + " and " + b.length);
        }
        return KERNELS.dot(a, 0, b, 0, a.length);
    }

    /** The dot product of {@code a[aOffset … aOffset + length)} and the same of b. */
    public static float dot(float[] a, int aOffset, float[] b, int bOffset, int length) {
        checkRange("a", a.length, aOffset, length);
        checkRange("b", b.length, bOffset, length);
        return KERNELS.dot(a, aOffset, b, bOffset, length);
    }

    /**
     * Products of rows of bytes with one vector, exact: {@code out[i]} is that of the row at {@code offset + i *
     * vector.length}.
     *
     * @param rows row-major; no component is -128
     * @param count how many rows, at most {@code out.length}
     * @param vector {@code byte[columns]}; no component is -128
     */
    public static void dotRows(byte[] rows, int offset, int count, byte[] vector, int[] out) {
        checkRange("rows", rows.length, offset, count * vector.length);
        checkRange("out", out.length, 0, count);
        KERNELS.dotRows(rows, offset, count, vector.length, vector, out);
    }

    /**
     * Matrix times vector.
     *
     * @param matrix {@code [out.length × vector.length]}
     * @param out is overwritten
     */
    public static void multiply(float[] matrix, float[] vector, float[] out) {
        checkLength("matrix", matrix.length, out.length, vector.length);
        KERNELS.multiply(matrix, out.length, vector.length, vector, 0, out, 0);
    }

    /**
     * Matrix times a part of an array, into a part of another.
     *
     * @param matrix {@code [rows × columns]}
     * @param vector read from {@code vectorOffset}, {@code columns} components
     * @param out overwritten from {@code outOffset}, {@code rows} components; may be {@code vector} if the parts do not
     *     overlap
     */
    public static void multiply(
            float[] matrix, int rows, int columns, float[] vector, int vectorOffset, float[] out, int outOffset) {
        checkLength("matrix", matrix.length, rows, columns);
        checkRange("vector", vector.length, vectorOffset, columns);
        checkRange("out", out.length, outOffset, rows);
        KERNELS.multiply(matrix, rows, columns, vector, vectorOffset, out, outOffset);
    }

    /**
     * Matrix times vector, plus bias.
     *
     * @param matrix {@code [out.length × vector.length]}
     * @param bias {@code [out.length]}
     * @param out is overwritten
     */
    public static void multiplyAdd(float[] matrix, float[] vector, float[] bias, float[] out) {
        multiply(matrix, vector, out);
        addScaled(1, bias, out);
    }

    /** {@code y += factor * x}. */
    public static void addScaled(float factor, float[] x, float[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    "x and y must have the same length, got " + x.length + " and " + y.length);
        }
        KERNELS.addScaled(factor, x, 0, y, 0, x.length);
    }

    /** {@code y[yOffset … yOffset + length) += factor * x[xOffset … xOffset + length)}. */
    public static void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int length) {
        checkRange("x", x.length, xOffset, length);
        checkRange("y", y.length, yOffset, length);
        KERNELS.addScaled(factor, x, xOffset, y, yOffset, length);
    }

    /** The same for components kept as bytes. */
    public static void addScaled(float factor, byte[] x, int xOffset, float[] y, int yOffset, int length) {
        checkRange("x", x.length, xOffset, length);
        checkRange("y", y.length, yOffset, length);
        KERNELS.addScaled(factor, x, xOffset, y, yOffset, length);
    }

    /**
     * The mean of a matrix's rows, times a factor.
     *
     * @param matrix {@code [rows × out.length]}, at least one row
     * @param out is overwritten
     */
    public static void scaledMean(float[] matrix, int rows, float factor, float[] out) {
        if (rows < 1) {
            throw new IllegalArgumentException("rows must be at least 1, got " + rows);
        }
        checkLength("matrix", matrix.length, rows, out.length);
        Arrays.fill(out, 0);
        for (int row = 0; row < rows; row++) {
            KERNELS.addScaled(factor / rows, matrix, row * out.length, out, 0, out.length);
        }
    }

    /**
     * Scales a vector to length 1.
     *
     * @return its length before; 0 for a zero vector, which stays as it is
     */
    public static double normalizeInPlace(float[] vector) {
        float squares = KERNELS.dot(vector, 0, vector, 0, vector.length);
        if (squares >= MIN_SQUARES && squares <= MAX_SQUARES) {
            double length = Math.sqrt(squares);
            KERNELS.scaleInPlace((float) (1 / length), vector, 0, vector.length);
            return length;
        }
        return normalizeInDoublesInPlace(vector);
    }

    /** For components whose squares a float cannot hold. */
    private static double normalizeInDoublesInPlace(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        double length = Math.sqrt(squares);
        if (length != 0) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) (vector[i] / length);
            }
        }
        return length;
    }

    /**
     * Rounds a vector to bytes of which the largest is ±127; none is -128.
     *
     * @param vector read from {@code offset}, {@code length} components, finite
     * @param bytes overwritten from {@code bytesOffset}, {@code length} bytes; a component is about byte × scale
     * @return the scale, at least 0; 0 for a zero vector
     */
    public static float quantize(float[] vector, int offset, int length, byte[] bytes, int bytesOffset) {
        checkRange("vector", vector.length, offset, length);
        checkRange("bytes", bytes.length, bytesOffset, length);
        float largest = 0;
        for (int i = 0; i < length; i++) {
            largest = Math.max(largest, Math.abs(vector[offset + i]));
        }
        if (largest == 0) {
            Arrays.fill(bytes, bytesOffset, bytesOffset + length, (byte) 0);
            return 0;
        }
        float factor = Byte.MAX_VALUE / largest;
        if (Float.isInfinite(factor)) {
            for (int i = 0; i < length; i++) {
                bytes[bytesOffset + i] = (byte) Math.round(vector[offset + i] / largest * Byte.MAX_VALUE);
            }
        } else {
            // What is positive is rounded by cutting it off, which takes a vector instruction, and Math.round four
            // times as long.
            for (int i = 0; i < length; i++) {
                bytes[bytesOffset + i] =
                        (byte) ((int) (vector[offset + i] * factor + (ABOVE_BYTES + 0.5f)) - ABOVE_BYTES);
            }
        }
        return largest / Byte.MAX_VALUE;
    }

    private static void checkLength(String name, int length, int rows, int columns) {
        if (length != (long) rows * columns) {
            throw new IllegalArgumentException(
                    name + " must have " + rows + " x " + columns + " components, got " + length);
        }
    }

    private static void checkRange(String name, int available, int offset, int length) {
        if (offset < 0 || length < 0 || length > available - offset) {
            throw new IllegalArgumentException(name + " must hold [" + offset + ", " + ((long) offset + length)
                    + "), it has " + available + " components");
        }
    }
}
