package dev.tinydancer.workshop.models;

import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.Installation;
import dev.tinydancer.postgres.embedded.TemporaryDirectory;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.Installer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes the models that come along again. */
@Command(
        name = "known-models",
        description =
                "Makes the migrations with the models that come along and their abilities, from the price lists and"
                        + " abilities.json beside the data folder.",
        footer = {"", "Which models, and of what day the lists are, stands in known-models.txt of the workshop."})
public final class KnownModelsCommand implements Callable<Integer> {

    private static final String DATABASE = "postgres";

    private final Terminal terminal;

    @Option(
            names = "--prices",
            paramLabel = "DIR",
            description =
                    "The folder with the price lists (default: prices beside TINY_DANCER_DATA, or ../shared/prices).")
    private @Nullable Path prices;

    @Option(
            names = "--abilities",
            paramLabel = "FILE",
            description = "What is known of abilities (default: models/abilities.json beside TINY_DANCER_DATA).")
    private @Nullable Path abilities;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            defaultValue = "postgres/src/main/resources/dev/tinydancer/postgres/migration",
            description = "Where the migrations go (default: ${DEFAULT-VALUE}).")
    private Path output;

    public KnownModelsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException {
        Path data = DataFolder.standard().path().toAbsolutePath().normalize();
        Path lists = prices == null ? data.resolveSibling("prices") : prices;
        ChosenModels chosen = ChosenModels.read();
        Map<String, String> documents = new HashMap<>();
        for (String format : chosen.lists().keySet()) {
            documents.put(format, text(lists.resolve(format + ".json")));
        }
        write(
                KnownAbilities.FILE,
                KnownAbilities.migration(
                        text(abilities == null ? data.resolveSibling("models").resolve("abilities.json") : abilities)));
        write(ShippedModels.FILE, shipped(chosen, documents));
        terminal.result(chosen.models().size() + " models");
        return ExitCode.OK;
    }

    private static String shipped(ChosenModels chosen, Map<String, String> documents) throws IOException, SQLException {
        try (TemporaryDirectory directory = TemporaryDirectory.create("tiny-dancer-models-");
                EmbeddedServer server = EmbeddedServer.start(EmbeddedServerConfig.fleeting(
                        Installation.bundled(),
                        directory.path(),
                        UUID.randomUUID().toString()))) {
            DataSource database = server.superuser(DATABASE);
            new Installer(database, InstallOptions.defaults()).install();
            try (Connection connection = database.getConnection()) {
                return ShippedModels.migration(connection, chosen, documents);
            }
        }
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new CommandException("there is no file " + file, e);
        }
    }

    private void write(String name, String text) throws IOException {
        if (!Files.isDirectory(output)) {
            throw new CommandException("--output must be an existing folder, got " + output);
        }
        Files.writeString(output.resolve(name), text);
    }
}
