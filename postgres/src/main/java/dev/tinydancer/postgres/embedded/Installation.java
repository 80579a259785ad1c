package dev.tinydancer.postgres.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the programs of one PostgreSQL version lie.
 *
 * @param directory holds {@code bin/initdb}, {@code bin/pg_ctl} and {@code bin/postgres}
 */
public record Installation(Path directory) {

    private static final Pattern MAJOR_VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
    private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(20);

    public Installation {
        directory = directory.toAbsolutePath().normalize();
        for (String program : List.of("initdb", "pg_ctl", "postgres")) {
            Path path = directory.resolve("bin").resolve(program);
            if (!Files.isExecutable(path)) {
                throw new IllegalArgumentException(
                        "not a PostgreSQL installation: " + directory + " has no executable bin/" + program);
            }
        }
    }

    /**
     * The PostgreSQL that comes with this program, unpacked once per user into {@code $XDG_CACHE_HOME/tiny-dancer}.
     *
     * @throws EmbeddedServerException if there are no binaries for this platform, or the cache cannot be written
     */
    public static Installation bundled() {
        return new Installation(BundledBinaries.forThisPlatform().unpacked());
    }

    Path program(String name) {
        return directory.resolve("bin").resolve(name);
    }

    /** The major version, for example 18. */
    public int majorVersion() {
        String output = Program.of(program("postgres"))
                .argument("--version")
                .run(VERSION_TIMEOUT)
                .expectSuccess();
        Matcher matcher = MAJOR_VERSION.matcher(output);
        if (!matcher.find()) {
            throw new EmbeddedServerException(program("postgres") + " --version answered: " + output);
        }
        return Integer.parseInt(matcher.group(1));
    }
}
