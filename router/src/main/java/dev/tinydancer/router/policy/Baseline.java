package dev.tinydancer.router.policy;

import java.util.Collection;

/**
 * The best of each kind among the candidates of one request, which every candidate is measured against.
 *
 * @param highestQuality of any candidate, in [0, 1]
 * @param lowestCostUsd of any candidate
 * @param lowestLatencyMillis of any candidate
 */
public record Baseline(double highestQuality, double lowestCostUsd, double lowestLatencyMillis) {

    /*
     * Below these, a difference is of no use to anybody. They also keep a free agent from being infinitely many times
     * cheaper than all others.
     */
    private static final double NEGLIGIBLE_COST_USD = 1e-6;
    private static final double NEGLIGIBLE_LATENCY_MILLIS = 1;

    /** The baseline of these candidates. Without candidates, the lowest figures are infinite. */
    public static Baseline of(Collection<Prospect> candidates) {
        double highestQuality = 0;
        double lowestCost = Double.POSITIVE_INFINITY;
        double lowestLatency = Double.POSITIVE_INFINITY;
        for (Prospect candidate : candidates) {
            highestQuality = Math.max(highestQuality, candidate.quality());
            lowestCost = Math.min(lowestCost, candidate.costUsd());
            lowestLatency = Math.min(lowestLatency, candidate.latencyMillis());
        }
        return new Baseline(highestQuality, lowestCost, lowestLatency);
    }

    /** How many powers of ten the prospect is dearer than the cheapest candidate, at least 0 for a candidate. */
    double costDecades(Prospect prospect) {
        return decades(prospect.costUsd(), lowestCostUsd, NEGLIGIBLE_COST_USD);
    }

    /** How many powers of ten the prospect is slower than the fastest candidate, at least 0 for a candidate. */
    double latencyDecades(Prospect prospect) {
        return decades(prospect.latencyMillis(), lowestLatencyMillis, NEGLIGIBLE_LATENCY_MILLIS);
    }

    private static double decades(double value, double lowest, double negligible) {
        return Math.log10((value + negligible) / (lowest + negligible));
    }
}
