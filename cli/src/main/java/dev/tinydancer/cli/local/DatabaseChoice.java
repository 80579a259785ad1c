package dev.tinydancer.cli.local;

import dev.tinydancer.cli.install.DatabaseUrlConverter;
import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A database by its address, or else that of the local instance. */
public final class DatabaseChoice {

    @Option(
            names = "--url",
            paramLabel = "URL",
            converter = DatabaseUrlConverter.class,
            description = {
                "The database (default: that of the local instance): postgresql://user@host:port/database",
                "The password is best left out of it: PGPASSWORD, or the file that PGPASSFILE or ?passfile= names."
            })
    private @Nullable DatabaseUrl url;

    @Mixin
    private final DataDirectoryOption dataDirectory = new DataDirectoryOption();

    /** Where the local instance keeps its files, whether it runs or not. */
    public Path localDirectory() {
        return dataDirectory.get().path();
    }

    /**
     * The database.
     *
     * @throws CommandException if none is named and no local instance runs
     */
    public DatabaseUrl get() throws IOException {
        if (url != null) {
            return url;
        }
        LocalDirectory directory = dataDirectory.get();
        InstanceState running = directory
                .running()
                .orElseThrow(() -> new CommandException("nothing runs in " + directory.path()
                        + ": start it with tiny-dancer up, or name a database with --url"));
        return directory.database(running);
    }
}
