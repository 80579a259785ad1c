package dev.tinydancer.benchmark.demand;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** How well difficulties tell two groups of requests apart. */
final class Ranking {

    private Ranking() {}

    /** The probability that a demanding request is taken for more difficult than an undemanding one. */
    static Map<String, Double> metrics(double[] undemanding, double[] demanding) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("auroc", auroc(undemanding, demanding));
        metrics.put("undemanding_mean", mean(undemanding));
        metrics.put("demanding_mean", mean(demanding));
        metrics.put("undemanding", (double) undemanding.length);
        metrics.put("demanding", (double) demanding.length);
        return metrics;
    }

    private static double auroc(double[] lower, double[] higher) {
        double[] sorted = lower.clone();
        Arrays.sort(sorted);
        double right = 0;
        for (double value : higher) {
            right += (below(sorted, value) + belowOrEqual(sorted, value)) / 2.0;
        }
        return right / lower.length / higher.length;
    }

    private static int below(double[] sorted, double value) {
        int at = Arrays.binarySearch(sorted, value);
        while (at > 0 && sorted[at - 1] == value) {
            at--;
        }
        return at >= 0 ? at : -at - 1;
    }

    private static int belowOrEqual(double[] sorted, double value) {
        int at = Arrays.binarySearch(sorted, value);
        if (at < 0) {
            return -at - 1;
        }
        while (at + 1 < sorted.length && sorted[at + 1] == value) {
            at++;
        }
        return at + 1;
    }

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }
}
