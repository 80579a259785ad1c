package dev.tinydancer.training.demand;

import dev.tinydancer.router.neural.Numbers;

/**
 * How a {@link dev.tinydancer.router.neural.DemandModel} is trained.
 *
 * @param phrases most phrases that get a weight of their own, at least 0
 * @param epochs passes over the data, at least 1
 * @param learningRate of the first epoch, above 0; it falls towards zero along half a cosine
 * @param phraseDropout share of the phrases that are ignored at random, in [0, 1)
 * @param smoothing share of each example's probability that is spread over all levels, in [0, 1)
 * @param temperature that the logits are divided by; below 1, because the labels are mixed: among labelled requests are plain
 *     and demanding ones, which makes the probabilities of these levels too small
 * @param grammarExamples made by the grammar for each level and epoch, at least 1
 * @param seed of everything random
 */
public record DemandOptions(
        int phrases,
        int epochs,
        float learningRate,
        float phraseDropout,
        float smoothing,
        float temperature,
        int grammarExamples,
        long seed) {

    /** What the model in this library was trained with. */
    public static final DemandOptions STANDARD = new DemandOptions(16_384, 4, 4e-3f, 0.3f, 0.06f, 0.8f, 4_000, 1);

    public DemandOptions {
        Numbers.requirePositive("epochs", epochs);
        Numbers.requirePositive("grammarExamples", grammarExamples);
        Numbers.requireAboveZero("learningRate", learningRate);
        Numbers.requireAboveZero("temperature", temperature);
        if (phrases < 0) {
            throw new IllegalArgumentException("phrases must be at least 0, got " + phrases);
        }
        if (!(phraseDropout >= 0 && phraseDropout < 1 && smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "phraseDropout and smoothing must be in [0, 1), got " + phraseDropout + " and " + smoothing);
        }
    }

    float rate(int epoch) {
        return (float) (learningRate * 0.5 * (1 + Math.cos(Math.PI * epoch / epochs)));
    }

    public DemandOptions withSeed(long other) {
        return new DemandOptions(
                phrases, epochs, learningRate, phraseDropout, smoothing, temperature, grammarExamples, other);
    }
}
