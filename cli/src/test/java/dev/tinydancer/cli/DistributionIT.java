package dev.tinydancer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is published, as somebody gets it who has neither Maven nor a clone. */
@Timeout(180)
@Tag("once")
final class DistributionIT {

    private static Path home;

    @TempDir
    Path directory;

    private record Run(int exitCode, String output) {}

    @BeforeAll
    static void find() throws IOException {
        try (Stream<Path> versions = Files.list(Path.of("target/distribution/tiny-dancer-" + version()))) {
            home = versions.findFirst().orElseThrow().toAbsolutePath();
        }
    }

    private static String version() throws IOException {
        try (Stream<Path> jars = Files.list(Path.of("target/lib"))) {
            return jars.map(jar -> jar.getFileName().toString())
                    .filter(name -> name.startsWith("tiny-dancer-cli-"))
                    .map(name -> name.substring("tiny-dancer-cli-".length(), name.length() - ".jar".length()))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void command_runsFromAnywhere_throughALink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("td"), home.resolve("bin/tiny-dancer"));
        Run run = run(link.toString(), "--version");
        assertThat(run.output()).isEqualToIgnoringNewLines("tiny-dancer " + version());
        assertThat(run.exitCode()).isZero();

        Run doctor = run(link.toString(), "doctor");
        assertThat(doctor.output())
                .contains(
                        "ok    Java: 25",
                        "ok    vector kernels: panama",
                        "nothing runs in " + directory + "/.tiny-dancer");
        assertThat(doctor.exitCode()).isEqualTo(1);
    }

    @Test
    void extension_isWritten() throws Exception {
        Run run = run(home.resolve("bin/tiny-dancer").toString(), "extension", directory.toString());
        assertThat(run.exitCode()).isZero();
        assertThat(directory.resolve("tiny_dancer.control")).content().contains("requires = 'dblink'");
    }

    @Test
    void contents_areWhatADistributionNeeds_andNothingThatTests() throws Exception {
        for (String file : List.of(
                "LICENSE",
                "README.md",
                "docs/packages.md",
                "image.sh",
                "packaging/systemd/tiny-dancer.service",
                "packaging/kubernetes/tiny-dancer.yaml",
                "packaging/monitoring/alerts.yaml")) {
            assertThat(home.resolve(file)).exists();
        }
        try (Stream<Path> libraries = Files.list(home.resolve("lib"))) {
            assertThat(libraries.map(library -> library.getFileName().toString()))
                    .anyMatch(name -> name.startsWith("tiny-dancer-engine"))
                    .noneMatch(name -> name.contains("junit") || name.contains("jmh") || name.contains("workshop"));
        }
    }

    @Test
    void unit_isOneThatSystemdTakes_andLittleExposed() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/systemd-analyze")),
                "no /usr/bin/systemd-analyze: install Debian's package systemd");
        String unit = Files.readString(Path.of("../packaging/systemd/tiny-dancer.service"));
        Path here = Files.writeString(
                directory.resolve("tiny-dancer.service"), unit.replace("/opt/tiny-dancer", home.toString()));
        Run verified = run("systemd-analyze", "verify", here.toString());
        assertThat(verified.output()).isEmpty();
        assertThat(verified.exitCode()).isZero();
        // The share of what could be restricted and is not, in hundredths.
        assertThat(run("systemd-analyze", "security", "--offline=yes", "--threshold=20", here.toString())
                        .exitCode())
                .isZero();
    }

    private Run run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }
}
