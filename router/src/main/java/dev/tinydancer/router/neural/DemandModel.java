package dev.tinydancer.router.neural;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.embedding.TokenizedText;
import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.WeightRows;
import dev.tinydancer.router.vector.VectorMath;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Tells from the tokens of a request how demanding it is, before any agent has answered one like it: the difficulty δ of
 * P = σ(θ - δ), about {@value #UNDEMANDING} where any agent can do it, 0 for an ordinary request, about {@value #DEMANDING} for
 * one that the best are needed for. Immutable.
 *
 * <p>It was not learned from outcomes but from kinds of requests, see {@code docs/models/demand.md}.
 */
public final class DemandModel {
    /*
     * With e the direction of the sum of a piece's token vectors and o what can be seen of it outwardly, each piece has
     *
     *   y = W e + V o + Σ rarity · phrase weights / √Σ rarity²      over the phrases of the piece,
     *
     * three logits, undemanding, ordinary, demanding, and one by which the piece counts: the softmax of these over the
     * pieces says where the task stands. The weighted mean of the others gives, divided by a temperature, the probabilities
     * of the three levels, and δ is the mean of their difficulties. (Attention as pooling over the parts of a text: Yang et
     * al., Hierarchical Attention Networks, NAACL 2016.)
     */

    /** The difficulty of a request that any agent can do, in logits. */
    public static final double UNDEMANDING = -2;

    /** The difficulty of a request that needs the best agents, in logits. */
    public static final double DEMANDING = 1;

    /** The metadata entry {@code format} of a model's file. */
    public static final String FORMAT = "tiny-dancer demand 1";

    /** Undemanding, ordinary, demanding. */
    public static final int LEVELS = 3;

    /** Logits of a piece: those of the levels, and its weight among the pieces. */
    public static final int OUTPUTS = LEVELS + 1;

    private static final String STANDARD = "demand.safetensors";

    private final StaticEmbedder embedder;
    private final PieceCutter cutter;
    private final PhraseTable phraseTable;
    private final WeightRows phraseWeights;
    private final float[] embeddingWeights;
    private final float[] outwardWeights;
    private final float temperature;

    private DemandModel(Safetensors file, StaticEmbedder embedder) {
        file.requireFormat(FORMAT);
        file.requireIntact();
        this.embedder = embedder;
        this.cutter = new PieceCutter(embedder.tokenizer());
        int vocabulary = file.metadata("vocabulary", Integer::parseInt);
        if (vocabulary != cutter.vocabulary()) {
            throw new InvalidModelException("the demand model was trained with a vocabulary of " + vocabulary
                    + " tokens, the tokenizer's has " + cutter.vocabulary());
        }
        this.temperature = file.metadata("temperature", Float::parseFloat);
        Numbers.requireAboveZero("temperature", temperature);
        this.phraseTable = PhraseTable.read(file);
        this.phraseWeights = WeightRows.read(file, "phrases", phraseTable.size(), OUTPUTS);
        this.embeddingWeights = WeightRows.read(file, "embedding.weights", OUTPUTS, embedder.dimension())
                .toFloats();
        this.outwardWeights = WeightRows.read(file, "outward.weights", OUTPUTS, RequestPiece.OUTWARD_FEATURES)
                .toFloats();
    }

    /**
     * The model in this library.
     *
     * @param embedder the token table in this library, whose vectors it was trained on
     */
    public static DemandModel standard(StaticEmbedder embedder) {
        return of(Safetensors.ofResource(DemandModel.class, STANDARD), embedder);
    }

    /**
     * A model from a file that a training has made.
     *
     * @param embedder whose vectors it was trained on
     * @throws InvalidModelException if it is no such file, or damaged
     * @throws IOException if it cannot be read
     */
    public static DemandModel read(Path file, StaticEmbedder embedder) throws IOException {
        return of(Safetensors.read(file), embedder);
    }

    /**
     * A model from the content of a file.
     *
     * @param embedder whose vectors it was trained on
     * @throws InvalidModelException if it is not that of a demand model for this embedder
     */
    public static DemandModel of(Safetensors file, StaticEmbedder embedder) {
        try {
            return new DemandModel(file, requireNonNull(embedder, "embedder"));
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException("not a demand model: " + e.getMessage(), e);
        }
    }

    /**
     * δ of a request, in logits.
     *
     * @return in [{@value #UNDEMANDING}, {@value #DEMANDING}]
     * @throws IllegalArgumentException if a token is not in the vocabulary
     */
    public double difficulty(TokenizedText text) {
        float[] levels = new float[LEVELS];
        float[] mixed = new float[LEVELS];
        float largest = Float.NEGATIVE_INFINITY;
        float sum = 0;
        for (RequestPiece piece : cutter.cut(text)) {
            float[] outputs = outputs(piece);
            float weight = outputs[LEVELS];
            // The softmax as it goes: what has been summed up is scaled down when a larger weight comes.
            if (weight > largest) {
                float scale = (float) Math.exp(largest - weight);
                sum *= scale;
                for (int level = 0; level < LEVELS; level++) {
                    mixed[level] *= scale;
                }
                largest = weight;
            }
            float share = (float) Math.exp(weight - largest);
            sum += share;
            for (int level = 0; level < LEVELS; level++) {
                mixed[level] += share * outputs[level];
            }
        }
        for (int level = 0; level < LEVELS; level++) {
            levels[level] = mixed[level] / sum / temperature;
        }
        Probabilities.softmaxInPlace(levels);
        return Math.clamp(UNDEMANDING * levels[0] + DEMANDING * levels[2], UNDEMANDING, DEMANDING);
    }

    private float[] outputs(RequestPiece piece) {
        float[] outputs = new float[OUTPUTS];
        float[] part = new float[OUTPUTS];
        VectorMath.multiply(embeddingWeights, embedder.embed(piece.tokens()), outputs);
        VectorMath.multiply(outwardWeights, piece.outward(), part);
        VectorMath.addScaled(1, part, outputs);
        phraseTable.addWeights(piece.tokens(), phraseWeights, outputs);
        return outputs;
    }
}
