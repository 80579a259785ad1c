package dev.tinydancer.benchmark.evaluation;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The best quality that can be had for each cost by mixing the given routers at random: the upper convex hull of their
 * (cost, quality) points, cut where quality stops rising. Not answering at all is a router too, free and of no quality, so
 * that a single dear router has its quality only where it is used for every request.
 *
 * <p>Hu et al., RouterBench: A Benchmark for Multi-LLM Routing System, arXiv 2403.12031, section 3.
 */
public final class CostQualityHull {

    /**
     * What a router costs and achieves.
     *
     * @param cost mean cost of a request, in US dollars, finite and at least 0
     * @param quality mean score of the answers, in [0, 1]
     */
    public record Point(double cost, double quality) {

        public Point {
            if (!(cost >= 0 && cost < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("cost must be finite and at least 0, got " + cost);
            }
            if (!(quality >= 0 && quality <= 1)) {
                throw new IllegalArgumentException("quality must be in [0, 1], got " + quality);
            }
        }
    }

    private static final Point NOT_ANSWERING = new Point(0, 0);

    private final List<Point> points;

    private CostQualityHull(List<Point> points) {
        this.points = List.copyOf(points);
    }

    /** The hull of the points, which may be none, and of not answering. */
    public static CostQualityHull of(Collection<Point> points) {
        List<Point> sorted = Stream.concat(Stream.of(NOT_ANSWERING), points.stream())
                .sorted(Comparator.comparingDouble(Point::cost)
                        .thenComparing(
                                Comparator.comparingDouble(Point::quality).reversed()))
                .toList();
        List<Point> hull = new ArrayList<>();
        for (Point point : sorted) {
            if (!hull.isEmpty() && point.quality() <= hull.getLast().quality()) {
                continue;
            }
            while (hull.size() >= 2 && isBelow(hull.get(hull.size() - 2), hull.getLast(), point)) {
                hull.removeLast();
            }
            hull.add(point);
        }
        return new CostQualityHull(hull);
    }

    /** The corners by rising cost and quality; the first costs nothing. */
    public List<Point> points() {
        return points;
    }

    /** The best quality for a cost in US dollars, at least 0; beyond the dearest corner it rises no more. */
    public double quality(double cost) {
        return Interpolation.interpolate(
                cost,
                points.stream().mapToDouble(Point::cost).toArray(),
                points.stream().mapToDouble(Point::quality).toArray());
    }

    /**
     * AIQ: the mean quality over all costs between two bounds. Beyond the hull the quality is that of its dearest corner.
     *
     * @param lowestCost usually the mean cost of the cheapest single model, in US dollars
     * @param highestCost usually that of the dearest, more than {@code lowestCost}
     */
    public double averageImprovementInQuality(double lowestCost, double highestCost) {
        if (!(lowestCost >= 0 && highestCost > lowestCost)) {
            throw new IllegalArgumentException(
                    "costs must satisfy 0 <= lowestCost < highestCost, got " + lowestCost + " and " + highestCost);
        }
        double[] costs = points.stream().mapToDouble(Point::cost).toArray();
        double[] qualities = points.stream().mapToDouble(Point::quality).toArray();
        double area = 0;
        double from = lowestCost;
        for (int i = 0; i <= costs.length; i++) {
            double corner = i < costs.length ? costs[i] : highestCost;
            double to = Math.clamp(corner, from, highestCost);
            area += (to - from)
                    * (Interpolation.interpolate(from, costs, qualities)
                            + Interpolation.interpolate(to, costs, qualities))
                    / 2;
            from = to;
        }
        return area / (highestCost - lowestCost);
    }

    /** Whether {@code middle} lies on or below the line from {@code left} to {@code right}. */
    private static boolean isBelow(Point left, Point middle, Point right) {
        return (middle.quality() - left.quality()) * (right.cost() - left.cost())
                <= (right.quality() - left.quality()) * (middle.cost() - left.cost());
    }
}
