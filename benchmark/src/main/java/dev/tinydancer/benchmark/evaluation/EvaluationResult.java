package dev.tinydancer.benchmark.evaluation;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one method achieved on one benchmark.
 *
 * @param name the benchmark, followed by a slash and the method where it is not the router itself
 * @param metrics by their usual names ({@code apgr}, {@code aiq}, {@code accuracy}, …), the one that counts most first;
 *     keeps its order
 * @param spread standard deviation of the first metric over the repetitions, NaN when there were none
 */
public record EvaluationResult(String name, Map<String, Double> metrics, double spread) {

    public EvaluationResult {
        requireNonNull(name, "name");
        if (metrics.isEmpty()) {
            throw new IllegalArgumentException("result " + name + " has no metrics");
        }
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    /** A published or otherwise fixed figure. */
    static EvaluationResult fixed(String name, Map<String, Double> metrics) {
        return new EvaluationResult(name, metrics, Double.NaN);
    }

    /**
     * The means of repetitions.
     *
     * @param repetitions at least one, all with the same metrics in the same order
     */
    public static EvaluationResult mean(String name, List<Map<String, Double>> repetitions) {
        Map<String, Double> means = new LinkedHashMap<>();
        for (String metric : repetitions.getFirst().keySet()) {
            means.put(metric, Statistics.mean(values(repetitions, metric)));
        }
        String first = means.keySet().iterator().next();
        double spread = repetitions.size() == 1 ? Double.NaN : Statistics.standardDeviation(values(repetitions, first));
        return new EvaluationResult(name, means, spread);
    }

    private static double[] values(List<Map<String, Double>> repetitions, String metric) {
        return repetitions.stream()
                .mapToDouble(r -> r.getOrDefault(metric, Double.NaN))
                .toArray();
    }
}
