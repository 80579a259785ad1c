package dev.tinydancer.router.policy;

import java.util.Collection;

/**
 * What the candidates of one request are measured against.
 *
 * @param highestQuality of any candidate, in [0, 1]
 * @param highestCostUsd of any candidate, at least 0
 */
public record Baseline(double highestQuality, double highestCostUsd) {

    /** The baseline of these candidates; 0 and 0 without any. */
    public static Baseline of(Collection<Prospect> candidates) {
        double quality = 0;
        double cost = 0;
        for (Prospect candidate : candidates) {
            quality = Math.max(quality, candidate.quality());
            cost = Math.max(cost, candidate.costUsd());
        }
        return new Baseline(quality, cost);
    }
}
