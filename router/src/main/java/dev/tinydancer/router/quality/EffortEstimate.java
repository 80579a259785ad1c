package dev.tinydancer.router.quality;

/**
 * What an answer of one agent to one request is expected to take.
 *
 * @param latencyMillis expected time to the answer, in milliseconds, finite and at least 0
 * @param outputTokens expected length of the answer in tokens, finite and at least 0
 * @param observations the weight of recorded outcomes behind the estimate, in requests, at least 0; 0 means that it rests
 *     on the prior alone
 * @param latencySpread standard deviation of the natural logarithm of the time, at least 0
 * @param lengthSpread standard deviation of the natural logarithm of the length, at least 0; 0 where the length is known
 */
public record EffortEstimate(
        double latencyMillis, double outputTokens, double observations, double latencySpread, double lengthSpread) {

    /** Of answers of which nothing is known: eight of ten have between a half and twice the length. */
    public static final double USUAL_SPREAD = Math.sqrt(EffortModel.USUAL_VARIANCE);

    /** Standard deviations to either side that eight of ten values of a normal distribution keep. */
    private static final double EIGHT_OF_TEN = 1.28;

    public EffortEstimate {
        requireAmount("latencyMillis", latencyMillis);
        requireAmount("outputTokens", outputTokens);
        requireAmount("observations", observations);
        requireAmount("latencySpread", latencySpread);
        requireAmount("lengthSpread", lengthSpread);
    }

    /** One that spreads as answers do of which nothing is known. */
    public EffortEstimate(double latencyMillis, double outputTokens, double observations) {
        this(latencyMillis, outputTokens, observations, USUAL_SPREAD, USUAL_SPREAD);
    }

    /** The same for an answer of a length that is known. */
    public EffortEstimate ofLength(double knownTokens) {
        return new EffortEstimate(latencyMillis, knownTokens, observations, latencySpread, 0);
    }

    /** The same for an answer that cannot be longer than this. */
    public EffortEstimate atMost(int tokens) {
        return outputTokens <= tokens
                ? this
                : new EffortEstimate(latencyMillis, tokens, observations, latencySpread, lengthSpread);
    }

    /** Of ten answers, one is expected to come sooner than this. */
    public double lowLatencyMillis() {
        return latencyMillis * Math.exp(-EIGHT_OF_TEN * latencySpread);
    }

    /** Of ten answers, one is expected to come later than this. */
    public double highLatencyMillis() {
        return latencyMillis * Math.exp(EIGHT_OF_TEN * latencySpread);
    }

    /** Of ten answers, one is expected to be shorter than this. */
    public double lowOutputTokens() {
        return outputTokens * Math.exp(-EIGHT_OF_TEN * lengthSpread);
    }

    /** Of ten answers, one is expected to be longer than this. */
    public double highOutputTokens() {
        return outputTokens * Math.exp(EIGHT_OF_TEN * lengthSpread);
    }

    private static void requireAmount(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be finite and at least 0, got " + value);
        }
    }
}
