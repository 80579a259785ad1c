package dev.tinydancer.cli.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.CommandRun;
import dev.tinydancer.cli.terminal.ExitCode;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CompletionCommandTest {

    @Test
    void bashAndZsh_completeCommandsAndOptions() {
        for (String shell : List.of("bash", "zsh")) {
            CommandRun run = CommandRun.of("completion", shell);
            assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(run.out())
                    .startsWith("#!/usr/bin/env bash")
                    .contains("_picocli_tiny-dancer_decisions")
                    .contains("--max-latency-ms")
                    .contains("bashcompinit");
        }
    }

    @Test
    void fish_completesCommandsAndOptions() {
        String script = CommandRun.of("completion", "fish").out();
        assertThat(script.lines())
                .allMatch(line -> line.startsWith("complete -c tiny-dancer"))
                .contains(
                        "complete -c tiny-dancer -n '__fish_seen_subcommand_from decisions' -l limit -r -F -d 'How many at"
                                + " most'")
                .anyMatch(line -> line.contains("-n '__fish_use_subcommand' -a agents"))
                .anyMatch(line -> line.contains("__fish_seen_subcommand_from prices; and not"));
    }

    @Test
    void unknownShell_namesTheKnownOnes() {
        CommandRun run = CommandRun.of("completion", "csh");
        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).contains("csh", "bash, zsh, fish");
    }
}
