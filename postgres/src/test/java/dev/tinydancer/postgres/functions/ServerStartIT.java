package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.Installation;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.Installer;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a session does that comes before the engines have noticed that PostgreSQL is back. */
@Tag("once")
final class ServerStartIT {

    private static final String SILENT = "SELECT (tiny_dancer.silent_engines())[1]";

    @Test
    void firstSessions_waitAMomentForTheEngines(@TempDir Path directory) throws Exception {
        EmbeddedServerConfig config = EmbeddedServerConfig.fleeting(Installation.bundled(), directory, "secret");
        try (EmbeddedServer server = EmbeddedServer.start(config)) {
            new Installer(server.superuser("postgres"), InstallOptions.defaults()).install();
            try (SqlSession sql = new SqlSession(server.superuser("postgres").getConnection())) {
                sql.run("INSERT INTO tiny_dancer.engine (engine_id, version, address, started_at, seen_at)"
                        + " VALUES (gen_random_uuid(), 'x', 'x', now(), now())");
            }
        }
        try (EmbeddedServer server = EmbeddedServer.start(config);
                SqlSession first = new SqlSession(server.superuser("postgres").getConnection());
                SqlSession engine = new SqlSession(server.superuser("postgres").getConnection());
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            // As after minutes of absence.
            engine.run("UPDATE tiny_dancer.engine SET seen_at = seen_at - interval '5 minutes'");
            Future<?> looks = threads.submit(() -> first.value(SILENT));
            Thread.sleep(300);
            assertThat(looks.isDone()).isFalse();
            engine.run("UPDATE tiny_dancer.engine SET seen_at = now()");
            assertThat(looks.get(10, TimeUnit.SECONDS)).isNull();

            // Not for ever, where none comes.
            engine.run("UPDATE tiny_dancer.engine SET seen_at = now() - interval '5 minutes'");
            assertThat(first.value(SILENT)).isEqualTo("TD503");
        }
    }
}
