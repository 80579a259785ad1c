package dev.tinydancer.router.neural;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.embedding.TokenizedText;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.tokens.TokenVocabulary;
import dev.tinydancer.router.vector.VectorMath;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns the text of a request into what the router needs of it: its length in tokens, its static embedding, the
 * probabilities of its categories and capabilities, and how demanding it is. The text is cut into word pieces once. Immutable;
 * a new model is taken into use by replacing the encoder.
 */
public final class RequestEncoder {

    /**
     * From so many word pieces on a request is long: what it asks for may stand anywhere in it. In a shorter one it stands at an
     * end, where the classifier looks; it was trained on requests of up to 900.
     */
    private static final int LONG = 1_000;

    private final StaticEmbedder embedder;
    private final WordPieceTokenizer tokenizer;
    private final RequestClassifier classifier;
    private final @Nullable DemandModel demand;
    private final Legibility legibility;

    /**
     * An encoder to which every request is of ordinary difficulty.
     *
     * @param classifier trained with the embedder's tokenizer
     * @throws InvalidModelException if it was trained with another, as the size of its vocabulary shows
     */
    public RequestEncoder(StaticEmbedder embedder, RequestClassifier classifier) {
        this(embedder, classifier, null);
    }

    /**
     * An encoder that tells how demanding a request is.
     *
     * @param classifier trained with the embedder's tokenizer
     * @param demand trained with the embedder
     * @throws InvalidModelException if the classifier was trained with another, as the size of its vocabulary shows
     */
    public RequestEncoder(StaticEmbedder embedder, RequestClassifier classifier, @Nullable DemandModel demand) {
        this.embedder = Objects.requireNonNull(embedder, "embedder");
        this.tokenizer = embedder.tokenizer();
        this.classifier = Objects.requireNonNull(classifier, "classifier");
        this.demand = demand;
        this.legibility = new Legibility(tokenizer);
        int tokens = tokenizer.vocabulary().size();
        if (classifier.vocabulary() != tokens) {
            throw new InvalidModelException("the classifier was trained with a vocabulary of " + classifier.vocabulary()
                    + " tokens, the tokenizer's has " + tokens);
        }
    }

    /** The encoder with the token table and the models in this library. */
    public static RequestEncoder standard() {
        StaticEmbedder embedder = StaticEmbedder.standard();
        return new RequestEncoder(embedder, RequestClassifier.standard(), DemandModel.standard(embedder));
    }

    public StaticEmbedder embedder() {
        return embedder;
    }

    public RequestClassifier classifier() {
        return classifier;
    }

    /**
     * The same encoder with another classifier.
     *
     * @throws InvalidModelException if that was trained with another tokenizer
     */
    public RequestEncoder withClassifier(RequestClassifier other) {
        return new RequestEncoder(embedder, other, demand);
    }

    /** The features of a request. */
    public RequestFeatures encode(String text) {
        TokenizedText tokenized = tokenizer.tokenize(text);
        int[] tokens = tokenized.tokens();
        DemandModel.Study study = demand == null ? null : demand.study(tokenized);
        int[] read = study == null ? tokens : read(tokens, study);
        Legibility.Reading reading = legibility.read(read);
        Classification classification = classifier.classify(read).believed(reading.believed());
        RequestFeatures features = new RequestFeatures(
                TokenVocabulary.O200K_BASE.count(text),
                embedding(tokens, read),
                classification.categoriesByProbability(),
                classification.capabilitiesByProbability(),
                study == null ? 0 : reading.believed(study.difficulty()));
        return read.length == tokens.length
                ? features
                : features.readBy(new RequestFeatures.Excerpt(read.length, tokens.length));
    }

    /**
     * The direction of a request: that of its beginning, and of a long one as much that of what looks like the task. By its
     * beginning alone, what came of translating a document would be evidence for finding the flaw in it.
     */
    private float[] embedding(int[] tokens, int[] read) {
        float[] embedding = embedder.embed(leading(tokens));
        if (read.length < tokens.length) {
            VectorMath.addScaled(1, embedder.embed(read), embedding);
            VectorMath.normalizeInPlace(embedding);
        }
        return embedding;
    }

    /** What the classifier is shown: all of a request, of a long one what looks like the task. */
    private int[] read(int[] tokens, DemandModel.Study study) {
        return tokens.length < LONG ? tokens : study.task(classifier.window());
    }

    /** The features of a request as far as no classifier is needed for them: its length and its embedding. */
    public static RequestFeatures encodeUnclassified(StaticEmbedder embedder, String text) {
        int[] tokens = embedder.tokenizer().encode(text, Integer.MAX_VALUE);
        return new RequestFeatures(
                TokenVocabulary.O200K_BASE.count(text), embedder.embed(leading(tokens)), Map.of(), Map.of());
    }

    private static int[] leading(int[] tokens) {
        return tokens.length <= StaticEmbedder.MAX_TOKENS ? tokens : Arrays.copyOf(tokens, StaticEmbedder.MAX_TOKENS);
    }

    /**
     * What a request asks for, without the rest of its features. Of a text that the vocabulary cannot read, in another script
     * or without a word, no answer is sure.
     */
    public Classification classify(String text) {
        TokenizedText tokenized = tokenizer.tokenize(text);
        int[] tokens = tokenized.tokens();
        int[] read = demand == null || tokens.length < LONG ? tokens : read(tokens, demand.study(tokenized));
        return classifier.classify(read).believed(legibility.read(read).believed());
    }
}
