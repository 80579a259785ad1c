package dev.tinydancer.workshop.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.cli.CommandRun;
import dev.tinydancer.cli.terminal.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes along is what the command makes of the lists. */
@Tag("once")
final class KnownModelsCommandIT {

    private static final Path MIGRATIONS = Path.of("../postgres/src/main/resources/dev/tinydancer/postgres/migration");

    @Test
    void migrations_areThoseThatTheCommandMakes(@TempDir Path output) throws IOException {
        Path data = data();
        Path prices = data.resolveSibling("prices");
        Path abilities = data.resolveSibling("models").resolve("abilities.json");
        assumeTrue(
                Files.isDirectory(prices) && Files.isRegularFile(abilities),
                "needs the price lists and abilities beside the folder that TINY_DANCER_DATA names: " + prices);

        CommandRun run = CommandRun.of(
                "known-models",
                "--prices",
                prices.toString(),
                "--abilities",
                abilities.toString(),
                "--output",
                output.toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
        for (String file : List.of(KnownAbilities.FILE, ShippedModels.FILE)) {
            assertThat(output.resolve(file)).hasSameTextualContentAs(MIGRATIONS.resolve(file));
        }
    }

    /** Modules' tests run in the modules' own folders. */
    private static Path data() {
        Path named = DataFolder.standard().path();
        return (named.isAbsolute() ? named : Path.of("..").resolve(named))
                .toAbsolutePath()
                .normalize();
    }
}
