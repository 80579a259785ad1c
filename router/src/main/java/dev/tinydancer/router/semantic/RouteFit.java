package dev.tinydancer.router.semantic;

import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Thresholds learned from labelled queries, and what they are worth.
 *
 * @param thresholds the learned threshold of every route
 * @param before with the thresholds that were in force
 * @param after with thresholds learned from the other folds, each query being judged by a fit that did not see it
 * @param misses the queries that were answered wrongly in {@code after}, in the order given
 */
public record RouteFit(
        SortedMap<String, Double> thresholds, RouteAccuracy before, RouteAccuracy after, List<Miss> misses) {

    /**
     * A query that was answered wrongly.
     *
     * @param answer the route that it was given, null if none
     */
    public record Miss(LabelledQuery example, @Nullable String answer) {}
}
