package dev.tinydancer.workshop.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.cli.CommandRun;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.neural.RequestEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrainCommandTest {

    @TempDir
    private Path folder;

    @Test
    void train_ownFile_writesAClassifierThatKnowsIt() throws IOException {
        Path data = Files.writeString(folder.resolve("shop.jsonl"), ShopRequests.jsonLines());
        Path output = folder.resolve("shop.safetensors");

        CommandRun run = CommandRun.of("train", "--data", data.toString(), "--output", output.toString());

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.OK);
        assertThat(run.err())
                .contains("80 requests, 2 categories, 1 sources")
                .containsPattern("100 %  epoch 4/4  loss \\d\\.\\d{3}  accuracy \\d+\\.\\d %  0:00 left");
        assertThat(run.out()).contains("wrote " + output, "billing, shipping", "held out accuracy");
        RequestClassifier classifier = RequestClassifier.read(output);
        assertThat(classifier.categories()).containsExactly("billing", "shipping");
        RequestEncoder encoder = RequestEncoder.standard().withClassifier(classifier);
        assertThat(encoder.classify("I need the invoice").topCategory()).isEqualTo("billing");
        assertThat(encoder.classify("where is the parcel").topCategory()).isEqualTo("shipping");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(data, output);
        }
    }

    @Test
    void train_json_isOneObject_andTheSameSeedGivesTheSameAnswers() throws IOException {
        Path data = Files.writeString(folder.resolve("shop.jsonl"), ShopRequests.jsonLines());
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");

        CommandRun run = CommandRun.of(
                "train",
                "--data",
                data.toString(),
                "--output",
                first.toString(),
                "--epochs",
                "1",
                "--seed",
                "7",
                "--json");
        CommandRun again = CommandRun.of(
                "train", "--data", data.toString(), "--output", second.toString(), "--epochs", "1", "--seed", "7");

        assertThat(run.out())
                .startsWith("{\"file\":")
                .contains("\"epochs\":1,\"seed\":7", "\"stopped\":false,\"deployed\":false}");
        assertThat(again.exitCode()).isEqualTo(ExitCode.OK);
        RequestEncoder encoder = RequestEncoder.standard();
        RequestEncoder one = encoder.withClassifier(RequestClassifier.read(first));
        RequestEncoder other = encoder.withClassifier(RequestClassifier.read(second));
        for (ShopRequests.Row row : ShopRequests.rows()) {
            assertThat(other.classify(row.request()).categoryProbabilities()[0])
                    .as(row.request())
                    .isCloseTo(one.classify(row.request()).categoryProbabilities()[0], within(1e-2f));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "train --table t, --table and --deploy need --url",
        "train --deploy, --table and --deploy need --url",
        "train --url postgresql://h/app, --url needs --table or --deploy",
        "train --url postgresql://h/app --table t --data f, 'either --data or --table, not both'",
        "train --epochs 0, 'epochs must be at least 1, got 0'",
        "train --density 1.5, 'density must be in (0, 1], got 1.5'",
        "train --seed x, Invalid value for option '--seed'",
    })
    void wrongUsage_isExplained(String arguments, String message) {
        CommandRun run = CommandRun.of(arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(message).contains("--help");
    }

    @Test
    void train_faultyFile_saysWhere() throws IOException {
        Path data = Files.writeString(folder.resolve("faulty.jsonl"), """
                {"text": "a", "category": "x"}

                {"text": "b"}
                """);
        assertFails("faulty.jsonl, line 3: field \"category\" is missing", "--data", data.toString());
        assertFails(
                "there is no file ", "--data", folder.resolve("missing.jsonl").toString());
        Files.writeString(data, "{\"text\": \"a\", \"category\": \"x\"}\n");
        assertFails("at least two categories", "--data", data.toString());
        assertFails("nothing to go on from: there is no ", "--data", data.toString(), "--resume");
    }

    @Test
    void train_whereNothingCanBeWritten_failsAtOnce() {
        CommandRun run = CommandRun.of(
                "train", "--output", folder.resolve("none").resolve("x").toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("is no directory to write to");
    }

    @Test
    void train_resumedWithOtherOptions_isRefused() throws IOException {
        Path data = Files.writeString(folder.resolve("shop.jsonl"), ShopRequests.jsonLines());
        Files.writeString(folder.resolve("out.checkpoint"), "not a checkpoint at all, just a text");

        CommandRun run = CommandRun.of(
                "train",
                "--data",
                data.toString(),
                "--output",
                folder.resolve("out").toString(),
                "--resume");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("out.checkpoint is not a valid safetensors file");
    }

    private void assertFails(String message, String... arguments) {
        List<String> all = new ArrayList<>(
                List.of("train", "--output", folder.resolve("out").toString()));
        all.addAll(List.of(arguments));
        CommandRun run = CommandRun.of(all.toArray(String[]::new));
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains(message);
        assertThat(run.out()).isEmpty();
    }
}
