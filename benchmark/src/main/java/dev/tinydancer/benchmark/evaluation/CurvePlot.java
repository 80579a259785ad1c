package dev.tinydancer.benchmark.evaluation;

import java.util.Formatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Draws curves as SVG: charts one below the other, each with axes, grid, a line for each series, and a legend. */
public final class CurvePlot {

    private static final int WIDTH = 860;
    private static final int CHART_HEIGHT = 380;
    private static final int TITLE_HEIGHT = 40;
    private static final int LEFT = 70;
    private static final int RIGHT = 270;
    private static final int TOP = 34;
    private static final int BOTTOM = 50;
    private static final int TICKS = 5;
    private static final int LEGEND_LINE = 18;

    /** Colours that stay apart for colour-blind readers (Okabe and Ito 2008). */
    private static final List<String> COLOURS =
            List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999933");

    /** What the axes show, with units. */
    public record Axes(String x, String y) {}

    private final Formatter out = new Formatter(new StringBuilder(), Locale.ROOT);

    private CurvePlot() {}

    /** An SVG document with a chart for each {@link CurveSeries#chart}. */
    public static String svg(String title, Axes axes, List<CurveSeries> series) {
        Map<String, List<CurveSeries>> charts = new LinkedHashMap<>();
        for (CurveSeries one : series) {
            charts.merge(one.chart(), List.of(one), CurvePlot::concatenate);
        }
        CurvePlot plot = new CurvePlot();
        int height = TITLE_HEIGHT + charts.size() * CHART_HEIGHT;
        plot.out.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"12\">\n<title>%s</title>%n"
                        + "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>%n"
                        + "<text x=\"%d\" y=\"26\" font-size=\"17\">%s</text>%n",
                WIDTH, height, WIDTH, height, escape(title), LEFT, escape(title));
        int top = TITLE_HEIGHT;
        for (Map.Entry<String, List<CurveSeries>> chart : charts.entrySet()) {
            plot.chart(top, chart.getKey(), axes, chart.getValue());
            top += CHART_HEIGHT;
        }
        return plot.out.format("</svg>%n").toString();
    }

    private void chart(int offset, String name, Axes axes, List<CurveSeries> series) {
        Scale x = Scale.of(series, CurveSeries.Point::x, LEFT, WIDTH - RIGHT);
        Scale y = Scale.of(series, CurveSeries.Point::y, offset + CHART_HEIGHT - BOTTOM, offset + TOP);
        out.format("<text x=\"%d\" y=\"%d\" font-size=\"14\">%s</text>%n", LEFT, offset + TOP - 12, escape(name));
        grid(x, y, axes);
        for (int i = 0; i < series.size(); i++) {
            String colour = COLOURS.get(i % COLOURS.size());
            line(series.get(i), x, y, colour);
            int legend = offset + TOP + 8 + i * LEGEND_LINE;
            out.format(
                    "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%s</text>%n",
                    WIDTH - RIGHT + 16,
                    legend,
                    colour,
                    WIDTH - RIGHT + 36,
                    legend + 6,
                    escape(series.get(i).name()));
        }
    }

    private void grid(Scale x, Scale y, Axes axes) {
        for (int tick = 0; tick <= TICKS; tick++) {
            double xValue = x.at(tick);
            double yValue = y.at(tick);
            out.format(
                    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
                    x.pixel(xValue), y.start, x.pixel(xValue), y.end);
            out.format(
                    "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
                    x.start, y.pixel(yValue), x.end, y.pixel(yValue));
            out.format(
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>%n",
                    x.pixel(xValue), y.start + 17, number(xValue));
            out.format(
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                    x.start - 7, y.pixel(yValue) + 4, number(yValue));
        }
        double middle = (y.start + y.end) / 2;
        out.format(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>%n",
                (x.start + x.end) / 2, y.start + 37, escape(axes.x()));
        out.format(
                "<text x=\"18\" y=\"%.1f\" text-anchor=\"middle\" transform=\"rotate(-90 18 %.1f)\">%s</text>%n",
                middle, middle, escape(axes.y()));
    }

    private void line(CurveSeries series, Scale x, Scale y, String colour) {
        if (series.points().size() == 1) {
            CurveSeries.Point point = series.points().getFirst();
            out.format(
                    "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"%s\"/>%n",
                    x.pixel(point.x()), y.pixel(point.y()), colour);
            return;
        }
        out.format("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" points=\"", colour);
        for (CurveSeries.Point point : series.points()) {
            out.format("%.1f,%.1f ", x.pixel(point.x()), y.pixel(point.y()));
        }
        out.format("\"/>%n");
    }

    private static List<CurveSeries> concatenate(List<CurveSeries> a, List<CurveSeries> b) {
        return Stream.concat(a.stream(), b.stream()).toList();
    }

    private static String number(double value) {
        return value == 0 || Math.abs(value) >= 0.01
                ? String.format(Locale.ROOT, "%.3g", value)
                : String.format(Locale.ROOT, "%.2e", value);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** From values to pixels. */
    private record Scale(double low, double high, double start, double end) {

        static Scale of(List<CurveSeries> series, ToDoubleFunction<CurveSeries.Point> value, double start, double end) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (CurveSeries one : series) {
                for (CurveSeries.Point point : one.points()) {
                    low = Math.min(low, value.applyAsDouble(point));
                    high = Math.max(high, value.applyAsDouble(point));
                }
            }
            return new Scale(low, high > low ? high : low + 1, start, end);
        }

        double at(int tick) {
            return low + (high - low) * tick / TICKS;
        }

        double pixel(double value) {
            return start + (value - low) / (high - low) * (end - start);
        }
    }
}
