package dev.tinydancer.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.LauncherProcess;
import dev.tinydancer.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What lies where the launcher puts the class path together. */
@Tag("once")
final class WorkshopLibrariesIT {

    private static final Path INSTALLATION = Path.of("..", "cli", "target", "lib");
    private static final Path WORKSHOP = Path.of("target", "lib");
    private static final String MEASURING_OR_TRAINING = "(jmh|tiny-dancer-(training|benchmark|workshop)).*";

    @Test
    void installation_hasNothingThatMeasuresOrTrains() throws IOException {
        assertThat(jars(INSTALLATION))
                .anyMatch(jar -> jar.startsWith("tiny-dancer-engine"))
                .noneMatch(jar -> jar.matches(MEASURING_OR_TRAINING));
    }

    @Test
    void workshop_hasTheRestAndNothingTwice() throws IOException {
        assertThat(jars(WORKSHOP))
                .anyMatch(jar -> jar.startsWith("jmh-core"))
                .anyMatch(jar -> jar.startsWith("tiny-dancer-training"))
                .doesNotContainAnyElementsOf(jars(INSTALLATION));
    }

    @Test
    void launcher_inAClone_knowsAllCommands() throws IOException, InterruptedException {
        try (LauncherProcess help = LauncherProcess.start("--help")) {
            assertThat(help.exitCode()).as(help.err()).isEqualTo(ExitCode.OK);
            assertThat(help.out())
                    .contains("  serve ", "  train ", "  distill ", "  evaluate ", "  bench ", "  torture ");
        }
    }

    private static List<String> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
