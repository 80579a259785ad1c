package dev.tinydancer.router.semantic;

/**
 * The similarity from which a route without a threshold of its own is taken for a match.
 *
 * <p>It rises with the number of routes, because the best of many wrong ones looks better than the best of few, and with
 * the similarity of a route's utterances to each other: close utterances make a narrow route, whose true queries are
 * close as well.
 *
 * @param base for the only route, with a single utterance
 * @param perLogRoute added for each natural logarithm of the number of routes
 * @param several added for a route with several utterances
 * @param perSelfSimilarity added for such a route, times the mean similarity of its utterances to the rest of them
 */
public record ThresholdModel(double base, double perLogRoute, double several, double perSelfSimilarity) {

    /**
     * The threshold.
     *
     * @param routes how many routes there are, at least 1
     * @param selfSimilarity the mean similarity of each utterance to the others, NaN if there is only one
     * @return in [0, 1]
     */
    public double threshold(int routes, double selfSimilarity) {
        double threshold = base + perLogRoute * Math.log(routes);
        if (!Double.isNaN(selfSimilarity)) {
            threshold += several + perSelfSimilarity * selfSimilarity;
        }
        return Math.clamp(threshold, 0, 1);
    }
}
