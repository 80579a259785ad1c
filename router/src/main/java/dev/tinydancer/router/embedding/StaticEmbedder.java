package dev.tinydancer.router.embedding;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import dev.tinydancer.router.safetensors.WeightRows;
import dev.tinydancer.router.vector.VectorMath;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A vector for each token, and for a text the direction of their sum: microseconds, no native code, most of what the
 * {@link SentenceEmbedder} knows of a short text, from which the table was distilled.
 *
 * <p>The vectors carry their weight: frequent tokens, which say little, are short, and rare ones long. Immutable.
 */
public final class StaticEmbedder implements TextEmbedder {
    /*
     * The file: a tensor "tokens" [tokens × dimension] and "tokens.scales" [tokens], and as metadata the CRC-32C of the
     * vocabulary, its tokens in UTF-8 with a line feed after each.
     */

    /** {@link #embed(String)} reads this many tokens of a text and no more, as many as the sentence embedder. */
    public static final int MAX_TOKENS = 510;

    private static final String STANDARD = "static-tokens.safetensors";
    private static final String FORMAT = "tiny-dancer static tokens 1";
    private static final String ROWS = "tokens";
    private static final String VOCABULARY = "vocabulary";

    private final WordPieceTokenizer tokenizer;
    private final int dimension;
    private final WeightRows rows;

    private StaticEmbedder(WordPieceTokenizer tokenizer, int dimension, WeightRows rows) {
        this.tokenizer = tokenizer;
        this.dimension = dimension;
        this.rows = rows;
    }

    /** The embedder with the table in this library, 256 dimensions. */
    public static StaticEmbedder standard() {
        return of(WordPieceTokenizer.bgeSmall(), Safetensors.ofResource(StaticEmbedder.class, STANDARD));
    }

    /**
     * The embedder with the table of a file that {@link #toFile} has made.
     *
     * @throws InvalidModelException if it holds no such table, a damaged one, or one for another vocabulary
     */
    public static StaticEmbedder of(WordPieceTokenizer tokenizer, Safetensors file) {
        file.requireFormat(FORMAT);
        file.requireIntact();
        List<String> vocabulary = tokenizer.vocabulary();
        Tensor table = file.tensors().get(ROWS);
        int[] shape = table == null ? new int[0] : table.shape();
        if (shape.length != 2 || shape[1] < 1) {
            throw new InvalidModelException("a token table needs a tensor \"" + ROWS + "\" of tokens × dimension");
        }
        String checksum = file.metadata(VOCABULARY, text -> text);
        if (shape[0] != vocabulary.size() || !checksum.equals(checksum(vocabulary))) {
            throw new InvalidModelException("the token table was made for another vocabulary: it has " + shape[0]
                    + " tokens, the tokenizer " + vocabulary.size());
        }
        return new StaticEmbedder(tokenizer, shape[1], WeightRows.read(file, ROWS, shape[0], shape[1]));
    }

    /**
     * An embedder with the given vectors, rounded to bytes.
     *
     * @param vectors {@code [tokens × dimension]}, row-major, in the order of the tokenizer's vocabulary, finite
     */
    public static StaticEmbedder of(WordPieceTokenizer tokenizer, int dimension, float[] vectors) {
        requireNonNull(tokenizer, "tokenizer");
        int tokens = tokenizer.vocabulary().size();
        if (vectors.length != tokens * dimension) {
            throw new IllegalArgumentException(
                    "vectors must have " + tokens + " x " + dimension + " components, got " + vectors.length);
        }
        return new StaticEmbedder(tokenizer, dimension, WeightRows.quantized(vectors, dimension));
    }

    /** The table as a file for {@link #of(WordPieceTokenizer, Safetensors)}. */
    public Safetensors toFile() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        rows.write(ROWS, tensors);
        return Safetensors.of(tensors, Map.of("format", FORMAT, VOCABULARY, checksum(tokenizer.vocabulary())))
                .sealed();
    }

    private static String checksum(List<String> vocabulary) {
        CRC32C checksum = new CRC32C();
        for (String token : vocabulary) {
            checksum.update(token.getBytes(StandardCharsets.UTF_8));
            checksum.update('\n');
        }
        return "crc32c " + Long.toHexString(checksum.getValue());
    }

    public WordPieceTokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public int dimension() {
        return dimension;
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
        float[] sum = new float[dimension];
        for (int token : tokens) {
            rows.addTo(checked(token), 1, sum);
        }
        VectorMath.normalizeInPlace(sum);
        return sum;
    }

    /** The vector of one token, {@code float[dimension]}. */
    public float[] vector(int token) {
        float[] vector = new float[dimension];
        rows.addTo(checked(token), 1, vector);
        return vector;
    }

    private int checked(int token) {
        int tokens = tokenizer.vocabulary().size();
        if (token < 0 || token >= tokens) {
            throw new IllegalArgumentException("token must be in [0, " + tokens + "), got " + token);
        }
        return token;
    }
}
