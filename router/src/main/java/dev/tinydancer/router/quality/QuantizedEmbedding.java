package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.VectorMath;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A unit-length embedding in one byte a dimension, as evidence keeps it, or half a byte, as the decision log does.
 *
 * <p>The bytes are the components over the largest of them, times 127; the length is restored when it is read, so that
 * nothing but the bytes needs storing. The cosine between two of them differs from that of the originals by less than
 * 0.01 in 256 dimensions.
 */
public final class QuantizedEmbedding {

    private static final int HALF_BYTE = 4;
    private static final int PACKED_MAX = 7;
    private static final int PACKED_ZERO = 8;
    private static final double THOUSAND = 1000;

    private final byte[] components;
    private final float scale;

    /**
     * @param faithfulness cosine between the components and what they were rounded from: their product with it is to be
     *     that of the original, not smaller
     */
    private QuantizedEmbedding(byte[] components, double faithfulness) {
        this.components = components;
        long squares = squares(components);
        this.scale = squares == 0 ? 0 : (float) (1 / (Math.sqrt((double) squares) * faithfulness));
    }

    private static long squares(byte[] components) {
        long squares = 0;
        for (byte component : components) {
            squares += (long) component * component;
        }
        return squares;
    }

    /**
     * The nearest quantised embedding.
     *
     * @param embedding {@code float[dimension]}, finite; all zero for a text of which nothing is known
     * @throws IllegalArgumentException if it is empty or a component is not finite
     */
    public static QuantizedEmbedding of(float[] embedding) {
        requireDimension(embedding.length);
        for (int i = 0; i < embedding.length; i++) {
            if (!Float.isFinite(embedding[i])) {
                throw new IllegalArgumentException("embedding[" + i + "] is " + embedding[i]);
            }
        }
        byte[] components = new byte[embedding.length];
        VectorMath.quantize(embedding, 0, embedding.length, components, 0);
        return new QuantizedEmbedding(components, 1);
    }

    /**
     * The embedding that {@link #toBytes} gave.
     *
     * @throws IllegalArgumentException if there are no bytes, or one is -128, which {@link #toBytes} never gives
     */
    public static QuantizedEmbedding fromBytes(byte[] bytes) {
        requireDimension(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] < -Byte.MAX_VALUE) {
                throw new IllegalArgumentException("byte " + i + " of an embedding is " + bytes[i]);
            }
        }
        return new QuantizedEmbedding(bytes.clone(), 1);
    }

    /** One signed byte for each dimension. */
    public byte[] toBytes() {
        return components.clone();
    }

    /**
     * Half a byte for each dimension, the way in which a log keeps it: the components over the largest of them, times 7,
     * plus 8, the first of two in the lower half of their byte. The last byte says how far that is from this embedding, in
     * thousandths of cosine, so that it is as similar to others as this one, give or take 0.01 in 256 dimensions.
     */
    public byte[] pack() {
        int largest = 1;
        for (byte component : components) {
            largest = Math.max(largest, Math.abs(component));
        }
        byte[] rounded = new byte[components.length];
        byte[] packed = new byte[packedLength(components.length)];
        long product = 0;
        for (int i = 0; i < components.length; i++) {
            rounded[i] = (byte) Math.round((float) components[i] * PACKED_MAX / largest);
            product += (long) rounded[i] * components[i];
            packed[i / 2] |= (byte) ((rounded[i] + PACKED_ZERO) << (HALF_BYTE * (i % 2)));
        }
        double cosine = product == 0 ? 1 : product / Math.sqrt((double) squares(rounded) * squares(components));
        packed[packed.length - 1] = (byte) Math.round((1 - cosine) * THOUSAND);
        return packed;
    }

    /**
     * The embedding that a log has: one that {@link #pack} gave, or {@link #toBytes}, which logs kept before.
     *
     * @param dimension of the embedding, at least 4
     * @return empty if it was one of another dimension
     * @throws IllegalArgumentException if the bytes are none that these methods give
     */
    public static Optional<QuantizedEmbedding> fromLog(byte[] bytes, int dimension) {
        if (bytes.length == dimension) {
            return Optional.of(fromBytes(bytes));
        }
        return bytes.length == packedLength(dimension) ? Optional.of(unpack(bytes, dimension)) : Optional.empty();
    }

    private static QuantizedEmbedding unpack(byte[] packed, int dimension) {
        byte[] components = new byte[dimension];
        for (int i = 0; i < dimension; i++) {
            int code = (packed[i / 2] >> (HALF_BYTE * (i % 2))) & 0xF;
            if (code == 0) {
                throw new IllegalArgumentException("component " + i + " of a packed embedding is 0");
            }
            components[i] = (byte) (code - PACKED_ZERO);
        }
        return new QuantizedEmbedding(components, 1 - Byte.toUnsignedInt(packed[packed.length - 1]) / THOUSAND);
    }

    /** With a last byte for the faithfulness. */
    private static int packedLength(int dimension) {
        return Math.ceilDiv(dimension, 2) + 1;
    }

    public int dimension() {
        return components.length;
    }

    /** The bytes themselves, not to be changed. */
    byte[] components() {
        return components;
    }

    /** What a byte is worth in the unit-length embedding; 0 for the zero vector. */
    float scale() {
        return scale;
    }

    /** The embedding, {@code float[dimension]}: of unit length, or a hundredth longer after {@link #pack}. */
    public float[] restore() {
        float[] embedding = new float[components.length];
        for (int i = 0; i < embedding.length; i++) {
            embedding[i] = components[i] * scale;
        }
        return embedding;
    }

    private static void requireDimension(int dimension) {
        if (dimension == 0) {
            throw new IllegalArgumentException("an embedding must have at least one dimension");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof QuantizedEmbedding that
                && scale == that.scale
                && Arrays.equals(components, that.components);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(components);
    }
}
