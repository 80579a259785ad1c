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
    private static final int SIGN = 8;

    /**
     * The best sixteen levels for components that are spread normally, and where one ends and the next begins, in standard
     * deviations. The levels are times 46, which is as large as fits into a byte.
     *
     * @see <a href="https://doi.org/10.1109/TIT.1960.1057548">Max 1960, Quantizing for Minimum Distortion, table I</a>
     */
    private static final byte[] LEVELS = {6, 18, 30, 43, 58, 74, 95, 126};

    private static final double[] BOUNDS = {0.2582, 0.5224, 0.7996, 1.099, 1.437, 1.844, 2.401};

    /** The last byte of a packed embedding of which nothing is known; no other is so far from what it was. */
    private static final int UNKNOWN = 255;

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
     * Half a byte for each dimension, the way in which a log keeps it: one of eight levels and a sign, the first of two in
     * the lower half of their byte. The last byte says how far that is from this embedding, in thousandths of cosine, so
     * that it is as similar to others as this one, give or take 0.01 in 256 dimensions.
     */
    public byte[] pack() {
        byte[] packed = new byte[packedLength(components.length)];
        long squares = squares(components);
        if (squares == 0) {
            packed[packed.length - 1] = (byte) UNKNOWN;
            return packed;
        }
        byte[] levelOf = levels(Math.sqrt((double) squares / components.length));
        long product = 0;
        long packedSquares = 0;
        for (int i = 0; i < components.length; i++) {
            int magnitude = Math.abs(components[i]);
            int level = levelOf[magnitude];
            product += (long) LEVELS[level] * magnitude;
            packedSquares += LEVELS[level] * LEVELS[level];
            int code = components[i] < 0 ? level | SIGN : level;
            packed[i / 2] |= (byte) (code << (HALF_BYTE * (i % 2)));
        }
        double cosine = product / Math.sqrt((double) packedSquares * squares);
        packed[packed.length - 1] = (byte) Math.min(UNKNOWN - 1, Math.round((1 - cosine) * THOUSAND));
        return packed;
    }

    /** The level of each magnitude of a component, where components are spread so. */
    private static byte[] levels(double deviation) {
        byte[] levels = new byte[Byte.MAX_VALUE + 1];
        byte level = 0;
        for (int magnitude = 0; magnitude < levels.length; magnitude++) {
            while (level < BOUNDS.length && magnitude >= BOUNDS[level] * deviation) {
                level++;
            }
            levels[magnitude] = level;
        }
        return levels;
    }

    /**
     * The embedding that a log has: one that {@link #pack} gave, or {@link #toBytes}, which logs kept before.
     *
     * @param dimension of the embedding, at least 4
     * @return empty if it was one of another dimension
     * @throws IllegalArgumentException if a byte of the old form is -128, which {@link #toBytes} never gives
     */
    public static Optional<QuantizedEmbedding> fromLog(byte[] bytes, int dimension) {
        if (bytes.length == dimension) {
            return Optional.of(fromBytes(bytes));
        }
        return bytes.length == packedLength(dimension) ? Optional.of(unpack(bytes, dimension)) : Optional.empty();
    }

    private static QuantizedEmbedding unpack(byte[] packed, int dimension) {
        byte[] components = new byte[dimension];
        int distance = Byte.toUnsignedInt(packed[packed.length - 1]);
        if (distance == UNKNOWN) {
            return new QuantizedEmbedding(components, 1);
        }
        for (int i = 0; i < dimension; i++) {
            int code = (packed[i / 2] >> (HALF_BYTE * (i % 2))) & 0xF;
            byte level = LEVELS[code & (SIGN - 1)];
            components[i] = (code & SIGN) == 0 ? level : (byte) -level;
        }
        return new QuantizedEmbedding(components, 1 - distance / THOUSAND);
    }

    /** With a last byte for the faithfulness. */
    private static int packedLength(int dimension) {
        return Math.ceilDiv(dimension, 2) + 1;
    }

    /** Cosine to another of the same dimension; 0 to the zero vector. */
    float similarity(QuantizedEmbedding other) {
        int[] product = new int[1];
        VectorMath.dotRows(components, 0, 1, other.components, product);
        return product[0] * scale * other.scale;
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
