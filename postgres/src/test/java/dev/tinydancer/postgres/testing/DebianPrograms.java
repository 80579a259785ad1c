package dev.tinydancer.postgres.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The programs of Debian's PostgreSQL 15, for what the bundled PostgreSQL has no programs for. */
public final class DebianPrograms {

    private static final Path HOME = Path.of("/usr/lib/postgresql/15");

    private DebianPrograms() {}

    /** The installation; a test without it is skipped. */
    public static Installation installation() {
        assumeTrue(
                Files.isExecutable(HOME.resolve("bin/pg_dump")),
                "needs pg_dump, psql and pg_basebackup of Debian's package postgresql-15 under " + HOME);
        return new Installation(HOME);
    }

    /**
     * Runs one of them as the superuser of a server, and waits for its success.
     *
     * @return what it printed
     */
    public static String run(EmbeddedServer server, String password, String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                HOME.resolve("bin").resolve(program).toString(),
                "--host=127.0.0.1",
                "--port=" + server.port(),
                "--username=" + EmbeddedServer.SUPERUSER));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", password);
        builder.environment().put("LC_MESSAGES", "C");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
        return output;
    }
}
