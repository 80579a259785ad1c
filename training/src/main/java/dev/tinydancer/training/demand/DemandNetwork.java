package dev.tinydancer.training.demand;

import static dev.tinydancer.router.neural.DemandModel.LEVELS;
import static dev.tinydancer.router.neural.DemandModel.OUTPUTS;
import static dev.tinydancer.router.neural.DemandModel.TASK;
import static dev.tinydancer.router.neural.DemandModel.WEIGHT;

import dev.tinydancer.router.neural.DemandModel;
import dev.tinydancer.router.neural.PhraseTable;
import dev.tinydancer.router.neural.PieceContext;
import dev.tinydancer.router.neural.Probabilities;
import dev.tinydancer.router.neural.RequestPiece;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import dev.tinydancer.router.safetensors.WeightRows;
import dev.tinydancer.router.vector.VectorMath;
import dev.tinydancer.training.optimization.Adam;
import dev.tinydancer.training.optimization.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * The network of a {@link DemandModel} while it is trained: forward pass, loss and gradients for one request at a time. All
 * weights begin at zero. For one thread.
 */
final class DemandNetwork {

    /** Steps of plain descent are that much longer than Adam's. */
    private static final float PHRASE_RATE = 640;

    private static final float EMBEDDING_DECAY = 0.3f;
    private static final float LARGEST_GRADIENT = 100;

    private final PhraseTable phraseTable;
    private final int dimension;
    private final Parameter phraseWeights;
    private final Parameter embeddingWeights;
    private final Parameter outwardWeights;
    private final Parameter contextWeights;
    private final Adam adam = new Adam();

    DemandNetwork(PhraseTable phraseTable, int dimension) {
        this.phraseTable = phraseTable;
        this.dimension = dimension;
        this.phraseWeights = Parameter.table("phrases", new float[phraseTable.size() * OUTPUTS], OUTPUTS);
        this.embeddingWeights = Parameter.dense("embedding.weights", new float[OUTPUTS * dimension]);
        this.outwardWeights = Parameter.dense("outward.weights", new float[OUTPUTS * RequestPiece.OUTWARD_FEATURES]);
        this.contextWeights = Parameter.dense("context.weights", new float[PieceContext.FEATURES]);
        adam.addPlain(phraseWeights, PHRASE_RATE);
        adam.add(embeddingWeights, 1, EMBEDDING_DECAY);
        adam.add(outwardWeights, 1, 0);
        adam.add(contextWeights, 1, 0);
    }

    PhraseTable phraseTable() {
        return phraseTable;
    }

    /**
     * Adds the gradients of one example and gives its loss.
     *
     * @param smoothing share of the target that is spread over all levels
     * @param phraseDropout share of the phrases that are ignored
     */
    double train(DemandExample example, float smoothing, float phraseDropout, RandomGenerator random) {
        List<StudiedPiece> pieces = example.pieces();
        int count = pieces.size();
        float[][] outputs = new float[count][];
        float[][] phraseShares = new float[count][];
        float[] attention = new float[count];
        for (int i = 0; i < count; i++) {
            phraseShares[i] = phraseShares(pieces.get(i).phraseRows(), phraseDropout, random);
            outputs[i] = outputs(pieces.get(i), phraseShares[i]);
            attention[i] = outputs[i][WEIGHT];
        }
        Probabilities.softmaxInPlace(attention);
        float[] mixed = new float[LEVELS];
        for (int i = 0; i < count; i++) {
            for (int level = 0; level < LEVELS; level++) {
                mixed[level] += attention[i] * outputs[i][level];
            }
        }
        float[] probabilities = mixed.clone();
        Probabilities.softmaxInPlace(probabilities);
        float[] slope = new float[OUTPUTS];
        float slopeOfMixed = 0;
        for (int level = 0; level < LEVELS; level++) {
            float target = (level == example.level().output() ? 1 - smoothing : 0) + smoothing / LEVELS;
            slope[level] = (probabilities[level] - target) * example.weight();
            slopeOfMixed += mixed[level] * slope[level];
        }
        float[] own = new float[OUTPUTS];
        for (int i = 0; i < count; i++) {
            float slopeOfOwn = 0;
            for (int level = 0; level < LEVELS; level++) {
                slopeOfOwn += outputs[i][level] * slope[level];
                own[level] = attention[i] * slope[level];
            }
            own[WEIGHT] = attention[i] * (slopeOfOwn - slopeOfMixed);
            addGradients(pieces.get(i), phraseShares[i], own);
        }
        return -Math.log(probabilities[example.level().output()]) * example.weight();
    }

    /**
     * Adds the gradients of one request of which it is known where the task stands, and gives its loss: what it takes that a
     * softmax over the pieces finds one of the task's.
     */
    double train(PlacedTask example, float phraseDropout, RandomGenerator random) {
        List<StudiedPiece> pieces = example.pieces();
        int count = pieces.size();
        float[][] phraseShares = new float[count][];
        float[][] context =
                PieceContext.of(pieces.stream().map(StudiedPiece::embedding).toList());
        float[] found = new float[count];
        for (int i = 0; i < count; i++) {
            phraseShares[i] = phraseShares(pieces.get(i).phraseRows(), phraseDropout, random);
            found[i] =
                    outputs(pieces.get(i), phraseShares[i])[TASK] + VectorMath.dot(contextWeights.values(), context[i]);
        }
        Probabilities.softmaxInPlace(found);
        float right = Float.MIN_NORMAL;
        for (int i = example.from(); i < example.to(); i++) {
            right += found[i];
        }
        float[] slope = new float[OUTPUTS];
        for (int i = 0; i < count; i++) {
            boolean isTask = i >= example.from() && i < example.to();
            slope[TASK] = isTask ? found[i] - found[i] / right : found[i];
            addGradients(pieces.get(i), phraseShares[i], slope);
            VectorMath.addScaled(slope[TASK], context[i], contextWeights.gradient());
        }
        return -Math.log(right);
    }

    /** How much each phrase of a piece weighs; 0 for those that are left out. */
    private float[] phraseShares(int[] rows, float dropout, RandomGenerator random) {
        float[] shares = new float[rows.length];
        float squares = 0;
        for (int i = 0; i < rows.length; i++) {
            shares[i] = random.nextFloat() < dropout ? 0 : phraseTable.rarities()[rows[i]];
            squares += shares[i] * shares[i];
        }
        float scale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < rows.length; i++) {
            shares[i] *= scale;
        }
        return shares;
    }

    private float[] outputs(StudiedPiece piece, float[] phraseShares) {
        float[] outputs = new float[OUTPUTS];
        float[] outward = new float[OUTPUTS];
        VectorMath.multiply(embeddingWeights.values(), piece.embedding(), outputs);
        VectorMath.multiply(outwardWeights.values(), piece.outward(), outward);
        VectorMath.addScaled(1, outward, outputs);
        float[] weights = phraseWeights.values();
        for (int i = 0; i < phraseShares.length; i++) {
            VectorMath.addScaled(phraseShares[i], weights, piece.phraseRows()[i] * OUTPUTS, outputs, 0, OUTPUTS);
        }
        return outputs;
    }

    private void addGradients(StudiedPiece piece, float[] phraseShares, float[] slope) {
        for (int output = 0; output < OUTPUTS; output++) {
            VectorMath.addScaled(
                    slope[output], piece.embedding(), 0, embeddingWeights.gradient(), output * dimension, dimension);
            VectorMath.addScaled(
                    slope[output],
                    piece.outward(),
                    0,
                    outwardWeights.gradient(),
                    output * RequestPiece.OUTWARD_FEATURES,
                    RequestPiece.OUTWARD_FEATURES);
        }
        for (int i = 0; i < phraseShares.length; i++) {
            if (phraseShares[i] > 0) {
                int start = phraseWeights.touch(piece.phraseRows()[i]);
                VectorMath.addScaled(phraseShares[i], slope, 0, phraseWeights.gradient(), start, OUTPUTS);
            }
        }
    }

    /** Takes one step against the gradients of a batch of so many examples. */
    void step(float learningRate, int batch) {
        adam.step(learningRate, 1f / batch, LARGEST_GRADIENT);
    }

    /** The content of the model's file. */
    Safetensors toFile(int vocabulary, float temperature, Map<String, String> notes) {
        Map<String, String> metadata = new LinkedHashMap<>(notes);
        metadata.put("format", DemandModel.FORMAT);
        metadata.put("vocabulary", Integer.toString(vocabulary));
        metadata.put("temperature", Float.toString(temperature));
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        phraseTable.write(tensors);
        WeightRows.quantized(phraseWeights.values(), OUTPUTS).write("phrases", tensors);
        WeightRows.of(embeddingWeights.values(), dimension).write("embedding.weights", tensors);
        WeightRows.of(outwardWeights.values(), RequestPiece.OUTWARD_FEATURES).write("outward.weights", tensors);
        tensors.put("context.weights", Tensor.ofFloats(contextWeights.values(), PieceContext.FEATURES));
        return Safetensors.of(tensors, metadata).sealed();
    }
}
