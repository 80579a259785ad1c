package dev.tinydancer.cli.install;

import dev.tinydancer.postgres.connection.DatabaseUrl;
import picocli.CommandLine.Option;

/** Which database. */
final class DatabaseOption {

    @Option(
            names = "--url",
            required = true,
            paramLabel = "URL",
            converter = DatabaseUrlConverter.class,
            description = {
                "postgresql://user@host:port/database or jdbc:postgresql://host:port/database?user=…",
                "The password is best left out of it: PGPASSWORD, or the file that PGPASSFILE or ?passfile= names."
            })
    private DatabaseUrl url;

    DatabaseUrl get() {
        return url;
    }
}
