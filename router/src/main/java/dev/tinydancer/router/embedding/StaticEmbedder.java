package dev.tinydancer.router.embedding;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.vector.VectorMath;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A vector for each token, and for a text the direction of their sum: microseconds, no native code, most of what the
 * {@link SentenceEmbedder} knows of a short text, from which the table was distilled.
 *
 * <p>The vectors carry their weight: frequent tokens, which say little, are short, and rare ones long. Immutable.
 */
public final class StaticEmbedder implements TextEmbedder {

    /** {@link #embed(String)} reads this many tokens of a text and no more, as many as the sentence embedder. */
    public static final int MAX_TOKENS = 510;

    private static final String DEFAULT_TABLE = "static-tokens.bin";

    private final WordPieceTokenizer tokenizer;
    private final TokenTable table;

    private StaticEmbedder(WordPieceTokenizer tokenizer, TokenTable table) {
        this.tokenizer = requireNonNull(tokenizer, "tokenizer");
        this.table = table;
    }

    /** The embedder with the table in this library, 256 dimensions. */
    public static StaticEmbedder standard() {
        try (InputStream resource = StaticEmbedder.class.getResourceAsStream(DEFAULT_TABLE)) {
            if (resource == null) {
                throw new IllegalStateException("resource missing from the router's jar: " + DEFAULT_TABLE);
            }
            return read(WordPieceTokenizer.bgeSmall(), resource);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + DEFAULT_TABLE + ": " + e.getMessage(), e);
        }
    }

    /**
     * The embedder with a table that {@link #write} has written.
     *
     * @throws IOException if the stream holds no such table, a damaged one, or one for another vocabulary
     */
    public static StaticEmbedder read(WordPieceTokenizer tokenizer, InputStream stream) throws IOException {
        TokenTable table = TokenTable.read(new BufferedInputStream(stream));
        if (!table.fits(tokenizer.vocabulary())) {
            throw new IOException("token table was made for another vocabulary: it has " + table.tokens()
                    + " tokens, the tokenizer "
                    + tokenizer.vocabulary().size());
        }
        return new StaticEmbedder(tokenizer, table);
    }

    /**
     * An embedder with the given vectors, rounded to bytes.
     *
     * @param vectors {@code [tokens × dimension]}, row-major, in the order of the tokenizer's vocabulary, finite
     */
    public static StaticEmbedder of(WordPieceTokenizer tokenizer, int dimension, float[] vectors) {
        return new StaticEmbedder(tokenizer, TokenTable.quantize(tokenizer.vocabulary(), dimension, vectors));
    }

    public void write(OutputStream stream) throws IOException {
        table.write(stream);
    }

    public WordPieceTokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public int dimension() {
        return table.dimension();
    }

    /** {@inheritDoc} A text without tokens has the zero vector. */
    @Override
    public float[] embed(String text) {
        return embed(tokenizer.encode(text, MAX_TOKENS));
    }

    /**
     * The vector of a text that has been tokenized.
     *
     * @param tokens numbers from {@link #tokenizer}
     * @return {@code float[dimension]} of unit length; all zero when there are no tokens
     */
    public float[] embed(int[] tokens) {
        float[] sum = new float[table.dimension()];
        for (int token : tokens) {
            table.add(checked(token), sum);
        }
        VectorMath.normalizeInPlace(sum);
        return sum;
    }

    /** Writes the vector of one token to {@code out[offset … offset + dimension)}. */
    public void vector(int token, float[] out, int offset) {
        table.copy(checked(token), out, offset);
    }

    private int checked(int token) {
        if (token < 0 || token >= table.tokens()) {
            throw new IllegalArgumentException("token must be in [0, " + table.tokens() + "), got " + token);
        }
        return token;
    }
}
