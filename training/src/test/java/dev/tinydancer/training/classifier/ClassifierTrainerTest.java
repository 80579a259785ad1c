package dev.tinydancer.training.classifier;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.neural.Classification;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.router.safetensors.InvalidModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClassifierTrainerTest {

    private final ClassifierTrainer trainer =
            new ClassifierTrainer(SmallTask.embedder(), SmallTask.grammar(), SmallTask.options());

    @TempDir
    private Path folder;

    @Test
    void train_learnableTask_classifiesUnseenTexts() throws IOException {
        TrainedClassifier trained = trainer.train(SmallTask.requests(), Set.of(), null, TrainingMonitor.SILENT);

        assertThat(trained.heldOutAccuracy()).isGreaterThan(0.95);
        Classification addition = classify(trained, "plus green old round");
        assertThat(addition.topCategory()).isEqualTo("math");
        assertThat(addition.confidence()).isGreaterThan(0.8f);
        assertThat(addition.capabilitiesByProbability().keySet()).startsWith("math", "reasoning");
        assertThat(classify(trained, "speak blue").topCategory()).isEqualTo("conversation");
    }

    @Test
    void train_sameSeed_answersTheSame() throws IOException {
        TrainedClassifier first = trainer.train(SmallTask.requests(), Set.of("source 3"), null, TrainingMonitor.SILENT);
        TrainedClassifier second =
                trainer.train(SmallTask.requests(), Set.of("source 3"), null, TrainingMonitor.SILENT);
        assertSameAnswers(second, first);
    }

    @Test
    void train_brokenOffAndResumed_endsAsIfItHadNotBeen() throws IOException {
        TrainedClassifier whole = trainer.train(SmallTask.requests(), Set.of(), null, TrainingMonitor.SILENT);
        Path checkpoint = folder.resolve("training.safetensors");

        trainer.train(SmallTask.requests(), Set.of(), checkpoint, cancelInEpoch(4));
        assertThat(checkpoint).exists();
        TrainedClassifier resumed = trainer.train(SmallTask.requests(), Set.of(), checkpoint, TrainingMonitor.SILENT);

        assertThat(resumed.epoch()).isEqualTo(whole.epoch());
        assertSameAnswers(resumed, whole);
        assertThat(checkpoint).doesNotExist();
    }

    @Test
    void train_checkpointOfOtherOptions_isRefused() throws IOException {
        Path checkpoint = folder.resolve("training.safetensors");
        trainer.train(SmallTask.requests(), Set.of(), checkpoint, cancelInEpoch(2));
        ClassifierTrainer other = new ClassifierTrainer(
                SmallTask.embedder(), SmallTask.grammar(), SmallTask.options().withSeed(99));

        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> other.train(SmallTask.requests(), Set.of(), checkpoint, TrainingMonitor.SILENT))
                .withMessageContaining("other data or options");
    }

    @Test
    void train_cancelledAtOnce_stillGivesAClassifier() throws IOException {
        TrainedClassifier trained = trainer.train(SmallTask.requests(), Set.of(), null, cancelInEpoch(1));

        assertThat(trained.epoch()).isZero();
        assertThat(classify(trained, "add red").categoryProbabilities()).hasSize(2);
    }

    @Test
    void train_whileItRuns_reportsRisingProgressToTheEnd() throws IOException {
        List<TrainingProgress> seen = new ArrayList<>();
        trainer.train(SmallTask.requests(), Set.of(), null, seen::add);

        assertThat(seen).hasSizeGreaterThan(20);
        for (int i = 1; i < seen.size(); i++) {
            assertThat(seen.get(i).done()).isGreaterThan(seen.get(i - 1).done());
        }
        assertThat(seen.getFirst().heldOutAccuracy()).isNaN();
        assertThat(seen.getLast().heldOutAccuracy()).isBetween(0.0, 1.0);
        assertThat(seen.getLast().done()).isEqualTo(1);
        assertThat(seen.getLast().remaining()).isZero();
    }

    @Test
    void train_lowDensity_leavesMostWeightsAtZero() throws IOException {
        ClassifierTrainer sparse = new ClassifierTrainer(
                SmallTask.embedder(),
                SmallTask.grammar(),
                SmallTask.options().withStorage(new ClassifierOptions.Storage(0.25f, false)));

        TrainedClassifier trained = sparse.train(SmallTask.requests(), Set.of(), null, TrainingMonitor.SILENT);

        float[] recurrent = trained.file().tensor("cell.gate.recurrent", 8, 8).toFloats();
        int nonZero = 0;
        for (float weight : recurrent) {
            nonZero += weight == 0 ? 0 : 1;
        }
        assertThat(nonZero).isLessThanOrEqualTo(16);
        assertThat(trained.heldOutAccuracy()).isGreaterThan(0.9);
    }

    @Test
    void train_quantized_answersAlmostAsInSinglePrecision() throws IOException {
        ClassifierTrainer exact = new ClassifierTrainer(
                SmallTask.embedder(),
                SmallTask.grammar(),
                SmallTask.options().withStorage(new ClassifierOptions.Storage(1, false)));
        TrainedClassifier full = exact.train(SmallTask.requests(), Set.of(), null, TrainingMonitor.SILENT);
        TrainedClassifier rounded = trainer.train(SmallTask.requests(), Set.of(), null, TrainingMonitor.SILENT);

        assertThat(rounded.file().toBytes().length).isLessThan(full.file().toBytes().length);
        for (String text : List.of("sum red", "tell blue old", "plus new big small")) {
            assertThat(classify(rounded, text).confidence())
                    .isCloseTo(classify(full, text).confidence(), within(0.03f));
        }
    }

    @Test
    void trainLike_allRequests_takesEpochsAndTemperaturesOver() throws IOException {
        TrainedClassifier part = trainer.train(SmallTask.requests(), Set.of(), null, TrainingMonitor.SILENT);

        TrainedClassifier whole = trainer.trainLike(part, SmallTask.requests(), TrainingMonitor.SILENT);

        assertThat(whole.epoch()).isEqualTo(part.epoch());
        assertThat(whole.classifier().temperatures())
                .isEqualTo(part.classifier().temperatures());
        assertThat(whole.file().metadata()).containsEntry("trained_on", "240 requests of 8 sources");
    }

    @Test
    void train_fewSources_holdsOutSingleRequests() throws IOException {
        LabelledRequests oneSource = consumer -> SmallTask.requests()
                .forEach(request ->
                        consumer.accept(new LabelledRequest(request.text(), request.category(), "mine", Set.of())));

        TrainedClassifier trained = trainer.train(oneSource, Set.of(), null, TrainingMonitor.SILENT);

        assertThat(trained.heldOutAccuracy()).isGreaterThan(0.95);
        assertThat(requireNonNull(trained.file().tensors().get("phrases.hashes"))
                        .size())
                .as("phrases common to several requests")
                .isGreaterThan(10);
    }

    @Test
    void train_oneCategory_isRefused() {
        LabelledRequests one = consumer -> consumer.accept(new LabelledRequest("add", "math", "s", Set.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer.train(one, Set.of("other"), null, TrainingMonitor.SILENT))
                .withMessage("a classifier needs requests of at least two categories, got [math]");
    }

    @Test
    void constructor_longerVectorsThanGiven_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new ClassifierTrainer(SmallTask.embedder(), SmallTask.grammar(), ClassifierOptions.STANDARD))
                .withMessageContaining("dimension must be at most 8");
    }

    /** But for roundings, which depend on when the code that adds up vectors is compiled. */
    private static void assertSameAnswers(TrainedClassifier actual, TrainedClassifier expected) {
        for (String text : List.of("add red", "tell blue old", "plus new big small", "round", "sum speak green")) {
            float[] probabilities = classify(expected, text).categoryProbabilities();
            for (int i = 0; i < probabilities.length; i++) {
                assertThat(classify(actual, text).categoryProbabilities()[i])
                        .as(text)
                        .isCloseTo(probabilities[i], within(1e-3f));
            }
        }
    }

    private static Classification classify(TrainedClassifier trained, String text) {
        return new RequestEncoder(SmallTask.embedder(), trained.classifier()).classify(text);
    }

    private static TrainingMonitor cancelInEpoch(int epoch) {
        return new TrainingMonitor() {
            private boolean cancelled;

            @Override
            public void onProgress(TrainingProgress progress) {
                cancelled |= progress.epoch() >= epoch;
            }

            @Override
            public boolean isCancelled() {
                return cancelled;
            }
        };
    }
}
