package dev.tinydancer.benchmark.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each of several draws has measured, row by row. */
public final class Repetitions {

    private final Map<String, List<Map<String, Double>>> byRow = new LinkedHashMap<>();

    /** Adds what a draw has measured for a row; the same metrics in the same order each time. */
    public void add(String row, Map<String, Double> metrics) {
        byRow.computeIfAbsent(row, _ -> new ArrayList<>()).add(metrics);
    }

    /**
     * The means of each row over the draws, in the order in which rows came.
     *
     * @param prefix of their names, before a slash
     */
    public List<EvaluationResult> results(String prefix) {
        List<EvaluationResult> results = new ArrayList<>();
        byRow.forEach((row, metrics) -> results.add(EvaluationResult.mean(prefix + "/" + row, metrics)));
        return results;
    }
}
