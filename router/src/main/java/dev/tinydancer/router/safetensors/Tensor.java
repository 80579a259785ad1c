package dev.tinydancer.router.safetensors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * An array of numbers with a shape, as it stands in a {@link Safetensors} file: row-major, little-endian. Immutable. Not
 * a record, because it holds its bytes; two instances are equal only if they are the same.
 */
public final class Tensor {

    /** The element types that can be read; all but {@link #F16} and {@link #BF16} can be written too. */
    public enum ElementType {
        F32(Float.BYTES),
        F16(Short.BYTES),
        BF16(Short.BYTES),
        I8(Byte.BYTES),
        I32(Integer.BYTES);

        private final int bytes;

        ElementType(int bytes) {
            this.bytes = bytes;
        }

        /** Size of one element in bytes. */
        public int bytes() {
            return bytes;
        }
    }

    private static final int BFLOAT16_SHIFT = 16;

    private final ElementType type;
    private final int[] shape;
    private final ByteBuffer data;

    /** Keeps the buffer, whose bytes from position to limit are the elements. */
    Tensor(ElementType type, int[] shape, ByteBuffer data) {
        this.type = type;
        this.shape = shape;
        this.data = data.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * A tensor of single-precision numbers.
     *
     * @param values row-major; copied
     * @param shape the length of each dimension; none for a single number
     * @throws IllegalArgumentException if the shape does not hold as many elements as the array
     */
    public static Tensor ofFloats(float[] values, int... shape) {
        requireElements(values.length, shape);
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return new Tensor(ElementType.F32, shape.clone(), data);
    }

    /**
     * A tensor of signed bytes.
     *
     * @param values row-major; copied
     * @param shape the length of each dimension; none for a single number
     * @throws IllegalArgumentException if the shape does not hold as many elements as the array
     */
    public static Tensor ofBytes(byte[] values, int... shape) {
        requireElements(values.length, shape);
        return new Tensor(ElementType.I8, shape.clone(), ByteBuffer.wrap(values.clone()));
    }

    /**
     * A tensor of 32-bit integers.
     *
     * @param values row-major; copied
     * @param shape the length of each dimension; none for a single number
     * @throws IllegalArgumentException if the shape does not hold as many elements as the array
     */
    public static Tensor ofInts(int[] values, int... shape) {
        requireElements(values.length, shape);
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(values.length, Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        data.asIntBuffer().put(values);
        return new Tensor(ElementType.I32, shape.clone(), data);
    }

    private static void requireElements(int elements, int[] shape) {
        Objects.requireNonNull(shape, "shape");
        if (elementsOf(shape) != elements) {
            throw new IllegalArgumentException(
                    "a tensor of shape " + Arrays.toString(shape) + " cannot hold " + elements + " elements");
        }
    }

    /**
     * Number of elements of a shape.
     *
     * @throws IllegalArgumentException if a dimension is negative or the product leaves the range of an int
     */
    static int elementsOf(int[] shape) {
        long elements = 1;
        for (int length : shape) {
            if (length < 0) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has a negative dimension");
            }
            elements *= length;
            if (elements > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has too many elements");
            }
        }
        return (int) elements;
    }

    public ElementType type() {
        return type;
    }

    /** The length of each dimension; a copy. */
    public int[] shape() {
        return shape.clone();
    }

    /** Number of elements. */
    public int size() {
        return data.capacity() / type.bytes();
    }

    /** The elements as single-precision numbers, whatever their type; a new array. Large integers are rounded. */
    public float[] toFloats() {
        float[] values = new float[size()];
        switch (type) {
            case F32 ->
                data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
            case F16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.float16ToFloat(data.getShort(i * Short.BYTES));
                }
            }
            case BF16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = Float.intBitsToFloat(data.getShort(i * Short.BYTES) << BFLOAT16_SHIFT);
                }
            }
            case I8 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = data.get(i);
                }
            }
            case I32 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = data.getInt(i * Integer.BYTES);
                }
            }
        }
        return values;
    }

    /**
     * The elements of an {@link ElementType#I8} tensor; a new array.
     *
     * @throws IllegalStateException if the tensor has another type
     */
    public byte[] toBytes() {
        requireType(ElementType.I8);
        byte[] values = new byte[data.capacity()];
        data.get(0, values);
        return values;
    }

    /**
     * The elements of an {@link ElementType#I32} tensor; a new array.
     *
     * @throws IllegalStateException if the tensor has another type
     */
    public int[] toInts() {
        requireType(ElementType.I32);
        int[] values = new int[size()];
        data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
        return values;
    }

    private void requireType(ElementType wanted) {
        if (type != wanted) {
            throw new IllegalStateException("a tensor of type " + wanted + " is needed, this one is " + type);
        }
    }

    /** The elements as they stand in the file, from position 0 to the limit; read-only. */
    ByteBuffer data() {
        return data.duplicate();
    }
}
