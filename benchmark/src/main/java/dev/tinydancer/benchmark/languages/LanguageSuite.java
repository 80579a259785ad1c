package dev.tinydancer.benchmark.languages;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.benchmark.evaluation.CurvePlot;
import dev.tinydancer.benchmark.evaluation.EvaluationOptions;
import dev.tinydancer.benchmark.evaluation.EvaluationReport;
import dev.tinydancer.benchmark.evaluation.EvaluationResult;
import dev.tinydancer.benchmark.evaluation.EvaluationSuite;
import dev.tinydancer.router.neural.Classification;
import dev.tinydancer.router.neural.RequestEncoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * 240 requests, the same twenty in each of twelve languages, written for this suite. An answer is
 * honest if the category is right, or its confidence is below one half.
 */
public final class LanguageSuite implements EvaluationSuite {

    private static final String REQUESTS = "languages.jsonl";
    private static final String ALL = "all";
    private static final double SURE = 0.5;
    private static final JsonMapper JSON = new JsonMapper();

    private final RequestEncoder encoder;

    /** @param encoder with the classifier in use */
    public LanguageSuite(RequestEncoder encoder) {
        this.encoder = requireNonNull(encoder, "encoder");
    }

    @Override
    public String name() {
        return "languages";
    }

    @Override
    public EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException {
        Map<String, int[]> counts = new TreeMap<>();
        try (InputStream stream = LanguageSuite.class.getResourceAsStream(REQUESTS)) {
            if (stream == null) {
                throw new IllegalStateException("resource missing from the jar: " + REQUESTS);
            }
            for (String line :
                    new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)).readAllLines()) {
                JsonNode row = JSON.readTree(line);
                Classification classification =
                        encoder.classify(row.path("text").stringValue());
                boolean right =
                        classification.topCategory().equals(row.path("category").stringValue());
                boolean honest = right || classification.confidence() < SURE;
                count(counts, ALL, right, honest);
                count(counts, row.path("language").stringValue(), right, honest);
            }
        }
        List<EvaluationResult> results = new ArrayList<>();
        results.add(result(ALL, counts.getOrDefault(ALL, new int[] {0, 0, 1})));
        counts.forEach((language, count) -> {
            if (!language.equals(ALL)) {
                results.add(result(language, count));
            }
        });
        return new EvaluationReport(name(), results, new CurvePlot.Axes("", ""), List.of());
    }

    private static void count(Map<String, int[]> counts, String language, boolean right, boolean honest) {
        int[] count = counts.computeIfAbsent(language, unseen -> new int[3]);
        count[0] += honest ? 1 : 0;
        count[1] += right ? 1 : 0;
        count[2]++;
    }

    private static EvaluationResult result(String language, int[] count) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("honest", (double) count[0] / count[2]);
        metrics.put("right", (double) count[1] / count[2]);
        metrics.put("tested", (double) count[2]);
        return EvaluationResult.mean("languages/" + language, List.of(metrics));
    }
}
