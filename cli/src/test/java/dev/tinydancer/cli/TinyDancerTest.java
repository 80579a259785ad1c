package dev.tinydancer.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.terminal.ExitCode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TinyDancerTest {

    @ParameterizedTest
    @ValueSource(strings = {"demo", "up", "down", "status", "install", "uninstall", "prices", "models", "serve"})
    void help_ofEachCommand_goesToStandardOutput(String command) {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).startsWith("Usage: tiny-dancer " + command);
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', a command is needed",
        "frolic, Unmatched argument at index 0: 'frolic'",
        "up --port many, Invalid value for option '--port'",
        "install, Missing required option: '--url=URL'",
        "uninstall --url postgresql://h/app, add --yes",
        "install --url postgresql://h/app --engine-port 0, 'port must be in 1 to 65535, got ''0'''",
        "install --url postgresql://h/app --schema A, functionSchema must be a lower-case SQL name",
        "serve --url postgresql://h/app --max-connections many, max-connections",
        "serve --frolic, Unknown option: '--frolic'",
        "train, Unmatched argument at index 0: 'train'",
        "prices, a command is needed",
        "prices import, Missing required parameter: 'FILE'",
        "models import, Missing required parameter: 'FILE'",
    })
    void wrongUsage_isExplainedOnStandardError(String arguments, String message) {
        CommandRun run = CommandRun.of(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(message).contains("--help");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "install --url mysql://alice:hunter2@h/app",
                "install --url postgresql://alice:hunter2@h/app?nonsense=1",
                "install postgresql://alice:hunter2@h/app",
                "uninstall --url postgresql://alice:hunter2@h/app",
                "serve --url mysql://alice:hunter2@h/app",
            })
    void wrongUsage_neverRepeatsAPassword(String arguments) {
        CommandRun run = CommandRun.of(arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).isNotEmpty().doesNotContain("hunter2");
    }

    @Test
    void install_whereNobodyListens_fails() {
        CommandRun run = CommandRun.of("install", "--url", "postgresql://alice:hunter2@127.0.0.1:1/app");

        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("127.0.0.1:1").doesNotContain("hunter2");
    }

    @Test
    void statusAndDown_whereNothingRuns(@TempDir Path directory) {
        CommandRun status = CommandRun.of("status", "--json", "--data-dir", directory.toString());
        CommandRun down = CommandRun.of("down", "--data-dir", directory.toString());

        assertThat(status.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(status.out()).isEqualToIgnoringNewLines("{\"running\":false,\"data_dir\":\"" + directory + "\"}");
        assertThat(down.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(down.err()).isEqualToIgnoringNewLines("not running");
    }

    @Test
    void pricesImport_whereNothingRuns_orNothingIsRead(@TempDir Path directory) {
        Path list = directory.resolve("list.json");
        CommandRun missing = CommandRun.of("prices", "import", list.toString());
        assertThat(missing.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(missing.err()).isEqualToIgnoringNewLines("tiny-dancer: there is no file " + list);

        CommandRun run = CommandRun.of("models", "reset", "--data-dir", directory.toString());
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.err()).contains("nothing runs in " + directory, "--url");
    }

    @Test
    void up_onWhatIsNoPort_saysWhatIsOne() {
        for (String port : List.of("99999", "-1", "five")) {
            CommandRun run = CommandRun.of("up", "--port", port);

            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("--port", "must be a port from 0 to 65535, got " + port);
        }
        assertThat(CommandRun.of("up", "--http-port", "65536").exitCode()).isEqualTo(ExitCode.USAGE);
    }
}
