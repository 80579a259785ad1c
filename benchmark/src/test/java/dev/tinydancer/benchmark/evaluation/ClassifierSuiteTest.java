package dev.tinydancer.benchmark.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.training.classifier.ClassifierOptions;
import dev.tinydancer.training.classifier.RequestGrammar;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClassifierSuiteTest {

    private static final List<String> MATH = List.of("add the numbers", "compute the sum", "multiply the values");
    private static final List<String> TALK = List.of("hello my friend", "good morning to you", "nice to meet you");
    private static final StaticEmbedder EMBEDDER = StaticEmbedder.standard();

    @TempDir
    private Path folder;

    @Test
    void run_separableCategories_areFoundInSourcesNotTrainedOn() throws IOException {
        Files.writeString(folder.resolve("mine.jsonl"), rows(20));

        EvaluationReport report = suite().run(options("mine.jsonl", Optional.empty(), 2), progress -> {});

        assertThat(report.suite()).isEqualTo("classifier");
        EvaluationResult own = report.results().getFirst();
        assertThat(own.name()).isEqualTo("requests");
        assertThat(own.metrics().keySet())
                .containsExactly("accuracy", "macro_f1", "ece", "capability_f1", "capability_ece", "tested");
        assertThat(own.metrics().get("accuracy")).isGreaterThan(0.9);
        assertThat(own.metrics().get("tested")).isEqualTo(120);
        assertThat(own.spread()).isNotNaN();
        EvaluationResult specialists = result(report, "specialists");
        assertThat(specialists.metrics().keySet()).containsExactly("accuracy", "math", "other", "tested");
        assertThat(specialists.metrics().get("accuracy")).isGreaterThan(0.85);
        assertThat(specialists.metrics().get("tested")).isEqualTo(120);
        assertThat(result(report, "requests/most frequent category").metrics().get("accuracy"))
                .isCloseTo(0.5, within(1e-9));
        assertThat(report.results().stream().map(EvaluationResult::name))
                .contains("requests/fold 1", "requests/fold 5", "category/conversation", "category/math");
        assertThat(report.toSvg()).contains("request classifier");
    }

    /** Each source's label is the word that only it uses: nothing to learn for another source. */
    @Test
    void run_categoryThatOnlyTheSourceShows_isNotFound() throws IOException {
        StringBuilder rows = new StringBuilder();
        List<String> words =
                List.of("red", "blue", "green", "black", "white", "pink", "grey", "brown", "gold", "silver");
        for (int source = 0; source < words.size(); source++) {
            for (int i = 0; i < 12; i++) {
                rows.append(row(words.get(source) + " thing", source % 2 == 0 ? "math" : "conversation", source));
            }
        }
        Files.writeString(folder.resolve("mine.jsonl"), rows);

        EvaluationReport report = suite().run(options("mine.jsonl", Optional.empty(), 1), progress -> {});

        assertThat(report.results().getFirst().metrics().get("accuracy")).isLessThan(0.8);
    }

    @Test
    void run_withTrainingFile_testsOnTheWholeData() throws IOException {
        Files.writeString(folder.resolve("train.jsonl"), rows(10));
        Files.writeString(folder.resolve("test.jsonl"), rows(3));

        EvaluationReport report =
                suite().run(options("test.jsonl", Optional.of(folder.resolve("train.jsonl")), 1), progress -> {});

        assertThat(report.results().getFirst().metrics().get("tested")).isEqualTo(18);
        assertThat(report.results().getFirst().metrics().get("accuracy")).isGreaterThan(0.9);
        assertThat(report.results().getFirst().spread()).isNaN();
    }

    private ClassifierSuite suite() throws IOException {
        ClassifierOptions options = new ClassifierOptions(
                new ClassifierOptions.Size(8, 4, 200, 8, 4),
                new ClassifierOptions.Schedule(3, 3, 4, 2e-2f, 5),
                new ClassifierOptions.Regularization(0.05f, 0, 0, 0),
                0,
                new ClassifierOptions.Storage(1, true),
                1);
        return new ClassifierSuite(
                new DataFolder(folder), EMBEDDER, RequestGrammar.read(new StringReader("[OTHER]\nx\n")), options);
    }

    private EvaluationOptions options(String data, Optional<Path> train, int seeds) {
        return new EvaluationOptions(train, Optional.of(folder.resolve(data)), OptionalInt.empty(), seeds);
    }

    private static EvaluationResult result(EvaluationReport report, String name) {
        return report.results().stream()
                .filter(result -> result.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String rows(int sources) {
        Random random = new Random(3);
        StringBuilder rows = new StringBuilder();
        for (int source = 0; source < sources; source++) {
            for (int i = 0; i < 6; i++) {
                List<String> phrases = i % 2 == 0 ? MATH : TALK;
                String text = phrases.get(random.nextInt(phrases.size())) + " " + random.nextInt(100);
                rows.append(row(text, i % 2 == 0 ? "math" : "conversation", source));
            }
        }
        return rows.toString();
    }

    private static String row(String text, String category, int source) {
        return "{\"text\":\"%s\",\"category\":\"%s\",\"source\":\"s%d\"}%n".formatted(text, category, source);
    }
}
