package dev.tinydancer.router.budget;

import dev.tinydancer.router.policy.Prospect;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The best assignment of a small batch, found by looking at every one.
 *
 * @param boundKept whether any assignment keeps the bound
 * @param cost of the best assignment
 * @param quality sum over the answered requests
 * @param answered how many requests can be answered
 */
record BruteForce(boolean boundKept, double cost, double quality, int answered) {

    /** Sums of a few figures of a few digits are compared with bounds of as many. */
    private static final double ROUNDING = 1e-9;

    private static final Comparator<BruteForce> CHEAPEST = Comparator.comparingDouble(BruteForce::cost);
    private static final Comparator<BruteForce> BEST =
            Comparator.comparingDouble(BruteForce::quality).reversed();

    static BruteForce cheapest(@Nullable Prospect[][] offers, double minMeanQuality) {
        return all(offers)
                .map(sum -> sum.keeping(sum.quality >= minMeanQuality * sum.answered - ROUNDING))
                .min(Comparator.comparing(BruteForce::boundKept)
                        .reversed()
                        .thenComparing((a, b) ->
                                a.boundKept ? CHEAPEST.compare(a, b) : lexicographic(a, b, -a.quality, -b.quality)))
                .orElseThrow();
    }

    static BruteForce best(@Nullable Prospect[][] offers, double maxTotalCost) {
        return all(offers)
                .map(sum -> sum.keeping(sum.cost <= maxTotalCost + ROUNDING))
                .min(Comparator.comparing(BruteForce::boundKept)
                        .reversed()
                        .thenComparing(
                                (a, b) -> a.boundKept ? BEST.compare(a, b) : lexicographic(a, b, a.cost, b.cost)))
                .orElseThrow();
    }

    /** By the figures given, and where they agree but for rounding, by cost and quality. */
    private static int lexicographic(BruteForce a, BruteForce b, double figureOfA, double figureOfB) {
        return Math.abs(figureOfA - figureOfB) > ROUNDING
                ? Double.compare(figureOfA, figureOfB)
                : CHEAPEST.thenComparing(BEST).compare(a, b);
    }

    private static Stream<BruteForce> all(@Nullable Prospect[][] offers) {
        Stream<BruteForce> sums = Stream.of(new BruteForce(false, 0, 0, 0));
        for (@Nullable Prospect[] offersOfRequest : offers) {
            if (Stream.of(offersOfRequest).anyMatch(offer -> offer != null)) {
                sums = sums.flatMap(sum -> Stream.of(offersOfRequest)
                        .filter(offer -> offer != null)
                        .map(sum::plus));
            }
        }
        return sums;
    }

    private BruteForce plus(Prospect offer) {
        return new BruteForce(false, cost + offer.costUsd(), quality + offer.quality(), answered + 1);
    }

    private BruteForce keeping(boolean kept) {
        return new BruteForce(kept, cost, quality, answered);
    }
}
