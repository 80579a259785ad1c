package dev.tinydancer.router.quality;

import java.time.Duration;

/**
 * What came of an answer.
 *
 * @param good how good it was, in [0, 1]; 1 for a success, 0 for a failure
 * @param latencyMillis time to the answer, at least 0, or NaN when it was not measured
 * @param outputTokens length of the answer, at least 0, or NaN when it was not counted
 */
public record Outcome(double good, double latencyMillis, double outputTokens) {

    private static final double NANOS_PER_MILLI = 1e6;

    public Outcome {
        if (!(good >= 0 && good <= 1)) {
            throw new IllegalArgumentException("good must be in [0, 1], got " + good);
        }
        requireAmountOrNaN("latencyMillis", latencyMillis);
        requireAmountOrNaN("outputTokens", outputTokens);
    }

    /** A good answer, neither timed nor counted. */
    public static Outcome success() {
        return judged(1);
    }

    /** No answer, or a useless one, neither timed nor counted. */
    public static Outcome failure() {
        return judged(0);
    }

    /** An answer that is so good, in [0, 1], neither timed nor counted. */
    public static Outcome judged(double good) {
        return new Outcome(good, Double.NaN, Double.NaN);
    }

    /** The same with the time to the answer. */
    public Outcome latency(Duration latency) {
        return latencyMillis(latency.toNanos() / NANOS_PER_MILLI);
    }

    /** The same with the time to the answer, in milliseconds. */
    public Outcome latencyMillis(double millis) {
        return new Outcome(good, millis, outputTokens);
    }

    /** The same with the length of the answer. */
    public Outcome outputTokens(double tokens) {
        return new Outcome(good, latencyMillis, tokens);
    }

    private static void requireAmountOrNaN(String name, double value) {
        // Written so that NaN passes: it means "not known".
        if (value < 0 || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(name + " must be finite and at least 0, or NaN, got " + value);
        }
    }
}
