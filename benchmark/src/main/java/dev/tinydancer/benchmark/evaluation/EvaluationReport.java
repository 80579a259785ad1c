package dev.tinydancer.benchmark.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a suite found.
 *
 * @param suite the suite's name
 * @param results the router's own first, baselines and published figures after them
 * @param axes what the curves show
 * @param curves empty where the suite has nothing to plot
 */
public record EvaluationReport(
        String suite, List<EvaluationResult> results, CurvePlot.Axes axes, List<CurveSeries> curves) {

    private static final JsonMapper JSON = new JsonMapper();

    public EvaluationReport {
        results = List.copyOf(results);
        curves = List.copyOf(curves);
    }

    /** {@code {"suite": …, "results": [{"name": …, METRIC: …, …, "spread": …, "draws": [VALUE, …]}, …]}}; unknown figures are left out. */
    public String toJson() {
        ObjectNode report = JSON.createObjectNode();
        report.put("suite", suite);
        ArrayNode list = report.putArray("results");
        for (EvaluationResult result : results) {
            ObjectNode node = list.addObject();
            node.put("name", result.name());
            result.metrics().forEach((metric, value) -> putIfKnown(node, metric, value));
            putIfKnown(node, "spread", result.spread());
            if (!result.draws().isEmpty()) {
                ArrayNode draws = node.putArray("draws");
                result.draws().forEach(draws::add);
            }
        }
        return JSON.writeValueAsString(report);
    }

    private static void putIfKnown(ObjectNode node, String name, double value) {
        if (!Double.isNaN(value)) {
            node.put(name, value);
        }
    }

    /** A line for each result, for people. */
    public String toText() {
        int width = results.stream().mapToInt(r -> r.name().length()).max().orElse(0);
        return results.stream().map(result -> line(result, width)).collect(Collectors.joining("\n"));
    }

    private static String line(EvaluationResult result, int width) {
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-" + width + "s ", result.name()));
        boolean first = true;
        for (Map.Entry<String, Double> metric : result.metrics().entrySet()) {
            if (!Double.isNaN(metric.getValue())) {
                line.append(String.format(Locale.ROOT, "  %s %s", metric.getKey(), figure(metric.getValue())));
            }
            if (first && !Double.isNaN(result.spread())) {
                line.append(String.format(Locale.ROOT, " ± %.3f", result.spread()));
            }
            first = false;
        }
        return line.toString();
    }

    private static String figure(double value) {
        return value == Math.rint(value) && Math.abs(value) > 1
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.3f", value);
    }

    /** The curves as an SVG document, one chart below the other. */
    public String toSvg() {
        return CurvePlot.svg("Evaluation: " + suite, axes, curves);
    }
}
