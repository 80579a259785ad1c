package dev.tinydancer.training.distillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tinydancer.router.embedding.SentenceEmbedder;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import dev.tinydancer.training.distillation.DistillationProgress.Stage;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A vocabulary of a few words, taught by the real teacher. */
final class StaticDistillationTest {

    private static final List<String> WORDS =
            List.of("card", "lost", "my", "weather", "rain", "tomorrow", "pay", "bill");
    private static final DistillationSettings SETTINGS = new DistillationSettings(8, 12, 10, 30, 8, 5e-3, 0.1, 0.1, 1);

    private static WordPieceTokenizer tokenizer;
    private static SentenceEmbedder teacher;

    @BeforeAll
    static void open() throws IOException {
        tokenizer = WordPieceTokenizer.read(
                new StringReader("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n" + String.join("\n", WORDS)));
        teacher = new SentenceEmbedder(tokenizer);
    }

    @AfterAll
    static void close() {
        teacher.close();
    }

    private static List<String> texts() {
        return IntStream.range(0, 24)
                .mapToObj(i -> WORDS.get(i % 8) + " " + WORDS.get((i * 3 + i / 8) % 8) + " " + WORDS.get(i * 5 % 8))
                .toList();
    }

    @Test
    void distill_smallVocabulary_lossFallsAndEveryStageReports() {
        List<DistillationProgress> reports = new ArrayList<>();
        StaticEmbedder embedder = new StaticDistillation(teacher, tokenizer, SETTINGS, reports::add).distill(texts());
        assertThat(embedder.dimension()).isEqualTo(8);
        assertThat(of(reports, Stage.VOCABULARY))
                .containsExactly(new DistillationProgress(Stage.VOCABULARY, 13, 13, Double.NaN, Double.NaN));
        assertThat(of(reports, Stage.TEXTS))
                .containsExactly(new DistillationProgress(Stage.TEXTS, 24, 24, Double.NaN, Double.NaN));
        List<DistillationProgress> steps = of(reports, Stage.FITTING);
        assertThat(steps).hasSize(90);
        assertThat(meanLoss(steps.subList(84, 90))).isLessThan(0.8 * meanLoss(steps.subList(0, 6)));
    }

    private static double meanLoss(List<DistillationProgress> steps) {
        return steps.stream().mapToDouble(DistillationProgress::loss).average().orElseThrow();
    }

    private static List<DistillationProgress> of(List<DistillationProgress> reports, Stage stage) {
        return reports.stream().filter(report -> report.stage() == stage).toList();
    }

    /** To a few roundings: the order in which a vector's components are added up is the compiler's. */
    @Test
    void distill_sameSeed_sameTable() {
        assertThat(difference(embedder(SETTINGS), embedder(SETTINGS))).isLessThan(0.02);
        assertThat(difference(embedder(SETTINGS), embedder(SETTINGS.withSeed(2))))
                .isGreaterThan(0.05);
    }

    private static StaticEmbedder embedder(DistillationSettings settings) {
        return new StaticDistillation(teacher, tokenizer, settings, DistillationMonitor.SILENT).distill(texts());
    }

    /** The largest difference between components of texts' vectors. */
    private static double difference(StaticEmbedder one, StaticEmbedder other) {
        double largest = 0;
        for (String text : texts()) {
            float[] first = one.embed(text);
            float[] second = other.embed(text);
            for (int i = 0; i < first.length; i++) {
                largest = Math.max(largest, Math.abs(first[i] - second[i]));
            }
        }
        return largest;
    }

    @Test
    void fit_textsWithoutTokens_leftOut() {
        StaticDistillation distillation =
                new StaticDistillation(teacher, tokenizer, SETTINGS, DistillationMonitor.SILENT);
        List<float[]> vocabulary = distillation.teachVocabulary();
        List<String> texts = new ArrayList<>(texts());
        texts.add(5, " ");
        StaticEmbedder embedder = distillation.fit(vocabulary, texts, distillation.teach(texts));
        for (float component : embedder.embed("lost card")) {
            assertThat(component).isFinite();
        }
    }

    @Test
    void teach_cancelled_endsBeforeTheTeacherReads() {
        List<DistillationProgress> reports = new ArrayList<>();
        DistillationMonitor cancelling = new DistillationMonitor() {
            @Override
            public void onProgress(DistillationProgress progress) {
                reports.add(progress);
            }

            @Override
            public boolean isCancelled() {
                return true;
            }
        };
        StaticDistillation distillation = new StaticDistillation(teacher, tokenizer, SETTINGS, cancelling);
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> distillation.teach(texts()));
        assertThat(reports).isEmpty();
    }

    @Test
    void fit_wrongArguments_refused() {
        StaticDistillation distillation =
                new StaticDistillation(teacher, tokenizer, SETTINGS, DistillationMonitor.SILENT);
        List<float[]> vocabulary =
                IntStream.range(0, 13).mapToObj(i -> new float[384]).toList();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> distillation.fit(List.of(), List.of(), List.of()))
                .withMessage("vocabularyVectors must be 13, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> distillation.fit(vocabulary, List.of("card"), List.of()))
                .withMessage("textVectors must be 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> distillation.fit(vocabulary, List.of("card"), List.of(new float[384])))
                .withMessage("texts must be at least 8, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DistillationSettings(0, 1, 1, 1, 2, 1, 1, 0, 1))
                .withMessage("dimension must be in [1, 384], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DistillationSettings(8, 1, 1, 1, 2, 1, 0, 0, 1))
                .withMessage("temperature must be positive and finite, got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DistillationSettings(8, 1, 1, 1, 2, 1, 1, 1, 1))
                .withMessage("tokenDropout must be in [0, 1), got 1.0");
    }
}
