package dev.tinydancer.router.neural;

import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.WeightRows;
import dev.tinydancer.router.vector.VectorMath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Tells from the tokens of a request which category it belongs to and which capabilities it needs: a FastGRNN over token
 * vectors of its own, a weight for each phrase, a softmax head and a logistic head. Of a long request it reads the first
 * and the last tokens. Immutable.
 */
public final class RequestClassifier {
    /*
     * With s the last state and the mean of the states of the FastGRNN:
     *
     *   category logits    c = A s + a + Σ rarity · phrase weights / √Σ rarity², over the phrases of the window
     *   capability logits  k = B s + b + M softmax(c)
     *
     * Answered are softmax(c / T) and σ(k / T'), with the temperatures T and T' that make probabilities honest on
     * sources that the network was not trained on (Guo et al., arXiv 1706.04599).
     */

    private static final String STANDARD = "request-classifier.safetensors";
    /** The metadata entry {@code format} of a classifier's file. */
    public static final String FORMAT = "tiny-dancer request classifier 1";

    private static final String LABEL_SEPARATOR = ",";

    private final NetworkShape shape;
    private final List<String> categories;
    private final List<String> capabilities;
    private final FastGrnnCell cell;
    private final WeightRows tokenVectors;
    private final PhraseTable phraseTable;
    private final WeightRows phraseWeights;
    private final float[] categoryWeights;
    private final float[] categoryBias;
    private final float[] capabilityWeights;
    private final float[] capabilityMix;
    private final float[] capabilityBias;
    private final Temperatures temperatures;

    private RequestClassifier(Safetensors file) {
        file.requireFormat(FORMAT);
        file.requireIntact();
        this.categories = labels(file, "categories");
        this.capabilities = labels(file, "capabilities");
        this.temperatures = new Temperatures(
                file.metadata("temperature.category", Float::parseFloat),
                file.metadata("temperature.capability", Float::parseFloat));
        this.cell = FastGrnnFile.read(file, "cell.");
        this.phraseTable = PhraseTable.read(file);
        this.shape = new NetworkShape(
                file.metadata("vocabulary", Integer::parseInt),
                cell.inputSize(),
                cell.hiddenSize(),
                phraseTable.size(),
                new TokenWindow(
                        file.metadata("window.head", Integer::parseInt),
                        file.metadata("window.tail", Integer::parseInt)),
                categories.size(),
                capabilities.size());
        this.tokenVectors = WeightRows.read(file, "tokens", shape.vocabulary(), shape.dimension());
        this.phraseWeights = WeightRows.read(file, "phrases", shape.phrases(), categories.size());
        int encoding = shape.encoding();
        this.categoryWeights = matrix(file, "category.weights", categories.size(), encoding);
        this.categoryBias = matrix(file, "category.bias", 1, categories.size());
        this.capabilityWeights = matrix(file, "capability.weights", capabilities.size(), encoding);
        this.capabilityMix = matrix(file, "capability.mix", capabilities.size(), categories.size());
        this.capabilityBias = matrix(file, "capability.bias", 1, capabilities.size());
    }

    private static List<String> labels(Safetensors file, String key) {
        List<String> labels = file.metadata(key, text -> List.of(text.split(LABEL_SEPARATOR)));
        if (new LinkedHashSet<>(labels).size() != labels.size() || labels.contains("")) {
            throw new InvalidModelException("metadata entry \"" + key + "\" must hold distinct names, got " + labels);
        }
        return labels;
    }

    private static float[] matrix(Safetensors file, String name, int rows, int columns) {
        return WeightRows.read(file, name, rows, columns).toFloats();
    }

    /** The classifier in this library, trained on the 12 categories of the labelled requests. */
    public static RequestClassifier standard() {
        return of(Safetensors.ofResource(RequestClassifier.class, STANDARD));
    }

    /**
     * A classifier from a file that a training has made.
     *
     * @throws InvalidModelException if it is no such file, or damaged
     * @throws IOException if it cannot be read
     */
    public static RequestClassifier read(Path file) throws IOException {
        return of(Safetensors.read(file));
    }

    /**
     * A classifier from the content of a file.
     *
     * @throws InvalidModelException if it is not that of a classifier
     */
    public static RequestClassifier of(Safetensors file) {
        try {
            return new RequestClassifier(file);
        } catch (IllegalArgumentException e) {
            throw new InvalidModelException("not a request classifier: " + e.getMessage(), e);
        }
    }

    /** What makes its probabilities honest. */
    public Temperatures temperatures() {
        return temperatures;
    }

    /** How many tokens it knows: those of the tokenizer that it was trained with. */
    public int vocabulary() {
        return shape.vocabulary();
    }

    /** How many tokens it reads of a request, at most. */
    int window() {
        return shape.window().size();
    }

    /** The categories, in alphabetical order. */
    public List<String> categories() {
        return categories;
    }

    /** The capabilities, in alphabetical order. */
    public List<String> capabilities() {
        return capabilities;
    }

    /**
     * Classifies a request.
     *
     * @param tokens all tokens of the request, as {@link dev.tinydancer.router.embedding.WordPieceTokenizer} numbers
     *     them; none at all gives the categories' overall frequencies
     * @throws IllegalArgumentException if a token is not in the vocabulary
     */
    public Classification classify(int[] tokens) {
        int[] window = shape.window().cut(tokens);
        float[] encoding = encode(window);
        float[] categoryLogits = new float[categories.size()];
        VectorMath.multiplyAdd(categoryWeights, encoding, categoryBias, categoryLogits);
        phraseTable.addWeights(window, phraseWeights, categoryLogits);
        float[] plain = categoryLogits.clone();
        Probabilities.softmaxInPlace(plain);
        float[] capabilityLogits = new float[capabilities.size()];
        VectorMath.multiplyAdd(capabilityMix, plain, capabilityBias, capabilityLogits);
        float[] fromEncoding = new float[capabilities.size()];
        VectorMath.multiply(capabilityWeights, encoding, fromEncoding);
        VectorMath.addScaled(1, fromEncoding, capabilityLogits);
        temperatures.apply(categoryLogits, capabilityLogits);
        return new Classification(categories, categoryLogits, capabilities, capabilityLogits);
    }

    /** The last state and the mean of the states; zeros if there are no tokens. */
    private float[] encode(int[] window) {
        int hidden = shape.hidden();
        float[] state = new float[hidden];
        float[] encoding = new float[shape.encoding()];
        float[] vector = new float[shape.dimension()];
        FastGrnnCell.Workspace workspace = cell.workspace();
        float share = 1f / window.length;
        for (int token : window) {
            if (token < 0 || token >= shape.vocabulary()) {
                throw new IllegalArgumentException("token must be in [0, " + shape.vocabulary() + "), got " + token);
            }
            Arrays.fill(vector, 0);
            tokenVectors.addTo(token, 1, vector);
            cell.step(vector, 0, state, workspace);
            for (int i = 0; i < hidden; i++) {
                encoding[hidden + i] += share * state[i];
            }
        }
        System.arraycopy(state, 0, encoding, 0, hidden);
        return encoding;
    }
}
