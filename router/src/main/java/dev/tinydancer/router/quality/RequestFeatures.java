package dev.tinydancer.router.quality;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request before any agent is looked at.
 *
 * <p>Not a record, because it holds an array; two instances are equal only if they are the same.
 */
public final class RequestFeatures {

    private final int inputTokens;
    private final float[] embedding;
    private final Map<String, Double> categories;
    private final Map<String, Double> capabilities;
    private final double difficulty;
    private final @Nullable Excerpt excerpt;

    /**
     * What of a long request was read to tell what it asks for.
     *
     * @param read how many word pieces
     * @param all how many there are
     */
    public record Excerpt(int read, int all) {}

    /** Of ordinary difficulty; otherwise as the other constructor. */
    public RequestFeatures(
            int inputTokens, float[] embedding, Map<String, Double> categories, Map<String, Double> capabilities) {
        this(inputTokens, embedding, categories, capabilities, 0);
    }

    /**
     * @param inputTokens length of the request in tokens of o200k_base, at least 0
     * @param embedding unit-length static embedding, {@code float[dimension]}; kept, not copied, and not to be changed
     * @param categories probability of each category, in descending order, summing to 1
     * @param capabilities probability that the request needs each capability, in descending order
     * @param difficulty δ of P = σ(θ - δ) as far as the text alone tells it, in logits, finite; 0 is ordinary
     */
    public RequestFeatures(
            int inputTokens,
            float[] embedding,
            Map<String, Double> categories,
            Map<String, Double> capabilities,
            double difficulty) {
        this(inputTokens, embedding, categories, capabilities, difficulty, null);
    }

    private RequestFeatures(
            int inputTokens,
            float[] embedding,
            Map<String, Double> categories,
            Map<String, Double> capabilities,
            double difficulty,
            @Nullable Excerpt excerpt) {
        if (inputTokens < 0) {
            throw new IllegalArgumentException("inputTokens must be at least 0, got " + inputTokens);
        }
        if (!Double.isFinite(difficulty)) {
            throw new IllegalArgumentException("difficulty must be finite, got " + difficulty);
        }
        this.inputTokens = inputTokens;
        this.embedding = embedding;
        this.categories = categories;
        this.capabilities = capabilities;
        this.difficulty = difficulty;
        this.excerpt = excerpt;
    }

    /**
     * The same, its categories and capabilities told from an excerpt.
     *
     * @param other null where all of it was read
     */
    public RequestFeatures readBy(@Nullable Excerpt other) {
        return new RequestFeatures(inputTokens, embedding, categories, capabilities, difficulty, other);
    }

    /** Length of the request in tokens of o200k_base. */
    public int inputTokens() {
        return inputTokens;
    }

    /** The unit-length static embedding, {@code float[dimension]}; not a copy. */
    public float[] embedding() {
        return embedding;
    }

    /** Probability of each category, in descending order. */
    public Map<String, Double> categories() {
        return categories;
    }

    /** The most probable category, empty when none is known. */
    public String topCategory() {
        return categories.isEmpty() ? "" : categories.keySet().iterator().next();
    }

    /** Probability that the request needs each capability, in descending order. */
    public Map<String, Double> capabilities() {
        return capabilities;
    }

    /** δ of P = σ(θ - δ) as far as the text alone tells it, in logits; 0 is ordinary. */
    public double difficulty() {
        return difficulty;
    }

    /** What its categories and capabilities were told from; null where all of it was read. */
    public @Nullable Excerpt excerpt() {
        return excerpt;
    }
}
