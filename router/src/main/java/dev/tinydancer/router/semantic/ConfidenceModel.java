package dev.tinydancer.router.semantic;

import dev.tinydancer.router.vector.Logistic;

/**
 * The probability that a route is the right one for a query, as a logistic function of two figures.
 *
 * @param intercept for a route at its default threshold, level with the best other
 * @param perExcess added for similarity above the route's default threshold
 * @param perMargin added for similarity above that of the best other route
 * @param loneMargin the margin of a route that has no other beside it
 */
public record ConfidenceModel(double intercept, double perExcess, double perMargin, double loneMargin) {

    /**
     * The probability, in (0, 1).
     *
     * @param excess similarity minus the default threshold
     * @param margin similarity minus that of the best other route, negative if that is more similar; NaN if there is none
     */
    double confidence(double excess, double margin) {
        double logit = intercept + perExcess * excess + perMargin * (Double.isNaN(margin) ? loneMargin : margin);
        return Logistic.probability(logit);
    }
}
