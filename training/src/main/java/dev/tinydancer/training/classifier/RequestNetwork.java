package dev.tinydancer.training.classifier;

import dev.tinydancer.router.neural.FastGrnnCell;
import dev.tinydancer.router.neural.NetworkShape;
import dev.tinydancer.router.neural.Numbers;
import dev.tinydancer.router.neural.PhraseTable;
import dev.tinydancer.router.neural.Probabilities;
import dev.tinydancer.router.neural.WeightMatrix;
import dev.tinydancer.router.vector.VectorMath;
import dev.tinydancer.training.optimization.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The classifier's network while it is trained, in single precision: token vectors, a FastGRNN of the paper's form over
 * them, a weight for each phrase and category, and two heads. Forward pass, loss and gradients for one request at a
 * time. For one thread.
 *
 * <pre>
 * s = [last state; mean of the states]                  of the FastGRNN over the token vectors
 * category logits    = A s + a + Σ rarity · phrase weights / √Σ rarity²
 * capability logits  = B s + b + M p                    p are the category probabilities, taken as constants
 * </pre>
 */
final class RequestNetwork {

    private static final float INITIAL_DEVIATION = 0.1f;
    private static final float ZETA_PARAMETER = 1;
    private static final float NU_PARAMETER = -4;

    private final NetworkShape shape;
    private final PhraseTable phraseTable;
    private final FastGrnnCell cell;
    private final FastGrnnGradients cellGradients;
    private final Parameter tokenVectors;
    private final Parameter phraseWeights;
    private final Parameter categoryWeights;
    private final Parameter categoryBias;
    private final Parameter capabilityWeights;
    private final Parameter capabilityMix;
    private final Parameter capabilityBias;

    private final float[] sequence;
    private final float[] sequenceGradient;
    private final float[] stateGradients;
    private final boolean[] phraseDropped;
    private final float[] encoding;
    private final boolean[] encodingDropped;
    private final float[] encodingGradient;
    private final float[] categories;
    private final float[] capabilities;
    private final float[] mixed;
    private final float[] categoryLogits;
    private final float[] capabilityLogits;
    private int[] tokens = {};
    private int[] phraseRows = {};
    private int steps;
    private float phraseScale;
    private float encodingScale = 1;

    /**
     * A network with random matrices, zero heads and the given token vectors.
     *
     * @param vectors {@code float[vocabulary * dimension]}; kept, and changed by training
     */
    RequestNetwork(NetworkShape shape, float[] vectors, PhraseTable phraseTable, RandomGenerator random) {
        Numbers.requireLength("vectors", vectors, Math.multiplyExact(shape.vocabulary(), shape.dimension()));
        this.shape = shape;
        this.phraseTable = phraseTable;
        int hidden = shape.hidden();
        float[] ones = new float[hidden];
        Arrays.fill(ones, 1);
        this.cell = FastGrnnCell.paper(
                WeightMatrix.dense(hidden, shape.dimension(), gaussian(random, hidden * shape.dimension())),
                WeightMatrix.dense(hidden, hidden, gaussian(random, hidden * hidden)),
                ones,
                ones,
                ZETA_PARAMETER,
                NU_PARAMETER);
        this.cellGradients = new FastGrnnGradients(cell);
        int categoryCount = shape.categories();
        int capabilityCount = shape.capabilities();
        this.tokenVectors = Parameter.table("tokens", vectors, shape.dimension());
        this.phraseWeights = Parameter.table("phrases", new float[shape.phrases() * categoryCount], categoryCount);
        this.categoryWeights = Parameter.dense("category.weights", new float[categoryCount * shape.encoding()]);
        this.categoryBias = Parameter.dense("category.bias", new float[categoryCount]);
        this.capabilityWeights = Parameter.dense("capability.weights", new float[capabilityCount * shape.encoding()]);
        this.capabilityMix = Parameter.dense("capability.mix", new float[capabilityCount * categoryCount]);
        this.capabilityBias = Parameter.dense("capability.bias", new float[capabilityCount]);

        int window = shape.window().size();
        this.sequence = new float[window * shape.dimension()];
        this.sequenceGradient = new float[window * shape.dimension()];
        this.stateGradients = new float[window * hidden];
        this.phraseDropped = new boolean[2 * window];
        this.encoding = new float[shape.encoding()];
        this.encodingDropped = new boolean[shape.encoding()];
        this.encodingGradient = new float[shape.encoding()];
        this.categories = new float[categoryCount];
        this.capabilities = new float[capabilityCount];
        this.mixed = new float[capabilityCount];
        this.categoryLogits = new float[categoryCount];
        this.capabilityLogits = new float[capabilityCount];
    }

    private static float[] gaussian(RandomGenerator random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = INITIAL_DEVIATION * (float) random.nextGaussian();
        }
        return values;
    }

    NetworkShape shape() {
        return shape;
    }

    PhraseTable phraseTable() {
        return phraseTable;
    }

    FastGrnnCell cell() {
        return cell;
    }

    Parameter tokenVectors() {
        return tokenVectors;
    }

    Parameter phraseWeights() {
        return phraseWeights;
    }

    Parameter categoryWeights() {
        return categoryWeights;
    }

    Parameter categoryBias() {
        return categoryBias;
    }

    Parameter capabilityWeights() {
        return capabilityWeights;
    }

    Parameter capabilityMix() {
        return capabilityMix;
    }

    Parameter capabilityBias() {
        return capabilityBias;
    }

    List<Parameter> cellParameters() {
        return cellGradients.parameters();
    }

    List<Parameter> cellMatrices() {
        return cellGradients.matrices();
    }

    /**
     * The category probabilities of a request as it stands.
     *
     * @param window tokens within the window
     * @return {@code float[categories]}, valid until the next call
     */
    float[] classify(int[] window) {
        Arrays.fill(phraseDropped, false);
        Arrays.fill(encodingDropped, false);
        encodingScale = 1;
        forward(window);
        return categories;
    }

    /** The category logits of the last request; a copy. */
    float[] categoryLogits() {
        return categoryLogits.clone();
    }

    /** The capability logits of the last request; a copy. */
    float[] capabilityLogits() {
        return capabilityLogits.clone();
    }

    /**
     * Adds the gradients of one example.
     *
     * @param window tokens within the window
     * @param weight factor on the loss and its gradients
     * @return the loss: cross entropy of the category and mean binary cross entropy of the capabilities
     */
    double train(int[] window, Target target, float weight, Dropout dropout, RandomGenerator random) {
        dropout.choosePhrases(phraseDropped, random);
        dropout.chooseUnits(encodingDropped, random);
        encodingScale = 1 / (1 - dropout.units());
        forward(window);
        return weight * backward(target, weight);
    }

    private void forward(int[] window) {
        tokens = window;
        steps = window.length;
        int dimension = shape.dimension();
        int hidden = shape.hidden();
        for (int step = 0; step < steps; step++) {
            System.arraycopy(tokenVectors.values(), tokens[step] * dimension, sequence, step * dimension, dimension);
        }
        float[] states = cellGradients.forward(sequence, steps);
        Arrays.fill(encoding, 0);
        for (int step = 0; step < steps; step++) {
            for (int i = 0; i < hidden; i++) {
                encoding[hidden + i] += states[step * hidden + i] / steps;
            }
        }
        if (steps > 0) {
            System.arraycopy(states, (steps - 1) * hidden, encoding, 0, hidden);
        }
        for (int i = 0; i < encoding.length; i++) {
            encoding[i] = encodingDropped[i] ? 0 : encoding[i] * encodingScale;
        }
        VectorMath.multiplyAdd(categoryWeights.values(), encoding, categoryBias.values(), categories);
        addPhrases();
        System.arraycopy(categories, 0, categoryLogits, 0, categories.length);
        Probabilities.softmaxInPlace(categories);
        VectorMath.multiplyAdd(capabilityWeights.values(), encoding, capabilityBias.values(), capabilities);
        VectorMath.multiply(capabilityMix.values(), categories, mixed);
        VectorMath.addScaled(1, mixed, capabilities);
        System.arraycopy(capabilities, 0, capabilityLogits, 0, capabilities.length);
        Probabilities.sigmoidInPlace(capabilities);
    }

    private void addPhrases() {
        phraseRows = phraseTable.rows(tokens);
        float squares = 0;
        for (int i = 0; i < phraseRows.length; i++) {
            float rarity = phraseTable.rarities()[phraseRows[i]];
            squares += phraseDropped[i] ? 0 : rarity * rarity;
        }
        phraseScale = squares == 0 ? 0 : (float) (1 / Math.sqrt(squares));
        for (int i = 0; i < phraseRows.length; i++) {
            if (!phraseDropped[i]) {
                int row = phraseRows[i] * categories.length;
                float weight = phraseScale * phraseTable.rarities()[phraseRows[i]];
                for (int c = 0; c < categories.length; c++) {
                    categories[c] += weight * phraseWeights.values()[row + c];
                }
            }
        }
    }

    private double backward(Target target, float weight) {
        double loss = 0;
        float[] categoryGradient = new float[categories.length];
        for (int c = 0; c < categories.length; c++) {
            loss -= target.category(c) * Math.log(Math.max(categories[c], Float.MIN_NORMAL));
            categoryGradient[c] = weight * (categories[c] - target.category(c));
        }
        float[] capabilityGradient = new float[capabilities.length];
        for (int k = 0; k < capabilities.length; k++) {
            float p = capabilities[k];
            loss -= Math.log(Math.max(target.needs(k) ? p : 1 - p, Float.MIN_NORMAL)) / capabilities.length;
            capabilityGradient[k] = weight * (p - (target.needs(k) ? 1 : 0)) / capabilities.length;
        }
        addTo(categoryBias, categoryGradient);
        addTo(capabilityBias, capabilityGradient);
        Products.outerAdd(
                categoryGradient, categories.length, encoding, 0, encoding.length, categoryWeights.gradient());
        Products.outerAdd(
                capabilityGradient, capabilities.length, encoding, 0, encoding.length, capabilityWeights.gradient());
        Products.outerAdd(
                capabilityGradient, capabilities.length, categories, 0, categories.length, capabilityMix.gradient());
        backwardPhrases(categoryGradient);
        Arrays.fill(encodingGradient, 0);
        Products.transposedMultiplyAdd(
                categoryWeights.values(), categories.length, encoding.length, categoryGradient, encodingGradient, 0);
        Products.transposedMultiplyAdd(
                capabilityWeights.values(),
                capabilities.length,
                encoding.length,
                capabilityGradient,
                encodingGradient,
                0);
        backwardSequence();
        return loss;
    }

    private static void addTo(Parameter parameter, float[] gradient) {
        for (int i = 0; i < gradient.length; i++) {
            parameter.gradient()[i] += gradient[i];
        }
    }

    private void backwardPhrases(float[] categoryGradient) {
        for (int i = 0; i < phraseRows.length; i++) {
            if (!phraseDropped[i]) {
                int row = phraseWeights.touch(phraseRows[i]);
                float weight = phraseScale * phraseTable.rarities()[phraseRows[i]];
                for (int c = 0; c < categoryGradient.length; c++) {
                    phraseWeights.gradient()[row + c] += weight * categoryGradient[c];
                }
            }
        }
    }

    private void backwardSequence() {
        int hidden = shape.hidden();
        for (int i = 0; i < encoding.length; i++) {
            encodingGradient[i] = encodingDropped[i] ? 0 : encodingGradient[i] * encodingScale;
        }
        for (int step = 0; step < steps; step++) {
            for (int i = 0; i < hidden; i++) {
                float last = step == steps - 1 ? encodingGradient[i] : 0;
                stateGradients[step * hidden + i] = last + encodingGradient[hidden + i] / steps;
            }
        }
        int dimension = shape.dimension();
        Arrays.fill(sequenceGradient, 0, steps * dimension, 0);
        cellGradients.backward(stateGradients, sequenceGradient);
        for (int step = 0; step < steps; step++) {
            int row = tokenVectors.touch(tokens[step]);
            for (int i = 0; i < dimension; i++) {
                tokenVectors.gradient()[row + i] += sequenceGradient[step * dimension + i];
            }
        }
    }
}
