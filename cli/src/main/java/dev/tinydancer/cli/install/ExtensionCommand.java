package dev.tinydancer.cli.install;

import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.postgres.install.ExtensionScripts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes Tiny Dancer as an extension of PostgreSQL. */
@Command(
        name = "extension",
        description = "Writes Tiny Dancer as an extension of PostgreSQL, for a server of one's own.",
        footer = {
            "",
            "tiny-dancer extension \"$(pg_config --sharedir)/extension\", and then CREATE EXTENSION tiny_dancer CASCADE in a"
                    + " database; a newer version: write again, ALTER EXTENSION tiny_dancer UPDATE.",
            "With --pg-tle one file of SQL, for servers whose files are out of reach and that have pg_tle."
        })
public final class ExtensionCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "Where the files go; it must exist.")
    private Path directory = Path.of("");

    @Option(names = "--pg-tle", description = "Writes tiny_dancer.pg_tle.sql instead, to be run in the database.")
    private boolean pgTle;

    public ExtensionCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (!Files.isDirectory(directory)) {
            throw new CommandException("there is no directory " + directory + ": pg_config --sharedir says where"
                    + " PostgreSQL looks, in extension below it");
        }
        try {
            ExtensionScripts scripts = ExtensionScripts.standard();
            List<Path> files = pgTle ? List.of(scripts.writeForPgTle(directory)) : scripts.write(directory);
            files.forEach(file -> terminal.plainResult(file.toString()));
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CommandException("could not write to " + directory + ": " + e, e);
        }
    }
}
