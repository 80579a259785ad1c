package dev.tinydancer.training.classifier;

import dev.tinydancer.router.neural.Numbers;
import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.neural.TokenWindow;

/**
 * How a {@link RequestClassifier} is trained.
 *
 * @param size how big the network is
 * @param schedule how long and how fast it learns
 * @param regularization what keeps it from learning its sources by heart
 * @param grammarExamples made by the grammar for each category and epoch, at least 0; together they weigh as much as the
 *     labelled requests
 * @param storage what is saved of the weights
 * @param seed of everything random; the same data, options and seed give the same classifier but for roundings
 */
public record ClassifierOptions(
        Size size, Schedule schedule, Regularization regularization, int grammarExamples, Storage storage, long seed) {

    /** What the classifier in this library was trained with. */
    public static final ClassifierOptions STANDARD = new ClassifierOptions(
            new Size(32, 32, 32_768, 28, 18),
            new Schedule(4, 4, 32, 5e-3f, 100),
            new Regularization(0.1f, 0.1f, 0.2f, 0.5f),
            400,
            new Storage(1, true),
            1);

    public ClassifierOptions {
        if (grammarExamples < 0) {
            throw new IllegalArgumentException("grammarExamples must be at least 0, got " + grammarExamples);
        }
    }

    /**
     * How big the network is.
     *
     * @param dimension length of the token vectors, at least 1 and at most that of the vectors they start from
     * @param hidden number of hidden units of the FastGRNN, at least 1
     * @param phrases most phrases that get a weight of their own, at least 0
     * @param head tokens read from the start of a request, at least 1
     * @param tail tokens read from the end of a longer request, at least 0
     */
    public record Size(int dimension, int hidden, int phrases, int head, int tail) {

        TokenWindow window() {
            return new TokenWindow(head, tail);
        }
    }

    /**
     * How long and how fast it learns.
     *
     * @param epochs most passes over the data, at least 1
     * @param patience epochs without a higher accuracy on the held-out sources after which training stops, at least 1
     * @param batch examples for each step, at least 1
     * @param learningRate of the first epoch, above 0; it falls towards zero along half a cosine
     * @param largestGradient the Euclidean length to which the gradient of a batch is cut, above 0
     */
    public record Schedule(int epochs, int patience, int batch, float learningRate, float largestGradient) {

        public Schedule {
            Numbers.requirePositive("epochs", epochs);
            Numbers.requirePositive("patience", patience);
            Numbers.requirePositive("batch", batch);
            Numbers.requireAboveZero("learningRate", learningRate);
            Numbers.requireAboveZero("largestGradient", largestGradient);
        }

        /** The learning rate of an epoch, counted from 0. */
        float rate(int epoch) {
            return (float) (learningRate * 0.5 * (1 + Math.cos(Math.PI * epoch / epochs)));
        }
    }

    /**
     * What keeps a network from learning its sources by heart.
     *
     * @param smoothing share of each example's probability that is spread over all categories, in [0, 1)
     * @param tokenDropout share of the tokens that are taken out of the text at random, in [0, 1)
     * @param phraseDropout share of the phrase weights that are ignored at random, in [0, 1)
     * @param unitDropout share of the FastGRNN's outputs that are ignored at random, in [0, 1)
     */
    public record Regularization(float smoothing, float tokenDropout, float phraseDropout, float unitDropout) {

        public Regularization {
            if (!(smoothing >= 0 && smoothing < 1)) {
                throw new IllegalArgumentException("smoothing must be in [0, 1), got " + smoothing);
            }
        }

        Dropout dropout() {
            return new Dropout(tokenDropout, phraseDropout, unitDropout);
        }
    }

    /**
     * What is saved of the weights.
     *
     * @param density share of the FastGRNN's matrices and of the phrase weights that is kept, in (0, 1]; below 1 the
     *     smallest are set to zero by hard thresholding while training goes on
     * @param quantize whether token vectors, phrase weights and matrices are stored as bytes
     */
    public record Storage(float density, boolean quantize) {

        public Storage {
            if (!(density > 0 && density <= 1)) {
                throw new IllegalArgumentException("density must be in (0, 1], got " + density);
            }
        }
    }

    public ClassifierOptions withSchedule(Schedule other) {
        return new ClassifierOptions(size, other, regularization, grammarExamples, storage, seed);
    }

    public ClassifierOptions withEpochs(int epochs) {
        return withSchedule(new Schedule(
                epochs, schedule.patience, schedule.batch, schedule.learningRate, schedule.largestGradient));
    }

    public ClassifierOptions withStorage(Storage other) {
        return new ClassifierOptions(size, schedule, regularization, grammarExamples, other, seed);
    }

    public ClassifierOptions withSeed(long other) {
        return new ClassifierOptions(size, schedule, regularization, grammarExamples, storage, other);
    }
}
