package dev.tinydancer.router.quality;

/**
 * What an answer of one agent to one request is expected to take.
 *
 * @param latencyMillis expected time to the answer, in milliseconds, finite and at least 0
 * @param outputTokens expected length of the answer in tokens, finite and at least 0
 * @param observations the weight of recorded outcomes behind the estimate, in requests, at least 0; 0 means that it rests
 *     on the prior alone
 */
public record EffortEstimate(double latencyMillis, double outputTokens, double observations) {

    public EffortEstimate {
        requireAmount("latencyMillis", latencyMillis);
        requireAmount("outputTokens", outputTokens);
        requireAmount("observations", observations);
    }

    private static void requireAmount(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be finite and at least 0, got " + value);
        }
    }
}
