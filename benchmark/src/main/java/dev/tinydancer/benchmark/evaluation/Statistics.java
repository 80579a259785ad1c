package dev.tinydancer.benchmark.evaluation;

import java.util.Arrays;

/** Mean and spread. */
final class Statistics {

    private Statistics() {}

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow(() -> new IllegalArgumentException("no values"));
    }

    /** Standard deviation of a sample (divided by n - 1); 0 for a single value. */
    static double standardDeviation(double[] values) {
        double mean = mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return values.length == 1 ? 0 : Math.sqrt(squares / (values.length - 1));
    }
}
