package dev.tinydancer.benchmark.evaluation;

/**
 * What one model made of one request. NaN means that the file does not say.
 *
 * @param score quality of the answer in [0, 1]; 1 is right
 * @param costUsd what the call cost, in US dollars, at least 0, or NaN
 * @param inputTokens tokens sent, at least 0, or NaN
 * @param outputTokens tokens of the answer, at least 0, or NaN
 */
public record ModelOutcome(double score, double costUsd, double inputTokens, double outputTokens) {

    public ModelOutcome {
        if (!(score >= 0 && score <= 1)) {
            throw new IllegalArgumentException("score must be in [0, 1], got " + score);
        }
        requireAmount("cost_usd", costUsd);
        requireAmount("input_tokens", inputTokens);
        requireAmount("output_tokens", outputTokens);
    }

    private static void requireAmount(String name, double value) {
        // Written so that NaN passes: it means "unknown".
        if (value < 0 || value == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(name + " must be finite and at least 0, got " + value);
        }
    }
}
