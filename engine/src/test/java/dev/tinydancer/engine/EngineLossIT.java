package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.EngineProcess;
import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.util.ServerErrorMessage;

/** What sessions see of an engine that hangs, dies, comes back or is not there. */
@Timeout(180)
final class EngineLossIT {

    private static final String ROUTE = "SELECT agent_name FROM ruvector_route('Hello')";

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private static DatabaseUrl url;

    /** One after the other; a test that ends it without need of another leaves that to the next. */
    private static EngineProcess engine;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @BeforeAll
    static void registerAnAgent() throws Exception {
        url = database.engineUrl();
        try (Connection connection = database.connect()) {
            Rows.execute(connection, """
                    SELECT ruvector_register_agent('only', 'llm', ARRAY['all'], cost_per_1k_tokens := 0.01,
                        avg_latency_ms := 100, quality_score := 0.9)""");
        }
        engine = EngineProcess.start(url, 0);
    }

    @BeforeEach
    void startEngine() throws Exception {
        if (engine.isRunning()) {
            // A test that failed may have left it as it was.
            engine.resume();
        } else {
            engine = EngineProcess.start(url, engine.port());
        }
        database.pointAtEngine(engine.port());
    }

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @AfterAll
    static void stopEngine() {
        engine.close();
    }

    @Test
    void engineKilledBetweenTwoCalls_andBack_isNotNoticed() throws Exception {
        try (Connection connection = database.connect()) {
            assertThat(route(connection)).isEqualTo("only");
            engine.kill();
            engine = EngineProcess.start(url, engine.port());
            assertThat(route(connection)).isEqualTo("only");
        }
    }

    @Test
    void engineKilledBetweenTwoCallsOfATransaction_keepsTheTransaction() throws Exception {
        try (Connection connection = database.connect()) {
            connection.setAutoCommit(false);
            Rows.execute(connection, "CREATE TEMPORARY TABLE written_before (n int)");
            Rows.execute(connection, "INSERT INTO written_before VALUES (1)");
            assertThat(route(connection)).isEqualTo("only");
            engine.kill();
            engine = EngineProcess.start(url, engine.port());
            assertThat(route(connection)).isEqualTo("only");
            assertThat(Rows.first(connection, "SELECT n FROM written_before")).containsExactly("1");
        }
    }

    @Test
    void engineKilledInTheMiddleOfACall_whileAnotherAnswers_isNotNoticed() throws Exception {
        try (EngineProcess other = EngineProcess.start(url, 0);
                Connection connection = database.connect()) {
            // The session is to begin with the one that will be killed; before 16 it does anyway.
            Rows.execute(connection, """
                    SELECT tiny_dancer.set_engine_address('127.0.0.1,127.0.0.1', '%d,%d',
                        CASE WHEN current_setting('server_version_num')::int >= 160000
                             THEN '{"load_balance_hosts": "disable"}'::jsonb ELSE '{}' END)""".formatted(engine.port(), other.port()));
            assertThat(route(connection)).isEqualTo("only");
            Rows.execute(connection, "SET tiny_dancer.deadline_ms = 60000");
            engine.suspend();
            Future<String> answer = threads.submit(() -> route(connection));
            awaitCall(answer);
            engine.kill();
            assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("only");
        }
    }

    @Test
    void engineDown_isToldWithinTheDeadline() throws Exception {
        try (Connection connection = database.connect()) {
            engine.kill();
            long start = System.nanoTime();
            ServerErrorMessage error = SqlFailure.of(connection, ROUTE);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
            assertThat(error.getSQLState()).isEqualTo("TD503");
            assertThat(error.getDetail()).contains("127.0.0.1", Integer.toString(engine.port()));
            assertThat(error.getHint()).contains("tiny-dancer up", "tiny_dancer.on_engine_down");
        }
    }

    @Test
    void engineDown_withFallback_choosesByTheRegisteredFigures_andSaysSo() throws Exception {
        try (Connection connection = database.connect()) {
            assertThat(route(connection)).isEqualTo("only");
            engine.kill();
            Rows.execute(connection, "SET tiny_dancer.on_engine_down = 'fallback'");
            assertThat(Rows.first(connection, "SELECT agent_name, reasoning FROM ruvector_route('Hello')"))
                    .satisfiesExactly(
                            agent -> assertThat(agent).isEqualTo("only"),
                            reasoning -> assertThat(reasoning).contains("no engine answered"));
            engine = EngineProcess.start(url, engine.port());
            assertThat(Rows.first(connection, "SELECT reasoning FROM ruvector_route('Hello')")
                            .getFirst())
                    .doesNotContain("no engine answered");
        }
    }

    @Test
    void engineThatHangs_isGivenUpAtTheDeadline_andTheSessionHealsWhenItAnswersAgain() throws Exception {
        try (Connection connection = database.connect()) {
            assertThat(route(connection)).isEqualTo("only");
            Rows.execute(connection, "SET tiny_dancer.deadline_ms = 300");
            engine.suspend();
            ServerErrorMessage error = SqlFailure.of(connection, ROUTE);
            assertThat(error.getSQLState()).isEqualTo("TD503");
            assertThat(error.getDetail()).contains("300 ms");
            engine.resume();
            Rows.execute(connection, "RESET tiny_dancer.deadline_ms");
            assertThat(route(connection)).isEqualTo("only");
        }
    }

    /** A busy engine is not made busier by all whom it kept waiting. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void answerThatCameTooLate_isDropped_andTheConnectionKept() throws Exception {
        try (Connection connection = database.connect()) {
            assertThat(route(connection)).isEqualTo("only");
            Set<String> sockets = socketsOf(backendOf(connection));
            for (String limit : List.of("tiny_dancer.deadline_ms", "statement_timeout")) {
                Rows.execute(connection, "SET " + limit + " = 300");
                engine.suspend();
                assertThat(SqlFailure.of(connection, "SELECT agent_name FROM ruvector_route('Too late')")
                                .getSQLState())
                        .isIn("TD503", "57014");
                engine.resume();
                Rows.execute(connection, "RESET " + limit);
                // What was late was of another kind.
                assertThat(Rows.first(connection, """
                                SELECT ruvector_classify_request('Translate "good morning" to French') ->> 'top_category'""")).containsExactly("translation");
                assertThat(route(connection)).isEqualTo("only");
            }
            assertThat(socketsOf(backendOf(connection))).isEqualTo(sockets);
        }
    }

    @Test
    void engineThatHangs_keepsNoSessionWaitingForItsConnection() throws Exception {
        try (Connection before = database.connect();
                Connection after = database.connect()) {
            assertThat(route(before)).isEqualTo("only");
            Rows.execute(before, "SET tiny_dancer.deadline_ms = 300");
            engine.suspend();
            assertThat(SqlFailure.of(before, ROUTE).getDetail()).contains("300 ms");
            Eventually.succeeds(() -> assertThat(Rows.first(
                            after, "SELECT max(seen_at) < now() - interval '5 seconds' FROM tiny_dancer.engine"))
                    .containsExactly("t"));

            // Its kernel would take the connection, and nobody would ever greet.
            for (Connection connection : List.of(before, after)) {
                ServerErrorMessage error = SqlFailure.of(connection, ROUTE);
                assertThat(error.getSQLState()).isEqualTo("TD503");
                assertThat(error.getDetail()).startsWith("No engine has shown itself alive since");
                Rows.execute(connection, "SET tiny_dancer.on_engine_down = 'fallback'");
                assertThat(route(connection)).isEqualTo("only");
                Rows.execute(connection, "RESET tiny_dancer.on_engine_down");
            }

            engine.resume();
            Eventually.succeeds(() -> assertThat(route(after)).isEqualTo("only"));
            assertThat(route(before)).isEqualTo("only");
        }
    }

    @Test
    void statementTimeout_endsACall_andTheSessionGoesOn() throws Exception {
        try (Connection connection = database.connect()) {
            assertThat(route(connection)).isEqualTo("only");
            engine.suspend();
            Rows.execute(connection, "SET tiny_dancer.deadline_ms = 60000");
            Rows.execute(connection, "SET statement_timeout = 200");
            assertThat(SqlFailure.of(connection, ROUTE).getSQLState()).isEqualTo("57014");
            Rows.execute(connection, "RESET statement_timeout");
            engine.resume();
            assertThat(route(connection)).isEqualTo("only");
        }
    }

    @Test
    void pgCancelBackend_endsACall_andTheSessionGoesOn() throws Exception {
        try (Connection connection = database.connect();
                Connection other = database.connect()) {
            assertThat(route(connection)).isEqualTo("only");
            String backend = backendOf(connection);
            engine.suspend();
            Rows.execute(connection, "SET tiny_dancer.deadline_ms = 60000");
            Future<ServerErrorMessage> error = threads.submit(() -> SqlFailure.of(connection, ROUTE));
            awaitCall(error);
            assertThat(Rows.first(other, "SELECT pg_cancel_backend(" + backend + ")"))
                    .containsExactly("t");
            assertThat(error.get(60, TimeUnit.SECONDS).getSQLState()).isEqualTo("57014");
            engine.resume();
            assertThat(route(connection)).isEqualTo("only");
        }
    }

    @Test
    void engineTerminated_exitsCleanly_andTakesItsRowAway() throws Exception {
        try (Connection connection = database.connect()) {
            // Engines that were killed have left rows; this one makes its own again.
            Rows.execute(connection, "DELETE FROM tiny_dancer.engine");
            Eventually.succeeds(() -> assertThat(engines(connection)).isEqualTo("1"));
            // 128 + SIGTERM: the JVM ran its shutdown hooks to the end.
            assertThat(engine.terminate()).isEqualTo(143);
            assertThat(engines(connection)).isEqualTo("0");
        }
    }

    @Test
    void databaseRestartsItsConnections_andTheEngineFollows() throws Exception {
        try (Connection connection = database.connect()) {
            assertThat(route(connection)).isEqualTo("only");
            Rows.execute(connection, """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'tiny-dancer-engine'""");
            Rows.execute(connection, "SELECT ruvector_set_agent_active('only', false)");
            assertThat(SqlFailure.of(connection, ROUTE).getSQLState()).isEqualTo("TD404");
            Rows.execute(connection, "SELECT ruvector_set_agent_active('only', true)");
            assertThat(route(connection)).isEqualTo("only");
        }
    }

    private static String route(Connection connection) throws SQLException {
        return Rows.first(connection, ROUTE).getFirst();
    }

    private static String backendOf(Connection connection) throws SQLException {
        return Rows.first(connection, "SELECT pg_backend_pid()").getFirst();
    }

    /** As Linux names them. */
    private static Set<String> socketsOf(String process) throws IOException {
        Set<String> sockets = new HashSet<>();
        try (DirectoryStream<Path> handles = Files.newDirectoryStream(Path.of("/proc", process, "fd"))) {
            for (Path handle : handles) {
                String target = Files.readSymbolicLink(handle).toString();
                if (target.startsWith("socket:")) {
                    sockets.add(target);
                }
            }
        }
        return sockets;
    }

    private static String engines(Connection connection) throws SQLException {
        return Rows.first(connection, "SELECT count(*) FROM tiny_dancer.engine").getFirst();
    }

    /** Returns when the call waits for the engine; it must not be over before. */
    private static void awaitCall(Future<?> call) throws SQLException {
        try (Connection observer = database.connect()) {
            Eventually.succeeds(() -> {
                if (call.isDone()) {
                    throw new IllegalStateException("the call is over: " + call);
                }
                assertThat(Rows.all(observer, """
                                SELECT wait_event FROM pg_stat_activity
                                WHERE datname = current_database() AND query LIKE '%ruvector_route%'
                                  AND wait_event = 'PgSleep'""")).hasSize(1);
            });
        }
    }
}
