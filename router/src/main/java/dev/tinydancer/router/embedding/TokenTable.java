package dev.tinydancer.router.embedding;

import dev.tinydancer.router.vector.VectorMath;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * One vector for each token of a vocabulary, as bytes with a scale for each row, and the file that holds them.
 * Immutable.
 */
final class TokenTable {
    /*
     * The file, all numbers big-endian:
     *
     *   8 bytes      "TDTOKENS"
     *   int          version of this format, 1
     *   int          tokens
     *   int          dimension
     *   int          CRC-32C of the vocabulary, its tokens in UTF-8 with a line feed after each
     *   float[]      scale of each token's row
     *   byte[]       rows, tokens x dimension; a component is byte x scale
     *   int          CRC-32C of everything before it
     */

    private static final byte[] MAGIC = "TDTOKENS".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int MAX_CELLS = 1 << 28;

    private final int dimension;
    private final int vocabularyChecksum;
    private final float[] scales;
    private final byte[] rows;

    private TokenTable(int dimension, int vocabularyChecksum, float[] scales, byte[] rows) {
        this.dimension = dimension;
        this.vocabularyChecksum = vocabularyChecksum;
        this.scales = scales;
        this.rows = rows;
    }

    /**
     * Rounds vectors to bytes, each row to its own scale.
     *
     * @param vectors {@code [tokens × dimension]}, row-major, finite
     */
    static TokenTable quantize(List<String> vocabulary, int dimension, float[] vectors) {
        if (vectors.length != vocabulary.size() * dimension) {
            throw new IllegalArgumentException("vectors must have " + vocabulary.size() + " x " + dimension
                    + " components, got " + vectors.length);
        }
        float[] scales = new float[vocabulary.size()];
        byte[] rows = new byte[vectors.length];
        for (int token = 0; token < scales.length; token++) {
            float largest = 0;
            for (int i = token * dimension; i < (token + 1) * dimension; i++) {
                if (!Float.isFinite(vectors[i])) {
                    throw new IllegalArgumentException("the vector of token " + token + " is not finite: " + vectors[i]
                            + " at " + (i - token * dimension));
                }
                largest = Math.max(largest, Math.abs(vectors[i]));
            }
            scales[token] = largest / Byte.MAX_VALUE;
            if (largest > 0) {
                for (int i = token * dimension; i < (token + 1) * dimension; i++) {
                    rows[i] = (byte) Math.round(vectors[i] / largest * Byte.MAX_VALUE);
                }
            }
        }
        return new TokenTable(dimension, checksum(vocabulary), scales, rows);
    }

    /**
     * Reads a file, which must end where the table ends.
     *
     * @throws IOException if the stream is not such a file, is cut short or damaged; the message says which
     */
    static TokenTable read(InputStream stream) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(stream, new CRC32C());
        DataInputStream in = new DataInputStream(checked);
        try {
            byte[] magic = in.readNBytes(MAGIC.length);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new IOException("not a token table: it does not begin with TDTOKENS");
            }
            int version = in.readInt();
            if (version != VERSION) {
                throw new IOException("token table of version " + version + "; this program reads version " + VERSION);
            }
            int tokens = in.readInt();
            int dimension = in.readInt();
            if (tokens <= 0 || dimension <= 0 || (long) tokens * dimension > MAX_CELLS) {
                throw new IOException("token table with " + tokens + " x " + dimension + " cells is damaged");
            }
            int vocabularyChecksum = in.readInt();
            float[] scales = new float[tokens];
            ByteBuffer.wrap(readFully(in, tokens * Float.BYTES)).asFloatBuffer().get(scales);
            byte[] rows = readFully(in, tokens * dimension);
            int expected = (int) checked.getChecksum().getValue();
            if (in.readInt() != expected) {
                throw new IOException("token table is damaged: its checksum does not match");
            }
            if (in.read() >= 0) {
                throw new IOException("token table is followed by something else");
            }
            return new TokenTable(dimension, vocabularyChecksum, scales, rows);
        } catch (EOFException e) {
            throw new IOException("token table is cut short", e);
        }
    }

    private static byte[] readFully(DataInputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }

    void write(OutputStream stream) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(stream, new CRC32C());
        DataOutputStream out = new DataOutputStream(checked);
        out.write(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(scales.length);
        out.writeInt(dimension);
        out.writeInt(vocabularyChecksum);
        ByteBuffer scaleBytes = ByteBuffer.allocate(scales.length * Float.BYTES);
        scaleBytes.asFloatBuffer().put(scales);
        out.write(scaleBytes.array());
        out.write(rows);
        out.writeInt((int) checked.getChecksum().getValue());
        out.flush();
    }

    int tokens() {
        return scales.length;
    }

    int dimension() {
        return dimension;
    }

    /** Whether the table was made for this vocabulary. */
    boolean fits(List<String> vocabulary) {
        return vocabulary.size() == tokens() && checksum(vocabulary) == vocabularyChecksum;
    }

    /** Writes a token's vector to {@code out[offset … offset + dimension)}. */
    void copy(int token, float[] out, int offset) {
        float scale = scales[token];
        int row = token * dimension;
        for (int i = 0; i < dimension; i++) {
            out[offset + i] = scale * rows[row + i];
        }
    }

    /** Adds a token's vector to {@code sum}. */
    void add(int token, float[] sum) {
        VectorMath.addScaled(scales[token], rows, token * dimension, sum, 0, dimension);
    }

    private static int checksum(List<String> vocabulary) {
        CRC32C checksum = new CRC32C();
        for (String token : vocabulary) {
            checksum.update(token.getBytes(StandardCharsets.UTF_8));
            checksum.update('\n');
        }
        return (int) checksum.getValue();
    }
}
