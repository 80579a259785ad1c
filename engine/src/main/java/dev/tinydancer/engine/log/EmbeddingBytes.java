package dev.tinydancer.engine.log;

import java.nio.ByteBuffer;

/**
 * Embeddings as the column {@code embedding} keeps them: a byte for each dimension and one scale, a quarter of the size.
 *
 * <p>Layout: the format's number {@value #FORMAT}; the scale, a big-endian float; then for each dimension a signed byte,
 * which times the scale is the component, off by at most half the scale.
 */
public final class EmbeddingBytes {

    private static final byte FORMAT = 1;
    private static final int HEADER_BYTES = 1 + Float.BYTES;
    private static final int LARGEST = 127;

    private EmbeddingBytes() {}

    /** The bytes of a vector whose components are finite. */
    public static byte[] encode(float[] vector) {
        float largest = 0;
        for (float component : vector) {
            largest = Math.max(largest, Math.abs(component));
        }
        byte[] bytes = new byte[HEADER_BYTES + vector.length];
        float scale = largest / LARGEST;
        ByteBuffer.wrap(bytes).put(FORMAT).putFloat(scale);
        if (scale > 0) {
            for (int i = 0; i < vector.length; i++) {
                bytes[HEADER_BYTES + i] = (byte) Math.round(vector[i] / scale);
            }
        }
        return bytes;
    }

    /**
     * The vector, {@code float[dimension]}, of the length that it had.
     *
     * @throws IllegalArgumentException if the bytes are not of this format
     */
    public static float[] decode(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != FORMAT) {
            throw new IllegalArgumentException("an embedding begins with the byte " + FORMAT + " and has at least "
                    + HEADER_BYTES + " bytes, got " + bytes.length + " bytes"
                    + (bytes.length == 0 ? "" : " beginning with " + bytes[0]));
        }
        float scale = ByteBuffer.wrap(bytes).getFloat(1);
        float[] vector = new float[bytes.length - HEADER_BYTES];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = bytes[HEADER_BYTES + i] * scale;
        }
        return vector;
    }
}
