package dev.tinydancer.benchmark.demand;

import dev.tinydancer.benchmark.evaluation.EncodedRow;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The mean score of each model over some rows. */
final class MeanScores {

    private MeanScores() {}

    static Map<String, Double> of(List<EncodedRow> rows) {
        Map<String, double[]> sums = new TreeMap<>();
        for (EncodedRow row : rows) {
            row.row().outcomes().forEach((model, outcome) -> {
                double[] sum = sums.computeIfAbsent(model, unseen -> new double[2]);
                sum[0] += outcome.score();
                sum[1]++;
            });
        }
        Map<String, Double> means = new TreeMap<>();
        sums.forEach((model, sum) -> means.put(model, sum[0] / sum[1]));
        return means;
    }
}
