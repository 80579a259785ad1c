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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tells from the tokens of a request how demanding it is and where in it the task stands, before any agent has answered one
 * like it: the difficulty δ of P = σ(θ - δ), about {@value #UNDEMANDING} where any agent can do it, 0 for an ordinary
 * request, about {@value #DEMANDING} for one that the best are needed for. Immutable.
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
     *
     * A fifth number, to which what a piece has in common with the others is added, was trained to find the task's pieces among
     * others where it is known which they are. Difficulty and task do not touch each other's weights.
     */

    /** The difficulty of a request that any agent can do, in logits. */
    public static final double UNDEMANDING = -2;

    /** The difficulty of a request that needs the best agents, in logits. */
    public static final double DEMANDING = 1;

    /** The metadata entry {@code format} of a model's file. */
    public static final String FORMAT = "tiny-dancer demand 2";

    /** Undemanding, ordinary, demanding. */
    public static final int LEVELS = 3;

    /** Logits of a piece: those of the levels, its weight among the pieces, and that of its being the task. */
    public static final int OUTPUTS = LEVELS + 2;

    /** Which of the outputs is a piece's weight. */
    public static final int WEIGHT = LEVELS;

    /** Which of the outputs tells whether a piece is the task, or a part of it. */
    public static final int TASK = LEVELS + 1;

    private static final String STANDARD = "demand.safetensors";

    private final StaticEmbedder embedder;
    private final PieceCutter cutter;
    private final PhraseTable phraseTable;
    private final WeightRows phraseWeights;
    private final float[] embeddingWeights;
    private final float[] outwardWeights;
    private final float[] contextWeights;
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
        this.contextWeights =
                file.tensor("context.weights", PieceContext.FEATURES).toFloats();
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
        return study(text).difficulty();
    }

    /**
     * Looks at the pieces of a request.
     *
     * @throws IllegalArgumentException if a token is not in the vocabulary
     */
    public Study study(TokenizedText text) {
        return new Study(cutter.cut(text));
    }

    /** A request whose pieces have been looked at. For one thread. */
    public final class Study {

        /** A neighbour of the task's likeliest piece belongs to it if it is less likely by no more than this, in logits. */
        private static final float MARGIN = 3;

        private final List<RequestPiece> pieces;
        private final List<float[]> directions;
        private final List<float[]> outputs;

        private Study(List<RequestPiece> pieces) {
            this.pieces = pieces;
            this.directions = new ArrayList<>(pieces.size());
            this.outputs = new ArrayList<>(pieces.size());
            for (RequestPiece piece : pieces) {
                float[] direction = embedder.embed(piece.tokens());
                directions.add(direction);
                outputs.add(outputsOf(piece, direction));
            }
        }

        /** δ of the request, in logits, in [{@value #UNDEMANDING}, {@value #DEMANDING}]. */
        public double difficulty() {
            float[] levels = new float[LEVELS];
            float[] mixed = new float[LEVELS];
            float largest = Float.NEGATIVE_INFINITY;
            float sum = 0;
            for (float[] output : outputs) {
                float weight = output[WEIGHT];
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
                    mixed[level] += share * output[level];
                }
            }
            for (int level = 0; level < LEVELS; level++) {
                levels[level] = mixed[level] / sum / temperature;
            }
            Probabilities.softmaxInPlace(levels);
            return Math.clamp(UNDEMANDING * levels[0] + DEMANDING * levels[2], UNDEMANDING, DEMANDING);
        }

        /**
         * What of the request looks like the task: the likeliest piece, and those beside it that look nearly as much like it.
         *
         * @param most how many tokens it may have; a first piece that is longer is taken whole
         */
        public int[] task(int most) {
            float[][] context = PieceContext.of(directions);
            float[] likeness = new float[pieces.size()];
            int best = 0;
            for (int i = 0; i < likeness.length; i++) {
                likeness[i] = outputs.get(i)[TASK] + VectorMath.dot(contextWeights, context[i]);
                best = likeness[i] > likeness[best] ? i : best;
            }
            int from = best;
            int to = best + 1;
            int length = pieces.get(best).tokens().length;
            while (true) {
                float before = from > 0 ? likeness[from - 1] : Float.NEGATIVE_INFINITY;
                float after = to < likeness.length ? likeness[to] : Float.NEGATIVE_INFINITY;
                if (Math.max(before, after) < likeness[best] - MARGIN) {
                    break;
                }
                int next = before > after ? from - 1 : to;
                length += pieces.get(next).tokens().length;
                if (length > most) {
                    break;
                }
                from = Math.min(from, next);
                to = Math.max(to, next + 1);
            }
            return pieces.subList(from, to).stream()
                    .flatMapToInt(piece -> Arrays.stream(piece.tokens()))
                    .toArray();
        }
    }

    private float[] outputsOf(RequestPiece piece, float[] direction) {
        float[] outputs = new float[OUTPUTS];
        float[] part = new float[OUTPUTS];
        VectorMath.multiply(embeddingWeights, direction, outputs);
        VectorMath.multiply(outwardWeights, piece.outward(), part);
        VectorMath.addScaled(1, part, outputs);
        phraseTable.addWeights(piece.tokens(), phraseWeights, outputs);
        return outputs;
    }
}
