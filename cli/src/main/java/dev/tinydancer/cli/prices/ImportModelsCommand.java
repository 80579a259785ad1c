package dev.tinydancer.cli.prices;

import dev.tinydancer.cli.local.DatabaseChoice;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Replaces the known models. */
@Command(
        name = "import",
        description = "Replaces the models that ruvector_register_model knows by those of a price list.",
        footer = {"", "For all tenants. Agents that are registered stay as they are."})
public final class ImportModelsCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final PriceListFile list = new PriceListFile();

    @Mixin
    private final DatabaseChoice database = new DatabaseChoice();

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public ImportModelsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException {
        String document = list.read();
        int models = ModelCatalog.replace(database.get(), document, list.format());
        if (json) {
            terminal.json(Map.of("imported", models));
        } else {
            terminal.plainResult(models + (models == 1 ? " model is known" : " models are known"));
        }
        return ExitCode.OK;
    }
}
