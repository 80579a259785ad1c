package dev.tinydancer.benchmark.evaluation;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.embedding.TextEmbedder;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.vector.VectorMath;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the suites on small worlds in which it is known what can be learned. */
final class SuiteTest {

    @TempDir
    private Path folder;

    private final Random random = new Random(17);

    /** Texts are {@code hard 123} or {@code easy 123}: the word gives the direction, the number noise. */
    private static float[] embed(String text) {
        float[] vector = new float[16];
        Random noise = new Random(text.hashCode());
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (noise.nextGaussian() * 0.1);
        }
        vector[Math.floorMod(text.substring(0, text.indexOf(' ')).hashCode(), 7)] += 1;
        VectorMath.normalizeInPlace(vector);
        return vector;
    }

    private static RequestFeatures encode(String text) {
        return new RequestFeatures(2, embed(text), Map.of(), Map.of());
    }

    private String outcome(int number, String split, double strongOnHard, double weakOnHard) {
        boolean hard = number % 2 == 0;
        int strong = random.nextDouble() < (hard ? strongOnHard : 0.9) ? 1 : 0;
        int weak = random.nextDouble() < (hard ? weakOnHard : 0.9) ? 1 : 0;
        return String.format(
                Locale.ROOT,
                "{\"id\": \"%d\", \"source\": \"world/all\", \"split\": \"%s\", \"prompt\": \"%s %d\", \"outcomes\":"
                        + " {\"big\": {\"score\": %d, \"cost_usd\": 0.01},"
                        + " \"small\": {\"score\": %d, \"cost_usd\": 0.001}}}",
                number,
                split,
                hard ? "hard" : "easy",
                number,
                strong,
                weak);
    }

    private Path outcomes(String name, int rows) throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            lines.add(outcome(i, i % 3 == 0 ? "test" : "train", 0.9, 0.2));
        }
        return Files.write(folder.resolve(name), lines);
    }

    @Test
    void frontier_whereKindsCanBeTold_isAboveTheCoin() throws IOException {
        EvaluationReport report = new FrontierSuite(new DataFolder(folder), SuiteTest::encode)
                .run(options(outcomes("outcomes.jsonl", 600), Optional.empty(), 300, 2), progress -> {});

        assertThat(metric(report, "data/balanced", "above_coin")).isGreaterThan(0.1);
        assertThat(metric(report, "data/random", "above_coin")).isBetween(-0.1, 0.1);
        assertThat(metric(report, "data/curve", "area_above_coin")).isGreaterThan(0.05);
        assertThat(metric(report, "data/oracle", "score"))
                .isGreaterThan(metric(report, "data/best single model", "score"));
    }

    @Test
    void online_withAndWithoutOutcomesInTime_tellsEachLife() throws IOException {
        EvaluationReport report = new OnlineSuite(new DataFolder(folder), SuiteTest::encode)
                .run(options(outcomes("outcomes.jsonl", 200), Optional.empty(), 120, 1), progress -> {});

        assertThat(report.results())
                .extracting(EvaluationResult::name)
                .contains(
                        "online/balanced, outcomes at once",
                        "online/balanced, outcomes 1000 late",
                        "online/balanced, the best is added in the middle");
        assertThat(metric(report, "online/quality, outcomes 100 late, worst hundred", "below_best"))
                .isBetween(-1.0, 1.0);
        for (EvaluationResult life : report.results()) {
            if (life.name().endsWith("worst hundred")) {
                continue;
            }
            assertThat(metric(report, life.name(), "good")).as(life.name()).isBetween(0.3, 1.0);
            assertThat(metric(report, life.name(), "regret_best_of_each"))
                    .as(life.name())
                    .isNotNegative();
        }
    }

    private static double metric(EvaluationReport report, String name, String metric) {
        return report.results().stream()
                .filter(result -> result.name().equals(name))
                .map(result -> requireNonNull(result.metrics().get(metric)))
                .findFirst()
                .orElseThrow();
    }

    private static EvaluationOptions options(Path data, Optional<Path> train, int labels, int seeds) {
        return new EvaluationOptions(train, Optional.of(data), OptionalInt.of(labels), seeds);
    }

    @Test
    void routeLlm_learnableWorld_nearsTheOracleAndRandomDoesNot() throws IOException {
        RouteLlmSuite suite = new RouteLlmSuite(new DataFolder(folder), SuiteTest::encode);

        EvaluationReport report = suite.run(options(outcomes("rows.jsonl", 900), Optional.empty(), 300, 3), text -> {});

        EvaluationResult learned = report.results().getFirst();
        EvaluationResult random = report.results().get(1);
        assertThat(learned.name()).isEqualTo("world");
        // All of the gap lies in half of the requests: APGR of the perfect order is 0.75.
        assertThat(learned.metrics().get("apgr")).isCloseTo(0.75, within(0.05));
        assertThat(learned.metrics().get("cpt50")).isCloseTo(0.25, within(0.06));
        assertThat(learned.metrics()).containsEntry("labels", 300.0).containsEntry("tested", 600.0);
        assertThat(learned.spread()).isBetween(0.0, 0.1);
        assertThat(random.name()).isEqualTo("world/random");
        assertThat(random.metrics().get("apgr")).isCloseTo(0.5, within(0.1));
        assertThat(report.curves()).extracting(CurveSeries::chart).containsOnly("world");
    }

    @Test
    void routeLlm_trainingFile_testsOnAllData() throws IOException {
        RouteLlmSuite suite = new RouteLlmSuite(new DataFolder(folder), SuiteTest::encode);

        EvaluationReport report = suite.run(
                options(outcomes("data.jsonl", 400), Optional.of(outcomes("train.jsonl", 250)), 1_000, 1), text -> {});

        assertThat(report.results().getFirst().metrics())
                .containsEntry("labels", 250.0)
                .containsEntry("tested", 400.0);
        assertThat(report.results().getFirst().spread()).isNaN();
    }

    @Test
    void routeLlm_oneModel_rejected() throws IOException {
        Path data = Files.writeString(
                folder.resolve("one.jsonl"),
                "{\"id\": \"1\", \"source\": \"s\", \"prompt\": \"hard 1\", \"outcomes\": {\"a\": {\"score\": 1}}}\n"
                        .repeat(10));

        assertThatThrownBy(() -> new RouteLlmSuite(new DataFolder(folder), SuiteTest::encode)
                        .run(options(data, Optional.empty(), 5, 1), text -> {}))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("[a]");
    }

    @Test
    void routerBench_learnableWorld_beatsTheHullOfSingleModels() throws IOException {
        RouterBenchSuite suite = new RouterBenchSuite(new DataFolder(folder), SuiteTest::encode);

        EvaluationReport report = suite.run(
                new EvaluationOptions(
                        Optional.empty(), Optional.of(outcomes("rows.jsonl", 900)), OptionalInt.empty(), 1),
                text -> {});

        assertThat(report.results())
                .extracting(EvaluationResult::name)
                .containsExactly(
                        "routerbench",
                        "routerbench/40 nearest neighbours",
                        "routerbench/oracle",
                        "routerbench/hull of single models",
                        "routerbench/random",
                        "routerbench/big",
                        "routerbench/small");
        double learned = aiq(report, 0);
        // From 0.55 at $0.001 the quality rises to 0.9 at $0.0055, half way to $0.01, and stays: 0.81; the hull is
        // 0.725.
        assertThat(learned).isCloseTo(0.81, within(0.03));
        assertThat(aiq(report, 2)).isGreaterThan(learned);
        assertThat(aiq(report, 3)).isCloseTo(0.725, within(0.03)).isLessThan(learned);
        assertThat(report.results().getFirst().metrics())
                .containsEntry("labels", 600.0)
                .containsEntry("tested", 300.0);
    }

    private static double aiq(EvaluationReport report, int result) {
        return report.results().get(result).metrics().getOrDefault("aiq", Double.NaN);
    }

    @Test
    void routerBench_noSplit_rejected() throws IOException {
        Path data = Files.writeString(
                folder.resolve("rows.jsonl"), outcome(1, "train", 0.9, 0.2).replace("\"split\": \"train\", ", ""));

        assertThatThrownBy(() -> new RouterBenchSuite(new DataFolder(folder), SuiteTest::encode)
                        .run(options(data, Optional.empty(), 5, 1), text -> {}))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("0 rows with \"split\": \"train\"");
    }

    @Test
    void intents_separableWorld_isToldApart() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            String intent = i % 3 == 0 ? "sing" : i % 3 == 1 ? "dance" : "oos";
            lines.add(String.format(
                    Locale.ROOT,
                    "{\"text\": \"%s %d\", \"intent\": \"%s\", \"split\": \"%s\"}",
                    intent.equals("oos") ? "fly" : intent,
                    i,
                    intent,
                    i < 60 ? "train" : "test"));
        }
        Path data = Files.write(folder.resolve("talk.jsonl"), lines);

        EvaluationReport report = new IntentSuite(new DataFolder(folder), Map.of("toy", new ToyEmbedder()))
                .run(options(data, Optional.empty(), 2, 4), text -> {});

        assertThat(report.results())
                .extracting(EvaluationResult::name)
                .containsExactly("talk, toy, all utterances", "talk, toy, 2 utterances");
        assertThat(report.results().getFirst().metrics())
                .containsEntry("accuracy", 1.0)
                .containsEntry("macro_f1", 1.0)
                .containsEntry("auroc", 1.0)
                .containsEntry("intents", 2.0)
                .containsEntry("tested", 60.0);
        assertThat(report.results().getLast().spread()).isNotNaN();
    }

    private static final class ToyEmbedder implements TextEmbedder {

        @Override
        public int dimension() {
            return 16;
        }

        @Override
        public float[] embed(String text) {
            return SuiteTest.embed(text);
        }
    }

    @Test
    void toJson_hasTheDocumentedForm() throws IOException {
        EvaluationReport report = new RouteLlmSuite(new DataFolder(folder), SuiteTest::encode)
                .run(options(outcomes("rows.jsonl", 300), Optional.empty(), 100, 2), text -> {});

        JsonNode json = new JsonMapper().readTree(report.toJson());

        assertThat(json.path("suite").stringValue()).isEqualTo("routellm");
        JsonNode first = json.path("results").path(0);
        assertThat(first.path("name").stringValue()).isEqualTo("world");
        assertThat(first.path("apgr").isNumber()).isTrue();
        assertThat(first.path("cpt50").isNumber()).isTrue();
        assertThat(first.path("cpt80").isNumber()).isTrue();
        assertThat(first.path("spread").isNumber()).isTrue();
        assertThat(report.toText()).contains("world/random").contains("apgr");
    }

    @Test
    void toSvg_isWellFormedWithALineForEachSeries() throws Exception {
        EvaluationReport report = new RouteLlmSuite(new DataFolder(folder), SuiteTest::encode)
                .run(options(outcomes("rows.jsonl", 300), Optional.empty(), 100, 1), text -> {});

        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(report.toSvg())));

        assertThat(svg.getElementsByTagName("polyline").getLength())
                .isEqualTo(report.curves().size());
        assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    }

    @Test
    void dataFolder_fileMissing_saysHowToNameIt() {
        assertThatThrownBy(() -> new DataFolder(folder).file("outcomes.jsonl"))
                .isInstanceOf(InvalidDataException.class)
                .hasMessageContaining("TINY_DANCER_DATA")
                .hasMessageContaining("outcomes.jsonl");
    }
}
