package dev.tinydancer.router.routing;

import java.util.OptionalDouble;

/**
 * What a batch of requests is to achieve as a whole: with a mean quality, to reach it as cheaply as possible; without, the
 * best quality. Either way the sum of all costs stays within its bound.
 *
 * @param minMeanQuality what the mean expected quality of the answered requests is to reach, in [0, 1]
 * @param maxTotalCostUsd what all requests together may cost, at least 0; infinite means no bound
 */
public record BatchGoal(OptionalDouble minMeanQuality, double maxTotalCostUsd) {

    public BatchGoal {
        if (minMeanQuality.isPresent() && !(minMeanQuality.getAsDouble() >= 0 && minMeanQuality.getAsDouble() <= 1)) {
            throw new IllegalArgumentException("minMeanQuality must be in [0, 1], got " + minMeanQuality.getAsDouble());
        }
        if (!(maxTotalCostUsd >= 0)) {
            throw new IllegalArgumentException("maxTotalCostUsd must be at least 0, got " + maxTotalCostUsd);
        }
    }
}
