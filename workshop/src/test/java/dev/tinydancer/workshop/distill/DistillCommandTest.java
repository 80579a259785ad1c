package dev.tinydancer.workshop.distill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.CommandRun;
import dev.tinydancer.cli.terminal.ExitCode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DistillCommandTest {

    @TempDir
    private Path folder;

    @Test
    void distill_folderWithoutData_failsBeforeAnythingIsRead() {
        CommandRun run = CommandRun.of(
                "distill",
                "--data",
                folder.toString(),
                "--output",
                folder.resolve("tokens.bin").toString());

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err())
                .startsWith("tiny-dancer: no data at " + folder.resolve("intents_clinc150.jsonl.gz"))
                .contains("TINY_DANCER_DATA");
        assertThat(folder).isEmptyDirectory();
    }
}
