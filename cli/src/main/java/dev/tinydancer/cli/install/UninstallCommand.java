package dev.tinydancer.cli.install;

import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.postgres.install.Uninstaller;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Takes everything out again. */
@Command(
        name = "uninstall",
        description = "Takes Tiny Dancer out of a database, with its agents, settings and decisions.",
        footer = {"", "Where objects of others depend on it, nothing is dropped."})
public final class UninstallCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private final DatabaseOption database = new DatabaseOption();

    @Spec
    private CommandSpec spec;

    @Option(names = "--yes", description = "Needed, because the data is gone afterwards.")
    private boolean confirmed;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public UninstallCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws SQLException {
        if (!confirmed) {
            throw new ParameterException(
                    spec.commandLine(), "this deletes all agents, settings and decisions: add --yes if you mean it");
        }
        Uninstaller.Removal removal = new Uninstaller(database.get().dataSource()).uninstall();
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("was_installed", removal.wasInstalled());
            result.put("url", database.get().toString());
            result.put("stayed", removal.stayed());
            terminal.json(result);
            return ExitCode.OK;
        }
        removal.stayed().forEach(terminal::remark);
        terminal.plainResult(
                (removal.wasInstalled() ? "uninstalled from " : "nothing to do: not installed in ") + database.get());
        return ExitCode.OK;
    }
}
