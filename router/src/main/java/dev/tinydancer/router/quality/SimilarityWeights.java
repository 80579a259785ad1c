package dev.tinydancer.router.quality;

/**
 * How much an outcome counts for a request, by the similarity of the two: 1 for the same request, falling exponentially,
 * 0 where it would be negligible. Read from a table, because it is asked thousands of times for each decision.
 */
final class SimilarityWeights {

    /** How fast the weight falls: by a factor e for each 1/15 of cosine. */
    private static final double STEEPNESS = 15;

    private static final double LEAST_WEIGHT = 0.001;

    /** Similarity below which the weight is 0. */
    static final float LEAST_SIMILARITY = (float) (1 + Math.log(LEAST_WEIGHT) / STEEPNESS);

    private static final int STEPS = 1024;
    private static final float STEPS_PER_SIMILARITY = STEPS / (1 - LEAST_SIMILARITY);
    private static final float[] WEIGHTS = weights();

    private SimilarityWeights() {}

    /** The weight in [0, 1] at a cosine, which rounding may put slightly above 1. */
    static float of(float similarity) {
        int step = (int) ((similarity - LEAST_SIMILARITY) * STEPS_PER_SIMILARITY);
        return step <= 0 ? 0 : WEIGHTS[Math.min(step, STEPS)];
    }

    private static float[] weights() {
        float[] weights = new float[STEPS + 1];
        for (int step = 0; step <= STEPS; step++) {
            double similarity = LEAST_SIMILARITY + step / STEPS_PER_SIMILARITY;
            weights[step] = (float) Math.exp(STEEPNESS * (similarity - 1));
        }
        return weights;
    }
}
