package dev.tinydancer.benchmark.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The figures that RouteLLM's authors give for their routers, pair gpt-4-1106-preview and Mixtral-8x7B: Ong et al., arXiv
 * 2406.18665v4, table 2 (MMLU, 5-shot) and table 3 (GSM8K, 8-shot). They were measured on the full sets; MMLU here lacks
 * some subjects.
 */
final class PublishedRouters {

    private static final List<Row> ROWS = List.of(
            new Row("mmlu", "random", 50.07, 79.93, 0.500),
            new Row("mmlu", "bert, arena", 49.43, 77.80, 0.502),
            new Row("mmlu", "causal llm, arena", 48.88, 77.93, 0.499),
            new Row("mmlu", "matrix factorisation, arena", 45.00, 76.86, 0.524),
            new Row("mmlu", "similarity-weighted, arena", 55.82, 80.25, 0.473),
            new Row("mmlu", "bert, arena + 1500 labels", 41.30, 72.20, 0.572),
            new Row("mmlu", "causal llm, arena + 1500 labels", 35.49, 70.31, 0.600),
            new Row("mmlu", "matrix factorisation, arena + 1500 labels", 35.46, 71.40, 0.597),
            new Row("mmlu", "similarity-weighted, arena + 1500 labels", 35.40, 71.55, 0.603),
            new Row("gsm8k", "random", 50.00, 80.08, 0.497),
            new Row("gsm8k", "bert, arena", 58.78, 83.84, 0.438),
            new Row("gsm8k", "causal llm, arena", 56.09, 83.56, 0.461),
            new Row("gsm8k", "matrix factorisation, arena", 53.59, 85.24, 0.4746),
            new Row("gsm8k", "similarity-weighted, arena", 54.43, 82.11, 0.4753),
            new Row("gsm8k", "bert, arena + 120k judged", 44.76, 79.09, 0.531),
            new Row("gsm8k", "causal llm, arena + 120k judged", 33.64, 63.26, 0.622),
            new Row("gsm8k", "matrix factorisation, arena + 120k judged", 38.82, 72.62, 0.565),
            new Row("gsm8k", "similarity-weighted, arena + 120k judged", 41.21, 72.20, 0.568));

    private PublishedRouters() {}

    /** CPT as published, in percent of calls. */
    private record Row(String benchmark, String router, double cpt50Percent, double cpt80Percent, double apgr) {

        EvaluationResult result() {
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("apgr", apgr);
            metrics.put("cpt50", cpt50Percent / 100);
            metrics.put("cpt80", cpt80Percent / 100);
            return EvaluationResult.fixed(benchmark + "/published: " + router, metrics);
        }
    }

    /** The published results on a benchmark; none if it is not one of the paper's. */
    static List<EvaluationResult> on(String benchmark) {
        List<EvaluationResult> results = new ArrayList<>();
        for (Row row : ROWS) {
            if (row.benchmark().equals(benchmark)) {
                results.add(row.result());
            }
        }
        return results;
    }
}
