package dev.tinydancer.cli;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
final class LauncherIT {

    @TempDir
    Path directory;

    @Test
    void launcher_throughALinkFromElsewhere_runs() throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(directory.resolve("td"), LauncherProcess.launcher());

        try (LauncherProcess version = LauncherProcess.start(link, directory, "--version")) {
            assertThat(version.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(version.out()).matches("tiny-dancer \\d.*");
            assertThat(version.err()).isEmpty();
        }
    }

    @Test
    void launcher_passesTheExitCodeOn() throws IOException, InterruptedException {
        try (LauncherProcess wrong = LauncherProcess.start("frolic")) {
            assertThat(wrong.exitCode()).isEqualTo(ExitCode.USAGE);
        }
    }

    @Test
    void demo_showsEveryStationAndLeavesNothing() throws IOException, InterruptedException {
        Set<Path> before = demoFolders();
        try (LauncherProcess demo = LauncherProcess.start("demo")) {
            assertThat(demo.exitCode()).as(demo.err()).isEqualTo(ExitCode.OK);
            assertThat(demo.out())
                    .contains("Route with constraints")
                    .containsPattern("agent_name +gpt-4")
                    .containsPattern("ruvector_route takes [\\d.]+ (µs|ms)")
                    // No escape sequences where nobody looks at a terminal.
                    .doesNotContain("\u001b");
        }
        assertThat(before).containsAll(demoFolders());
    }

    @Test
    void demo_thatIsInterrupted_leavesNothing() throws IOException, InterruptedException {
        Set<Path> before = demoFolders();
        try (LauncherProcess early = LauncherProcess.start("demo");
                LauncherProcess late = LauncherProcess.start("demo")) {
            late.awaitLine("the engine answer");
            late.interrupt();
            assertThat(late.exitCode()).isNotEqualTo(ExitCode.OK);
            // Somewhere in its tour, or still at its start.
            early.terminate();
            assertThat(early.exitCode()).isNotEqualTo(ExitCode.OK);
            assertThat(late.err().lines()).containsExactly("starting PostgreSQL and the engine …");
        }
        Set<Path> left = demoFolders();
        left.removeAll(before);
        assertThat(left).isEmpty();
    }

    /** Of all demos on this machine, some of which may have been killed. */
    private static Set<Path> demoFolders() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("tiny-dancer-demo-"))
                    .collect(toSet());
        }
    }
}
