package dev.tinydancer.router.neural;

/**
 * The sizes of a request classifier.
 *
 * @param vocabulary number of tokens with a vector of their own, at least 1
 * @param dimension length of a token vector, at least 1
 * @param hidden number of hidden units of the FastGRNN, at least 1
 * @param phrases number of phrases with a weight of their own, at least 0
 * @param window the tokens that are read
 * @param categories number of categories, at least 2
 * @param capabilities number of capabilities, at least 1
 */
public record NetworkShape(
        int vocabulary, int dimension, int hidden, int phrases, TokenWindow window, int categories, int capabilities) {

    public NetworkShape {
        Numbers.requirePositive("vocabulary", vocabulary);
        Numbers.requirePositive("dimension", dimension);
        Numbers.requirePositive("hidden", hidden);
        if (phrases < 0) {
            throw new IllegalArgumentException("phrases must be at least 0, got " + phrases);
        }
        if (categories < 2) {
            throw new IllegalArgumentException("categories must be at least 2, got " + categories);
        }
        Numbers.requirePositive("capabilities", capabilities);
    }

    /** Length of the encoding: the last state and the mean of the states. */
    public int encoding() {
        return 2 * hidden;
    }
}
