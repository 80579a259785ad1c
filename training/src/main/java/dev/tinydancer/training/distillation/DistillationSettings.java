package dev.tinydancer.training.distillation;

import dev.tinydancer.router.embedding.SentenceEmbedder;

/**
 * How a table of token vectors is made.
 *
 * @param dimension length of the vectors, in [1, 384]
 * @param maxTokens how many tokens of a training text count, in [1, 510]
 * @param rankWeight how fast the weight of frequent tokens falls at the start: a token of rank r begins with weight
 *     a / (a + 0.1 / r), positive
 * @param epochs how often every text is seen, at least 0; 0 leaves the table as principal components and weights make it
 * @param batchSize texts that are related to each other in one step, at least 2
 * @param learningRate of the first step, positive; it falls to zero along a cosine
 * @param temperature of the similarities between the texts of a batch, positive; the lower, the more only the nearest
 *     count
 * @param tokenDropout share of a text's tokens that is left out in each step, in [0, 1)
 * @param seed of the order of the texts, of those held out and of the tokens left out
 */
public record DistillationSettings(
        int dimension,
        int maxTokens,
        double rankWeight,
        int epochs,
        int batchSize,
        double learningRate,
        double temperature,
        double tokenDropout,
        long seed) {

    /** What the table in this library was made with. */
    public static final DistillationSettings STANDARD =
            new DistillationSettings(256, 96, 1e-4, 12, 512, 2e-3, 0.05, 0.05, 1);

    public DistillationSettings {
        requireInRange("dimension", dimension, 1, SentenceEmbedder.DIMENSION);
        requireInRange("maxTokens", maxTokens, 1, SentenceEmbedder.MAX_TOKENS - 2);
        requirePositive("rankWeight", rankWeight);
        requireInRange("epochs", epochs, 0, Integer.MAX_VALUE);
        requireInRange("batchSize", batchSize, 2, Integer.MAX_VALUE);
        requirePositive("learningRate", learningRate);
        requirePositive("temperature", temperature);
        if (!(tokenDropout >= 0 && tokenDropout < 1)) {
            throw new IllegalArgumentException("tokenDropout must be in [0, 1), got " + tokenDropout);
        }
    }

    public DistillationSettings withSeed(long newSeed) {
        return new DistillationSettings(
                dimension, maxTokens, rankWeight, epochs, batchSize, learningRate, temperature, tokenDropout, newSeed);
    }

    private static void requireInRange(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be in [" + least + ", " + most + "], got " + value);
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be positive and finite, got " + value);
        }
    }
}
