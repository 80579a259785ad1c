package dev.tinydancer.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.CommandRun;
import dev.tinydancer.cli.terminal.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkshopCommandsTest {

    @Test
    void help_listsTheCommandsBesideThoseOfAnInstallation() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).contains("  train ", "  distill ", "  evaluate ", "  bench ", "  serve ", "  up ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"train", "distill", "evaluate", "bench", "known-models"})
    void help_ofEachCommand_goesToStandardOutput(String command) {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        assertThat(run.out()).startsWith("Usage: tiny-dancer " + command);
        assertThat(run.err()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "distill --seed many, Invalid value for option '--seed'",
        "distill --output no/such/folder/tokens.safetensors, --output must be a file in an existing folder",
        "evaluate, Missing required parameter: 'SUITE'",
        "evaluate frolic, 'suite must be one of routellm, routerbench, frontier, classifier, demand, long, languages, intents, conversations, online, got ''frolic'''",
        "evaluate routellm --seeds 0, 'seeds must be at least 1, got 0'",
    })
    void wrongUsage_isExplainedOnStandardError(String arguments, String message) {
        CommandRun run = CommandRun.of(arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains(message).contains("--help");
        assertThat(run.out()).isEmpty();
    }
}
