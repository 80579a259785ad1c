package dev.tinydancer.router.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The processor's vector instructions through {@code jdk.incubator.vector}. Loading this class without that module is a
 * {@link LinkageError}, so {@link KernelChoice} looks for the module first, and nothing else may mention the class.
 */
final class PanamaKernels implements Kernels {
    /*
     * Every species follows from the width that the JVM prefers: one wider than the processor's registers is emulated
     * object by object, some 200 times slower.
     *
     * Sums run in several registers side by side, because an addition that waits for the one before it takes four
     * cycles and two could start in each. A matrix is read four rows at a time, so that a piece of the vector, once
     * loaded, serves four rows; a matrix of bytes two rows at a time, because with four the compiler runs out of
     * registers and becomes three times as slow.
     *
     * Bytes are multiplied as shorts. The product of two components from -127 to 127 leaves room in a short for one
     * more, so pairs of products are added as shorts, twice as many to a register as ints, before they are widened.
     */

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, FLOATS.vectorShape());
    private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, FLOATS.vectorShape());

    /** As many bytes as a register holds shorts. */
    private static final VectorSpecies<Byte> SHORT_MANY = bytes(FLOATS.vectorBitSize() / 2);

    /** As many bytes as a register holds floats, or twice as many where that would be fewer than 64 bits. */
    private static final VectorSpecies<Byte> FLOAT_MANY = bytes(Math.max(64, FLOATS.vectorBitSize() / 4));

    private static final int LANES = FLOATS.length();
    private static final int BLOCK = 4;

    PanamaKernels() {
        if (FLOATS.vectorBitSize() < 128) {
            throw new UnsupportedOperationException(
                    "the processor's vectors have only " + FLOATS.vectorBitSize() + " bits");
        }
    }

    private static VectorSpecies<Byte> bytes(int bits) {
        return VectorSpecies.of(byte.class, VectorShape.forBitSize(bits));
    }

    @Override
    public String name() {
        return "panama";
    }

    @Override
    public int bits() {
        return FLOATS.vectorBitSize();
    }

    @Override
    public float dot(float[] a, int aOffset, float[] b, int bOffset, int length) {
        FloatVector sum0 = FloatVector.zero(FLOATS);
        FloatVector sum1 = sum0;
        FloatVector sum2 = sum0;
        FloatVector sum3 = sum0;
        int i = 0;
        for (; i <= length - 4 * LANES; i += 4 * LANES) {
            sum0 = products(a, aOffset + i, b, bOffset + i, sum0);
            sum1 = products(a, aOffset + i + LANES, b, bOffset + i + LANES, sum1);
            sum2 = products(a, aOffset + i + 2 * LANES, b, bOffset + i + 2 * LANES, sum2);
            sum3 = products(a, aOffset + i + 3 * LANES, b, bOffset + i + 3 * LANES, sum3);
        }
        for (; i <= length - LANES; i += LANES) {
            sum0 = products(a, aOffset + i, b, bOffset + i, sum0);
        }
        float sum = sum0.add(sum1).add(sum2.add(sum3)).reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            sum += a[aOffset + i] * b[bOffset + i];
        }
        return sum;
    }

    private static FloatVector products(float[] a, int aOffset, float[] b, int bOffset, FloatVector sum) {
        return FloatVector.fromArray(FLOATS, a, aOffset).fma(FloatVector.fromArray(FLOATS, b, bOffset), sum);
    }

    @Override
    public int dot(byte[] a, int aOffset, byte[] b, int bOffset, int length) {
        IntVector sums = IntVector.zero(INTS);
        int step = SHORT_MANY.length();
        int i = 0;
        for (; i <= length - step; i += step) {
            ShortVector products = shorts(a, aOffset + i).mul(shorts(b, bOffset + i));
            sums = sums.add(pairSums(products));
        }
        int sum = sums.reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            sum += a[aOffset + i] * b[bOffset + i];
        }
        return sum;
    }

    @Override
    public void dotRows(byte[] rows, int offset, int count, int length, byte[] vector, int[] out) {
        int row = 0;
        for (; row <= count - 2; row += 2) {
            dotTwoRows(rows, offset + row * length, length, vector, out, row);
        }
        if (row < count) {
            out[row] = dot(rows, offset + row * length, vector, 0, length);
        }
    }

    private static void dotTwoRows(byte[] rows, int offset, int length, byte[] vector, int[] out, int row) {
        IntVector sums0 = IntVector.zero(INTS);
        IntVector sums1 = sums0;
        int step = SHORT_MANY.length();
        int i = 0;
        for (; i <= length - 2 * step; i += 2 * step) {
            ShortVector first = shorts(vector, i);
            ShortVector second = shorts(vector, i + step);
            int at = offset + i;
            sums0 = sums0.add(pairSums(productPairs(rows, at, first, second)));
            sums1 = sums1.add(pairSums(productPairs(rows, at + length, first, second)));
        }
        int sum0 = sums0.reduceLanes(VectorOperators.ADD);
        int sum1 = sums1.reduceLanes(VectorOperators.ADD);
        for (; i < length; i++) {
            sum0 += rows[offset + i] * vector[i];
            sum1 += rows[offset + length + i] * vector[i];
        }
        out[row] = sum0;
        out[row + 1] = sum1;
    }

    private static ShortVector shorts(byte[] bytes, int offset) {
        return (ShortVector)
                ByteVector.fromArray(SHORT_MANY, bytes, offset).convertShape(VectorOperators.B2S, SHORTS, 0);
    }

    private static ShortVector productPairs(byte[] row, int offset, ShortVector first, ShortVector second) {
        return shorts(row, offset)
                .mul(first)
                .add(shorts(row, offset + SHORT_MANY.length()).mul(second));
    }

    /** Neighbouring shorts, added as ints. Two shifts and a register's other half are cheaper than two widenings. */
    private static IntVector pairSums(ShortVector shorts) {
        IntVector pairs = shorts.reinterpretAsInts();
        IntVector upper = pairs.lanewise(VectorOperators.ASHR, Short.SIZE);
        IntVector lower = pairs.lanewise(VectorOperators.LSHL, Short.SIZE).lanewise(VectorOperators.ASHR, Short.SIZE);
        return upper.add(lower);
    }

    @Override
    public void multiply(
            float[] matrix, int rows, int columns, float[] vector, int vectorOffset, float[] out, int outOffset) {
        int row = 0;
        for (; row <= rows - BLOCK; row += BLOCK) {
            multiplyBlock(matrix, row * columns, columns, vector, vectorOffset, out, outOffset + row);
        }
        for (; row < rows; row++) {
            out[outOffset + row] = dot(matrix, row * columns, vector, vectorOffset, columns);
        }
    }

    private static void multiplyBlock(
            float[] matrix, int offset, int columns, float[] vector, int vectorOffset, float[] out, int outOffset) {
        FloatVector even0 = FloatVector.zero(FLOATS);
        FloatVector even1 = even0;
        FloatVector even2 = even0;
        FloatVector even3 = even0;
        FloatVector odd0 = even0;
        FloatVector odd1 = even0;
        FloatVector odd2 = even0;
        FloatVector odd3 = even0;
        int i = 0;
        for (; i <= columns - 2 * LANES; i += 2 * LANES) {
            int at = offset + i;
            FloatVector even = FloatVector.fromArray(FLOATS, vector, vectorOffset + i);
            even0 = FloatVector.fromArray(FLOATS, matrix, at).fma(even, even0);
            even1 = FloatVector.fromArray(FLOATS, matrix, at + columns).fma(even, even1);
            even2 = FloatVector.fromArray(FLOATS, matrix, at + 2 * columns).fma(even, even2);
            even3 = FloatVector.fromArray(FLOATS, matrix, at + 3 * columns).fma(even, even3);
            FloatVector odd = FloatVector.fromArray(FLOATS, vector, vectorOffset + i + LANES);
            odd0 = FloatVector.fromArray(FLOATS, matrix, at + LANES).fma(odd, odd0);
            odd1 = FloatVector.fromArray(FLOATS, matrix, at + columns + LANES).fma(odd, odd1);
            odd2 = FloatVector.fromArray(FLOATS, matrix, at + 2 * columns + LANES)
                    .fma(odd, odd2);
            odd3 = FloatVector.fromArray(FLOATS, matrix, at + 3 * columns + LANES)
                    .fma(odd, odd3);
        }
        float sum0 = even0.add(odd0).reduceLanes(VectorOperators.ADD);
        float sum1 = even1.add(odd1).reduceLanes(VectorOperators.ADD);
        float sum2 = even2.add(odd2).reduceLanes(VectorOperators.ADD);
        float sum3 = even3.add(odd3).reduceLanes(VectorOperators.ADD);
        for (; i < columns; i++) {
            float component = vector[vectorOffset + i];
            sum0 += matrix[offset + i] * component;
            sum1 += matrix[offset + columns + i] * component;
            sum2 += matrix[offset + 2 * columns + i] * component;
            sum3 += matrix[offset + 3 * columns + i] * component;
        }
        out[outOffset] = sum0;
        out[outOffset + 1] = sum1;
        out[outOffset + 2] = sum2;
        out[outOffset + 3] = sum3;
    }

    @Override
    public void addScaled(float factor, float[] x, int xOffset, float[] y, int yOffset, int length) {
        int i = 0;
        for (; i <= length - LANES; i += LANES) {
            FloatVector.fromArray(FLOATS, x, xOffset + i)
                    .mul(factor)
                    .add(FloatVector.fromArray(FLOATS, y, yOffset + i))
                    .intoArray(y, yOffset + i);
        }
        for (; i < length; i++) {
            y[yOffset + i] += factor * x[xOffset + i];
        }
    }

    @Override
    public void addScaled(float factor, byte[] x, int xOffset, float[] y, int yOffset, int length) {
        int i = 0;
        for (; i <= length - FLOAT_MANY.length(); i += FLOAT_MANY.length()) {
            ByteVector bytes = ByteVector.fromArray(FLOAT_MANY, x, xOffset + i);
            for (int part = 0; part * LANES < FLOAT_MANY.length(); part++) {
                int at = yOffset + i + part * LANES;
                Vector<Float> floats = bytes.convertShape(VectorOperators.B2F, FLOATS, part);
                ((FloatVector) floats)
                        .mul(factor)
                        .add(FloatVector.fromArray(FLOATS, y, at))
                        .intoArray(y, at);
            }
        }
        for (; i < length; i++) {
            y[yOffset + i] += factor * x[xOffset + i];
        }
    }

    @Override
    public void scaleInPlace(float factor, float[] x, int offset, int length) {
        int i = offset;
        for (; i <= offset + length - LANES; i += LANES) {
            FloatVector.fromArray(FLOATS, x, i).mul(factor).intoArray(x, i);
        }
        for (; i < offset + length; i++) {
            x[i] *= factor;
        }
    }
}
