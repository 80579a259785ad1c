package dev.tinydancer.benchmark.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How a router between a weak and a strong model trades calls of the strong one for accuracy, measured as RouteLLM's
 * harness does it: the predicted win rates of the strong model are cut at their ten-quantiles, each cut is one router,
 * and the eleven (share of strong calls, accuracy) points make the curve.
 *
 * <p>Ong et al., RouteLLM: Learning to Route LLMs with Preference Data, arXiv 2406.18665, section 4; code in
 * lm-sys/RouteLLM, {@code routellm/evals}.
 */
public final class RoutingCurve {

    /** Bins of the win rate; the curve has one point more. */
    static final int BINS = 10;

    /** One router: the share of requests sent to the strong model and the mean score, both in [0, 1]. */
    public record Point(double strongShare, double accuracy) {}

    private final List<Point> points;
    private final double[] strongShares;
    private final double[] accuracies;
    private final double weakAccuracy;
    private final double strongAccuracy;

    private RoutingCurve(List<Point> points, double weakAccuracy, double strongAccuracy) {
        this.points = List.copyOf(points);
        this.strongShares = points.stream().mapToDouble(Point::strongShare).toArray();
        this.accuracies = points.stream().mapToDouble(Point::accuracy).toArray();
        this.weakAccuracy = weakAccuracy;
        this.strongAccuracy = strongAccuracy;
    }

    /**
     * The curve of a router.
     *
     * @param winRates how much the router prefers the strong model, per request; only the order matters
     * @param weakScores what the weak model scored on each request, in [0, 1]
     * @param strongScores what the strong model scored on each request, in [0, 1]
     * @throws IllegalArgumentException if the lengths differ, there are no requests, or the strong model is not better
     */
    public static RoutingCurve of(double[] winRates, double[] weakScores, double[] strongScores) {
        int n = winRates.length;
        if (n == 0 || weakScores.length != n || strongScores.length != n) {
            throw new IllegalArgumentException(
                    "winRates, weakScores and strongScores must have one length above 0, got " + n + ", "
                            + weakScores.length + " and " + strongScores.length);
        }
        double weakAccuracy = Statistics.mean(weakScores);
        double strongAccuracy = Statistics.mean(strongScores);
        if (strongAccuracy <= weakAccuracy) {
            throw new IllegalArgumentException("the strong model must be better than the weak one, got accuracies "
                    + strongAccuracy + " and " + weakAccuracy);
        }
        double[] thresholds = Interpolation.quantiles(winRates, BINS);
        List<Point> points = new ArrayList<>(thresholds.length);
        for (int t = 0; t < thresholds.length; t++) {
            // The last threshold is the largest win rate: only a strict comparison sends nothing to the strong model.
            boolean strict = t == thresholds.length - 1;
            int strongCalls = 0;
            double score = 0;
            for (int i = 0; i < n; i++) {
                boolean strong = strict ? winRates[i] > thresholds[t] : winRates[i] >= thresholds[t];
                strongCalls += strong ? 1 : 0;
                score += strong ? strongScores[i] : weakScores[i];
            }
            points.add(new Point((double) strongCalls / n, score / n));
        }
        points.sort(Comparator.comparingDouble(Point::strongShare));
        return new RoutingCurve(points, weakAccuracy, strongAccuracy);
    }

    /** The points by rising share of strong calls. */
    public List<Point> points() {
        return points;
    }

    public double weakAccuracy() {
        return weakAccuracy;
    }

    public double strongAccuracy() {
        return strongAccuracy;
    }

    /**
     * CPT: the share of strong calls that recovers the given part of the gap between the two models.
     *
     * @param gapRecovered in [0, 1]; 0.5 gives CPT50, 0.8 gives CPT80
     */
    public double callPerformanceThreshold(double gapRecovered) {
        double target = weakAccuracy + gapRecovered * (strongAccuracy - weakAccuracy);
        return Interpolation.interpolate(target, accuracies, strongShares);
    }

    /**
     * APGR: the mean part of the gap that is recovered over all shares of strong calls. A router that draws lots has 0.5,
     * one that knows the outcomes more than 1 where the weak model is sometimes right alone.
     */
    public double averagePerformanceGapRecovered() {
        double span = strongShares[strongShares.length - 1] - strongShares[0];
        double area = Interpolation.trapezoid(strongShares, accuracies);
        return (area - weakAccuracy * span) / ((strongAccuracy - weakAccuracy) * span);
    }
}
