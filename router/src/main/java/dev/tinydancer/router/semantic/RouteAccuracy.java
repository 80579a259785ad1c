package dev.tinydancer.router.semantic;

/**
 * How well queries were answered. Shares of no queries at all are NaN.
 *
 * @param accuracy the share of all queries answered rightly
 * @param matched the share of queries with a route that were given that route
 * @param abstained the share of queries without a route that were given none
 */
public record RouteAccuracy(double accuracy, double matched, double abstained) {

    static RouteAccuracy of(int routed, int routedRight, int none, int noneRight) {
        return new RouteAccuracy(
                (double) (routedRight + noneRight) / (routed + none),
                (double) routedRight / routed,
                (double) noneRight / none);
    }

    /** The mean of both shares, however many queries of each kind there were; the one share if there were only such. */
    public double balanced() {
        if (Double.isNaN(matched)) {
            return abstained;
        }
        return Double.isNaN(abstained) ? matched : (matched + abstained) / 2;
    }
}
