package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.install.EngineAddress;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.Installer;
import dev.tinydancer.postgres.testing.DebianPrograms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sessions on a hot standby ask the engine of the primary. */
@Tag("once")
@Timeout(180)
final class StandbyIT {

    private static final String PASSWORD = "secret";

    @TempDir
    private Path directory;

    @Test
    void standby_routesByTheEngineOfThePrimary_beforeAndAfterPromotion() throws Exception {
        try (EmbeddedServer primary = EmbeddedServer.start(config("primary"))) {
            new Installer(primary.superuser("postgres"), InstallOptions.defaults()).install();
            DatabaseUrl url = new DatabaseUrl(
                    "127.0.0.1:" + primary.port(),
                    "postgres",
                    EmbeddedServer.SUPERUSER,
                    Optional.of(PASSWORD),
                    Map.of());
            try (Engine engine = Engine.start(TestEngine.config(url, Map.of()));
                    Connection onPrimary = primary.superuser("postgres").getConnection()) {
                Installer.pointAtEngine(
                        primary.superuser("postgres"),
                        new EngineAddress("127.0.0.1", engine.address().getPort()));
                register(onPrimary, "first");
                Files.createDirectories(directory.resolve("standby"));
                DebianPrograms.run(
                        primary,
                        PASSWORD,
                        "pg_basebackup",
                        "--write-recovery-conf",
                        "--checkpoint=fast",
                        "--pgdata=" + directory.resolve("standby/postgresql"));
                try (EmbeddedServer standby = EmbeddedServer.start(config("standby"));
                        Connection onStandby = standby.superuser("postgres").getConnection()) {
                    assertRoutesTo("first", onStandby);
                    register(onPrimary, "second");
                    Rows.execute(onPrimary, "SELECT ruvector_set_agent_active('first', false)");
                    Eventually.succeeds(() -> assertRoutesTo("second", onStandby));
                    assertThat(Rows.first(onStandby, "SELECT count(*) FROM tiny_dancer.decision")
                                    .getFirst())
                            .isEqualTo("0");
                    assertThat(SqlFailure.of(onStandby, "SELECT ruvector_set_agent_active('first', true)")
                                    .getSQLState())
                            .isEqualTo("25006");
                    // What takes the place of the primary is no copy of it.
                    Rows.execute(onStandby, "SELECT pg_promote()");
                    assertRoutesTo("second", onStandby);
                    assertThat(new Installer(standby.superuser("postgres"), InstallOptions.defaults())
                                    .install()
                                    .changes())
                            .isEmpty();
                }
            }
        }
    }

    private EmbeddedServerConfig config(String name) {
        return EmbeddedServerConfig.fleeting(DebianPrograms.installation(), directory.resolve(name), PASSWORD);
    }

    private static void register(Connection connection, String agent) throws Exception {
        Rows.execute(connection, """
                SELECT ruvector_register_agent('%s', 'llm', '{code}', 0.001, avg_latency_ms := 1, quality_score := 0.9)
                """.formatted(agent));
    }

    private static void assertRoutesTo(String agent, Connection connection) throws Exception {
        assertThat(Rows.first(connection, "SELECT agent_name, reasoning FROM ruvector_route('sort a list')"))
                .satisfiesExactly(
                        name -> assertThat(name).isEqualTo(agent),
                        reasoning -> assertThat(reasoning).doesNotContain("fallback"));
    }
}
