package dev.tinydancer.benchmark.evaluation;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * What one method achieved on one benchmark.
 *
 * @param name the benchmark, followed by a slash and the method where it is not the router itself
 * @param metrics by their usual names ({@code apgr}, {@code aiq}, {@code accuracy}, …), the one that counts most first;
 *     keeps its order
 * @param draws the first metric of each repetition, in the order of their seeds, so that two versions can be compared draw by
 *     draw; empty when there were none
 */
public record EvaluationResult(String name, Map<String, Double> metrics, List<Double> draws) {

    public EvaluationResult {
        requireNonNull(name, "name");
        if (metrics.isEmpty()) {
            throw new IllegalArgumentException("result " + name + " has no metrics");
        }
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        draws = List.copyOf(draws);
    }

    /** A published or otherwise fixed figure. */
    static EvaluationResult fixed(String name, Map<String, Double> metrics) {
        return new EvaluationResult(name, metrics, List.of());
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
        return new EvaluationResult(
                name,
                means,
                repetitions.size() == 1
                        ? List.of()
                        : DoubleStream.of(values(repetitions, first)).boxed().toList());
    }

    /** Standard deviation of the first metric over the repetitions, NaN when there were none. */
    public double spread() {
        return draws.isEmpty()
                ? Double.NaN
                : Statistics.standardDeviation(
                        draws.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static double[] values(List<Map<String, Double>> repetitions, String metric) {
        return repetitions.stream()
                .mapToDouble(r -> r.getOrDefault(metric, Double.NaN))
                .toArray();
    }
}
