package dev.tinydancer.benchmark.evaluation;

import java.util.List;

/**
 * A line in a plot.
 *
 * @param chart the chart that it belongs to, for example the benchmark's name
 * @param name what the legend calls it
 * @param points by rising x
 */
public record CurveSeries(String chart, String name, List<Point> points) {

    /** A point of the line. */
    public record Point(double x, double y) {}

    public CurveSeries {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("series " + name + " has no points");
        }
    }
}
