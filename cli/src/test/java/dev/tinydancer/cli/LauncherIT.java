package dev.tinydancer.cli;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
final class LauncherIT {

    /** A library that is not needed at run time. */
    private static final String COPIED = "jspecify.jar";

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
    void launcher_rehearsesOnce_andDoesWithoutWhatDoesNotFit() throws IOException, InterruptedException {
        Path clone = cloneOf(requireNonNull(LauncherProcess.launcher().getParent()));

        // Told to need it, Java does not start with a cache that it cannot use.
        Map<String, String> needsCache =
                Map.of("TINY_DANCER_SKIP_BUILD", "", "TINY_DANCER_JAVA_OPTS", "-XX:AOTMode=on");
        assertThat(err(clone, needsCache)).contains("rehearsing");
        assertThat(err(clone, needsCache)).isEmpty();

        Path library = clone.resolve("cli/target/lib/" + COPIED);
        Files.setLastModifiedTime(library, FileTime.fromMillis(0));
        assertThat(err(clone, Map.of())).as("with another library").isEmpty();
        Files.writeString(clone.resolve("cli/target/tiny-dancer.aot"), "no cache");
        assertThat(err(clone, Map.of())).as("with a broken cache").isEmpty();
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

    /** What the launcher needs to find nothing to build: itself, the libraries, and a stamp younger than any source. */
    private Path cloneOf(Path root) throws IOException {
        Path clone = directory.resolve("clone");
        Path libraries = Files.createDirectories(clone.resolve("cli/target/lib"));
        Files.createDirectories(clone.resolve("cli/src/main"));
        Files.createFile(clone.resolve("pom.xml"));
        Files.createFile(clone.resolve("cli/pom.xml"));
        Files.copy(root.resolve("tiny-dancer"), clone.resolve("tiny-dancer"));
        try (Stream<Path> jars = Files.list(root.resolve("cli/target/lib"))) {
            for (Path jar : jars.toList()) {
                if (jar.getFileName().toString().startsWith("jspecify-")) {
                    Files.copy(jar, libraries.resolve(COPIED));
                } else {
                    Files.createSymbolicLink(libraries.resolve(jar.getFileName()), jar);
                }
            }
        }
        Files.createFile(clone.resolve("cli/target/launcher.stamp"));
        return clone;
    }

    /** What a command says on standard error that prints the version and nothing else to standard output. */
    private String err(Path clone, Map<String, String> environment) throws IOException, InterruptedException {
        try (LauncherProcess version =
                LauncherProcess.start(clone.resolve("tiny-dancer"), directory, environment, "--version")) {
            assertThat(version.exitCode()).as(version.err()).isEqualTo(ExitCode.OK);
            assertThat(version.out()).matches("tiny-dancer \\d.*");
            return version.err();
        }
    }
}
