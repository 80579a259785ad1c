package dev.tinydancer.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import dev.tinydancer.postgres.testing.TestServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an installation finds around it in PostgreSQL's world: poolers, prepared transactions, parallel plans. */
@Tag("once")
@Timeout(180)
final class SurroundingsIT {

    private static final String PASSWORD = "secret";
    private static final Path PGBOUNCER = Path.of("/usr/sbin/pgbouncer");
    private static final int POOL = 3;
    private static final int CLIENTS = 12;
    private static final int CALLS = 20;

    @TempDir
    private static Path directory;

    private static @Nullable EmbeddedServer server;
    private static @Nullable Engine engine;

    @BeforeAll
    static void start() throws Exception {
        EmbeddedServerConfig config =
                EmbeddedServerConfig.fleeting(TestServer.installation(), directory.resolve("server"), PASSWORD);
        try (EmbeddedServer first = EmbeddedServer.start(config);
                Connection connection = first.superuser("postgres").getConnection()) {
            Rows.execute(connection, "ALTER SYSTEM SET max_prepared_transactions = 5");
        }
        EmbeddedServer running = EmbeddedServer.start(config);
        server = running;
        new Installer(running.superuser("postgres"), InstallOptions.defaults()).install();
        DatabaseUrl url = new DatabaseUrl(
                "127.0.0.1:" + running.port(), "postgres", EmbeddedServer.SUPERUSER, Optional.of(PASSWORD), Map.of());
        Engine started = Engine.start(TestEngine.config(url, Map.of()));
        engine = started;
        Installer.pointAtEngine(
                running.superuser("postgres"),
                new EngineAddress("127.0.0.1", started.address().getPort()));
        try (Connection connection = connect()) {
            Rows.execute(
                    connection,
                    "CREATE ROLE one IN ROLE tiny_dancer_admin; CREATE ROLE other IN ROLE tiny_dancer_admin;"
                            + " SELECT tiny_dancer.assign_tenant('other', 'other')");
            for (String role : List.of("one", "other")) {
                Rows.execute(connection, "SET ROLE " + role);
                Rows.execute(connection, """
                        SELECT ruvector_register_agent('agent of %s', 'llm', '{code}', avg_latency_ms := 1, quality_score := 1)
                        """.formatted(role));
            }
        }
    }

    @AfterAll
    static void stop() {
        if (engine != null) {
            engine.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private static EmbeddedServer server() {
        return requireNonNull(server);
    }

    private static Connection connect() throws SQLException {
        return server().superuser("postgres").getConnection();
    }

    @Test
    void preparedTransaction_isLoggedWhenItIsCommitted() throws SQLException {
        try (Connection connection = connect()) {
            Rows.execute(connection, "BEGIN");
            String decision = Rows.first(connection, "SELECT decision_id FROM ruvector_route('prepared')")
                    .getFirst();
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + decision + "', true)");
            Rows.execute(connection, "PREPARE TRANSACTION 'a decision'");
            String logged = "SELECT count(*) FROM ruvector_outcomes WHERE decision_id = '" + decision + "'";
            assertThat(Rows.first(connection, logged)).containsExactly("0");

            Rows.execute(connection, "COMMIT PREPARED 'a decision'");

            assertThat(Rows.first(connection, logged)).containsExactly("1");
        }
    }

    /** The catalog tells engines of a change by a notice, which PostgreSQL does not prepare. */
    @Test
    void changeOfTheCatalog_cannotBePrepared() throws SQLException {
        try (Connection connection = connect()) {
            Rows.execute(connection, "BEGIN");
            Rows.execute(connection, "SELECT ruvector_set_budget('all', 1000)");

            assertThat(SqlFailure.of(connection, "PREPARE TRANSACTION 'a budget'")
                            .getSQLState())
                    .isEqualTo("0A000");

            Rows.execute(connection, "ROLLBACK");
            assertThat(Rows.first(connection, "SELECT count(*) FROM pg_prepared_xacts"))
                    .containsExactly("0");
        }
    }

    @Test
    void parallelPlans_decideOnceForEachRow() throws SQLException {
        try (Connection connection = connect()) {
            String always = server().majorVersion() >= 16 ? "debug_parallel_query" : "force_parallel_mode";
            Rows.execute(
                    connection,
                    "CREATE TABLE question AS SELECT 'question ' || n AS text"
                            + " FROM generate_series(1, 2000) AS n; ANALYZE question");
            Rows.execute(
                    connection,
                    "SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0;"
                            + " SET parallel_tuple_cost = 0; SET tiny_dancer.log_decisions = 'sync'; SET " + always
                            + " = on");
            assertThat(Rows.all(connection, "EXPLAIN SELECT count(*) FROM question")
                            .toString())
                    .contains("Parallel");

            assertThat(Rows.first(
                            connection,
                            "SELECT count(*), count(DISTINCT decision_id), min(agent_name) FROM (SELECT * FROM question"
                                    + " LIMIT 100) AS question CROSS JOIN LATERAL ruvector_route(text)"))
                    .containsExactly("100", "100", "agent of one");
            assertThat(Rows.first(
                            connection,
                            "SELECT count(*) FROM ruvector_decisions AS decision JOIN question ON"
                                    + " decision.request_hash = sha256(convert_to(question.text, 'UTF8'))"))
                    .containsExactly("100");
            assertThat(Rows.first(connection, "SELECT sum(total_requests) >= 100 FROM ruvector_routing_analytics()"))
                    .containsExactly("t");
        }
    }

    @Test
    void pgbouncer_inTransactionMode_answersEachClient() throws Exception {
        assumeTrue(Files.isExecutable(PGBOUNCER), "needs Debian's package pgbouncer");
        int port = freePort();
        Process pooler = startPgbouncer(port);
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            Eventually.succeeds(() -> connectThroughPooler(port).close());
            List<Future<Integer>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                clients.add(threads.submit(routing(port, client % 2 == 0 ? "one" : "other")));
            }
            for (Future<Integer> client : clients) {
                assertThat(client.get()).isEqualTo(CALLS);
            }
            try (Connection direct = connect()) {
                assertThat(Integer.parseInt(Rows.first(
                                        direct,
                                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pooled'")
                                .getFirst()))
                        .isBetween(1, POOL);
            }
        } finally {
            pooler.destroy();
            pooler.waitFor();
        }
    }

    /** A client that decides and reports as a role, each time in a transaction of its own; how often it was answered. */
    private static Callable<Integer> routing(int port, String role) {
        return () -> {
            int answered = 0;
            try (Connection connection = connectThroughPooler(port)) {
                for (int call = 0; call < CALLS; call++) {
                    Rows.execute(connection, "BEGIN; SET LOCAL ROLE " + role);
                    List<String> row = Rows.first(
                            connection, "SELECT agent_name, decision_id FROM ruvector_route('call " + call + "')");
                    assertThat(row.getFirst()).isEqualTo("agent of " + role);
                    Rows.execute(connection, "COMMIT");
                    Rows.execute(
                            connection,
                            "BEGIN; SET LOCAL ROLE " + role + "; SELECT ruvector_record_outcome('" + row.getLast()
                                    + "', true); COMMIT");
                    answered++;
                }
            }
            return answered;
        };
    }

    private static Connection connectThroughPooler(int port) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port
                        + "/postgres?preferQueryMode=simple&ApplicationName=pooled&connectTimeout=5",
                "somebody",
                "");
    }

    private static Process startPgbouncer(int port) throws IOException {
        Path settings = directory.resolve("pgbouncer.ini");
        Files.writeString(settings, """
                [databases]
                postgres = host=127.0.0.1 port=%d user=%s password=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = any
                pool_mode = transaction
                default_pool_size = %d
                ignore_startup_parameters = extra_float_digits
                """.formatted(server().port(), EmbeddedServer.SUPERUSER, PASSWORD, port, POOL));
        List<String> command = new ArrayList<>(List.of(PGBOUNCER.toString(), "--quiet"));
        if (System.getProperty("user.name").equals("root")) {
            // It does not run as root, and becomes somebody else when it has read its settings.
            command.add("--user=nobody");
        }
        command.add(settings.toString());
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("pgbouncer.log").toFile())
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }
}
