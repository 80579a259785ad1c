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

/** Brings back the known models that come along. */
@Command(name = "reset", description = "Brings back the models that come along.")
public final class ResetModelsCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final DatabaseChoice database = new DatabaseChoice();

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public ResetModelsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException {
        ModelCatalog.reset(database.get());
        if (json) {
            terminal.json(Map.of("reset", true));
        } else {
            terminal.plainResult("the models that come along are known");
        }
        return ExitCode.OK;
    }
}
