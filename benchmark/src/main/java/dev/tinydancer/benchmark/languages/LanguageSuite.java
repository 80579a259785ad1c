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
 * honest if the category is right, or its confidence is below one half. Beside it, how demanding the requests look; as they
 * are the same in all languages, so should their mean be, or 0 where a language cannot be read.
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
        Map<String, Tally> tallies = new TreeMap<>();
        try (InputStream stream = LanguageSuite.class.getResourceAsStream(REQUESTS)) {
            if (stream == null) {
                throw new IllegalStateException("resource missing from the jar: " + REQUESTS);
            }
            for (String line :
                    new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8)).readAllLines()) {
                JsonNode row = JSON.readTree(line);
                String text = row.path("text").stringValue();
                Classification classification = encoder.classify(text);
                boolean right =
                        classification.topCategory().equals(row.path("category").stringValue());
                boolean honest = right || classification.confidence() < SURE;
                double difficulty = encoder.encode(text).difficulty();
                for (String group : List.of(ALL, row.path("language").stringValue())) {
                    tallies.computeIfAbsent(group, unseen -> new Tally()).add(right, honest, difficulty);
                }
            }
        }
        List<EvaluationResult> results = new ArrayList<>();
        results.add(result(ALL, tallies.getOrDefault(ALL, new Tally())));
        tallies.forEach((language, tally) -> {
            if (!language.equals(ALL)) {
                results.add(result(language, tally));
            }
        });
        return new EvaluationReport(name(), results, new CurvePlot.Axes("", ""), List.of());
    }

    private static EvaluationResult result(String language, Tally tally) {
        return EvaluationResult.mean("languages/" + language, List.of(tally.metrics()));
    }

    /** What was found for some of the requests. */
    private static final class Tally {

        private int tested;
        private int right;
        private int honest;
        private double difficulty;

        void add(boolean isRight, boolean isHonest, double itsDifficulty) {
            tested++;
            right += isRight ? 1 : 0;
            honest += isHonest ? 1 : 0;
            difficulty += itsDifficulty;
        }

        Map<String, Double> metrics() {
            int divisor = Math.max(1, tested);
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("honest", (double) honest / divisor);
            metrics.put("right", (double) right / divisor);
            metrics.put("mean_difficulty", difficulty / divisor);
            metrics.put("tested", (double) tested);
            return metrics;
        }
    }
}
