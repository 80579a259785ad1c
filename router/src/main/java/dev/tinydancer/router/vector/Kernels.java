package dev.tinydancer.router.vector;

/**
 * What an implementation of vector arithmetic has to provide. Arguments have been checked by {@link VectorMath}; ranges
 * lie inside their arrays, and {@code out} arrays overlap no input. Implementations have no state.
 */
interface Kernels {

    /** {@code scalar} or {@code panama}. */
    String name();

    /** Width of a vector register as used, in bits; 32 for plain float arithmetic. */
    int bits();

    /** Sum of products. */
    float dot(float[] a, int aOffset, float[] b, int bOffset, int length);

    /** Sum of products, exact while it fits an int. */
    int dot(byte[] a, int aOffset, byte[] b, int bOffset, int length);

    /**
     * Products of several rows with one vector, {@code out[i] = rows[i] · vector}, exact.
     *
     * @param rows {@code [count × length]} from {@code offset}, row-major; no component is -128
     * @param vector {@code [length]}; no component is -128
     */
    void dotRows(byte[] rows, int offset, int count, int length, byte[] vector, int[] out);

    /**
     * Matrix times vector, {@code out[outOffset + i] = matrix[i] · vector}.
     *
     * @param matrix {@code [rows × columns]}, row-major
     */
    void multiply(float[] matrix, int rows, int columns, float[] vector, int vectorOffset, float[] out, int outOffset);

    /** {@code y += factor * x}. */
    void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int length);

    /** {@code y += factor * x}. */
    void addScaled(float factor, byte[] x, int xOffset, float[] y, int yOffset, int length);

    /** {@code x *= factor}. */
    void scaleInPlace(float factor, float[] x, int offset, int length);
}
