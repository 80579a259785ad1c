package dev.tinydancer.router.semantic;

/**
 * How a query is compared with a route.
 *
 * @param sharpness how strongly the utterances nearest to the query count, finite and at least 0. At 0 a route is the
 *     centre of its utterances, at 100 and more its single nearest one
 * @param lexicalWeight how far shared wording may close the gap between a route's similarity and 1, in [0, 1); 0 for
 *     meaning alone
 * @param tieTolerance the difference below which two similarities are called equal and priorities decide, in [0, 1]
 */
public record RouteScoring(double sharpness, double lexicalWeight, double tieTolerance) {

    public RouteScoring {
        if (!(sharpness >= 0 && sharpness < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("sharpness must be finite and at least 0, got " + sharpness);
        }
        if (!(lexicalWeight >= 0 && lexicalWeight < 1)) {
            throw new IllegalArgumentException("lexicalWeight must be in [0, 1), got " + lexicalWeight);
        }
        if (!(tieTolerance >= 0 && tieTolerance <= 1)) {
            throw new IllegalArgumentException("tieTolerance must be in [0, 1], got " + tieTolerance);
        }
    }

    /**
     * The similarity of a query to a route, from both halves.
     *
     * <p>Shared wording closes a part of the gap to 1 and never takes anything away, so that a route without known texts
     * is not worse off, and a threshold means the same with and without them.
     *
     * @param cosine the similarity of meaning, in [-1, 1]; negative counts as 0
     * @param lexical the share of the query's wording that the route has, in [0, 1]
     * @return in [0, 1]
     */
    double similarity(double cosine, double lexical) {
        return 1 - (1 - Math.clamp(cosine, 0, 1)) * (1 - lexicalWeight * lexical);
    }
}
