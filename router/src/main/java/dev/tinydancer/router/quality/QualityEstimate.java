package dev.tinydancer.router.quality;

/**
 * How well an agent is expected to answer one request.
 *
 * @param mean the probability of a good answer, in [0, 1]
 * @param standardDeviation how uncertain that probability is, in [0, 0.5]
 * @param similarRequests the weight of recorded outcomes behind the estimate, in requests, at least 0; 0 means that it
 *     rests on the prior alone
 * @param goodAnswers how many of these were answered well, in [0, {@code similarRequests}]
 */
public record QualityEstimate(double mean, double standardDeviation, double similarRequests, double goodAnswers) {

    public QualityEstimate {
        if (!(mean >= 0 && mean <= 1)) {
            throw new IllegalArgumentException("mean must be in [0, 1], got " + mean);
        }
        if (!(standardDeviation >= 0 && standardDeviation <= 0.5)) {
            throw new IllegalArgumentException("standardDeviation must be in [0, 0.5], got " + standardDeviation);
        }
        if (!(similarRequests >= 0 && goodAnswers >= 0 && goodAnswers <= similarRequests)) {
            throw new IllegalArgumentException(
                    "goodAnswers must be in [0, similarRequests], got " + goodAnswers + " of " + similarRequests);
        }
    }

    /**
     * The standard deviation in units of that of a single answer, √(mean (1 - mean)): 1/√(n + 1) for an estimate that is
     * worth n outcomes, whatever the mean. In [0, 1]; 0 for a mean of 0 or 1, which leaves nothing open.
     */
    public double doubt() {
        double ofOneAnswer = Math.sqrt(mean * (1 - mean));
        return ofOneAnswer == 0 ? 0 : Math.min(1, standardDeviation / ofOneAnswer);
    }
}
