package dev.tinydancer.postgres.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.functions.ScriptedEngine.Answer;
import dev.tinydancer.postgres.functions.ScriptedEngine.Call;
import dev.tinydancer.postgres.functions.ScriptedEngine.HangUp;
import dev.tinydancer.postgres.functions.ScriptedEngine.Later;
import dev.tinydancer.postgres.functions.ScriptedEngine.Problem;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;
import org.postgresql.util.ServerErrorMessage;

/** The way of a call over the wire, whatever goes wrong on it. */
final class EngineCallIT {

    private static final String ROUTE = "SELECT agent_name FROM ruvector_route('hello')";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;
    private volatile Function<Call, Answer> script = call -> RouteAnswers.choosing("a", call);
    private ScriptedEngine engine;

    @BeforeEach
    void startEngine() throws SQLException, IOException {
        engine = new ScriptedEngine(call -> script.apply(call));
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.decision, tiny_dancer.engine");
        RouteAnswers.pointAt(engine.port(), sql);
    }

    @AfterEach
    void stopEngine() throws SQLException, IOException {
        sql.close();
        engine.close();
    }

    @Test
    void request_hasTheFormOfTheProtocol() throws SQLException, GeneralSecurityException {
        sql.run("SELECT ruvector_register_agent('a', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1)");

        sql.run("SELECT ruvector_route('Grüße \"und\" \\ mehr 🙂', 'cost', max_cost => 0.1, tags => '{t}')");

        Call call = engine.calls().getLast();
        assertThat(call.verb()).isEqualTo("route");
        byte[] key =
                HexFormat.of().parseHex(sql.value("SELECT encode(mac_key, 'hex') FROM tiny_dancer.engine_credential"));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        assertThat(call.mac())
                .isEqualTo(HexFormat.of().formatHex(mac.doFinal(("route " + call.payload()).getBytes(UTF_8))));
        assertThat(field(call, "tenant")).isEqualTo("default");
        assertThat(field(call, "catalog_version"))
                .isEqualTo(sql.value("SELECT version FROM tiny_dancer.catalog_version WHERE tenant = 'default'"));
        assertThat(field(call, "catalog")).isNull();
        assertThat(field(call, "log")).isEqualTo("sync");
        assertThat(field(call, "at"))
                .isBetween(
                        sql.value("SELECT date_part('epoch', now() - interval '1 minute')"),
                        sql.value("SELECT date_part('epoch', now())"));
        assertThat(field(call, "session")).isEqualTo(sql.value("SELECT pg_backend_pid()"));
        assertThat(field(call, "log_requests")).isNull();
        assertThat(field(call, "on_engine_down")).isNull();
        assertThat(field(call, "arguments,request")).isEqualTo("Grüße \"und\" \\ mehr 🙂");
        assertThat(field(call, "arguments,max_cost")).isEqualTo("0.1");
        assertThat(field(call, "arguments,tags")).isEqualTo("[\"t\"]");
        assertThat(field(call, "arguments,min_quality")).isNull();
    }

    @Test
    void notice_isRelayed_atTheCallersLevel() throws SQLException {
        script = call -> RouteAnswers.choosing("a", "only two agents fit", call);

        assertThat(sql.value(ROUTE)).isEqualTo("a");
        assertThat(sql.notices()).containsExactly("only two agents fit");
        sql.run("SET client_min_messages = warning");
        assertThat(sql.value(ROUTE)).isEqualTo("a");
        assertThat(sql.notices()).isEmpty();
    }

    @Test
    void engineError_arrivesWhole_andTheConnectionGoesOn() throws SQLException {
        script = call -> new Problem("TD404", "no agent fits the request", "what was removed", "what would help");

        ServerErrorMessage failure = sql.failure(ROUTE);

        assertThat(failure.getSQLState()).isEqualTo("TD404");
        assertThat(failure.getMessage()).isEqualTo("no agent fits the request");
        assertThat(failure.getDetail()).isEqualTo("what was removed");
        assertThat(failure.getHint()).isEqualTo("what would help");
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.decision")).isEqualTo("0");
        script = call -> RouteAnswers.choosing("a", call);
        assertThat(sql.value(ROUTE)).isEqualTo("a");
        assertThat(engine.calls()).hasSize(2);
    }

    @Test
    void otherCatalog_isSentAsTheCallerSeesIt() throws SQLException {
        script = call -> call.payload().contains("\"catalog\" : null")
                ? RouteAnswers.otherCatalog()
                : RouteAnswers.choosing("own", call);

        sql.run("BEGIN");
        sql.run("SELECT ruvector_register_agent('own', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1)");
        assertThat(sql.value(ROUTE)).isEqualTo("own");
        String version = sql.value("SELECT version FROM tiny_dancer.catalog_version WHERE tenant = 'default'");
        sql.run("ROLLBACK");

        Call second = engine.calls().getLast();
        assertThat(engine.calls()).hasSize(2);
        assertThat(field(second, "catalog,version")).isEqualTo(version).isEqualTo(field(second, "catalog_version"));
        assertThat(second.payload()).contains("\"name\" : \"own\"");
    }

    @Test
    void otherCatalog_twice_isAnError() throws SQLException {
        script = call -> RouteAnswers.otherCatalog();

        assertThat(sql.failure(ROUTE).getSQLState()).isEqualTo("TD409");
        assertThat(engine.calls()).hasSize(2);
        script = call -> RouteAnswers.choosing("a", call);
        assertThat(sql.value(ROUTE)).isEqualTo("a");
    }

    @Test
    void restartedEngine_isFoundAgain_withoutAWord() throws SQLException, IOException {
        assertThat(sql.value(ROUTE)).isEqualTo("a");
        engine.dropConnections();
        script = call -> RouteAnswers.choosing("b", call);

        sql.run("BEGIN");
        sql.run("CREATE TEMP TABLE kept AS SELECT 1");
        assertThat(sql.value(ROUTE)).isEqualTo("b");
        assertThat(sql.notices()).isEmpty();
        assertThat(sql.value("SELECT count(*) FROM kept")).isEqualTo("1");
        sql.run("COMMIT");
    }

    @Test
    void engineThatDiesInTheMiddle_isAskedOnceMore_withTheSameDecision() throws SQLException {
        sql.run(ROUTE);
        script = call -> engine.calls().size() == 2 ? new HangUp() : RouteAnswers.choosing("a", call);

        assertThat(sql.value(ROUTE)).isEqualTo("a");

        assertThat(engine.calls()).hasSize(3);
        assertThat(RouteAnswers.decisionId(engine.calls().get(2)))
                .isEqualTo(RouteAnswers.decisionId(engine.calls().get(1)));
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.decision WHERE decision_id = '"
                        + RouteAnswers.decisionId(engine.calls().get(2)) + "'"))
                .isEqualTo("1");
    }

    @Test
    void engineThatDiesTwice_isAnError_andTheNextCallWorks() throws SQLException {
        sql.run(ROUTE);
        script = call -> new HangUp();

        assertThat(sql.failure(ROUTE).getSQLState()).isEqualTo("TD503");

        assertThat(engine.calls()).hasSize(3);
        script = call -> RouteAnswers.choosing("a", call);
        assertThat(sql.value(ROUTE)).isEqualTo("a");
    }

    @Test
    void engineDown_saysWhatWasTriedAndWhatHelps() throws SQLException, IOException {
        int port = engine.port();
        engine.close();

        ServerErrorMessage failure = sql.failure(ROUTE);

        assertThat(failure.getSQLState()).isEqualTo("TD503");
        assertThat(failure.getDetail()).contains("host 127.0.0.1, port " + port);
        assertThat(failure.getHint()).contains("./tiny-dancer up", "./tiny-dancer serve");
        engine = new ScriptedEngine(call -> RouteAnswers.choosing("back", call));
        RouteAnswers.pointAt(engine.port(), sql);
        assertThat(sql.value(ROUTE)).isEqualTo("back");
    }

    @Test
    void silentEngine_isGivenUpAtTheDeadline_andHeardAgainLater() throws SQLException {
        CountDownLatch latch = new CountDownLatch(1);
        script = call -> new Later(latch, RouteAnswers.choosing("late", call));
        sql.run("SET tiny_dancer.deadline_ms = 300");

        long start = System.nanoTime();
        ServerErrorMessage failure = sql.failure(ROUTE);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(Duration.ofMillis(300), PATIENCE);
        assertThat(failure.getSQLState()).isEqualTo("TD503");
        assertThat(failure.getDetail()).contains("300 ms");

        // Still silent: not asked again, and no new connection, which could hang for ever.
        assertThat(sql.failure(ROUTE).getSQLState()).isEqualTo("TD503");
        assertThat(engine.calls()).hasSize(1);

        script = call -> RouteAnswers.choosing("now", call);
        latch.countDown();
        sql.run("SET tiny_dancer.deadline_ms = 10000");
        assertThat(sql.value(ROUTE)).isEqualTo("now");
        assertThat(sql.notices()).isEmpty();
    }

    @Test
    void statementTimeout_endsTheCall_andTheNextOneGetsItsOwnAnswer() throws SQLException {
        CountDownLatch latch = new CountDownLatch(1);
        script = call -> new Later(latch, RouteAnswers.choosing("abandoned", call));
        sql.run("SET tiny_dancer.deadline_ms = 20000");
        sql.run("SET statement_timeout = 200");

        long start = System.nanoTime();
        assertThat(sql.failure(ROUTE).getSQLState()).isEqualTo("57014");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));

        sql.run("RESET statement_timeout");
        script = call -> RouteAnswers.choosing("own", call);
        latch.countDown();
        assertThat(sql.value(ROUTE)).isEqualTo("own");
    }

    @Test
    void withoutADeadline_theStatementTimeoutEndsTheCall() throws SQLException {
        CountDownLatch latch = new CountDownLatch(1);
        script = call -> new Later(latch, RouteAnswers.choosing("abandoned", call));
        // It is alive, though it does not answer.
        sql.run(
                "INSERT INTO tiny_dancer.engine VALUES (gen_random_uuid(), '1', 'h:1', now(), now() + interval '1 hour')");
        sql.run("SET tiny_dancer.deadline_ms = 0");
        sql.run("SET statement_timeout = 200");

        assertThat(sql.failure(ROUTE).getSQLState()).isEqualTo("57014");

        sql.run("RESET statement_timeout");
        script = call -> RouteAnswers.choosing("own", call);
        assertThat(sql.value(ROUTE)).isEqualTo("own");
        latch.countDown();
        assertThat(sql.value(ROUTE)).isEqualTo("own");
    }

    @Test
    void cancel_endsTheCall() throws SQLException, InterruptedException, ExecutionException, TimeoutException {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        script = call -> {
            asked.countDown();
            return new Later(never, RouteAnswers.choosing("late", call));
        };
        sql.run("SET tiny_dancer.deadline_ms = 60000");
        CompletableFuture<String> state = CompletableFuture.supplyAsync(() -> {
            try {
                return sql.failure(ROUTE).getSQLState();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        sql.connection().unwrap(PGConnection.class).cancelQuery();

        assertThat(state.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("57014");
        never.countDown();
    }

    @Test
    void deadlineOverrunWhileAnEngineIsAlive_saysThatItWasTooShort() throws SQLException {
        CountDownLatch latch = new CountDownLatch(1);
        script = call -> new Later(latch, RouteAnswers.choosing("late", call));
        sql.run(
                "INSERT INTO tiny_dancer.engine VALUES (gen_random_uuid(), '1', 'h:1', now(), now() + interval '1 hour')");
        sql.run("SET tiny_dancer.deadline_ms = 100");

        ServerErrorMessage failure = sql.failure(ROUTE);
        latch.countDown();

        assertThat(failure.getDetail())
                .isEqualTo("Waited 100 ms; an engine is alive, and the deadline was too short for this call.");
        assertThat(failure.getHint()).startsWith("SET tiny_dancer.deadline_ms = 500 gives calls more time");
    }

    @Test
    void batch_mayTakeLongerTheMoreRequestsItHas() throws SQLException {
        CountDownLatch latch = new CountDownLatch(1);
        script = call -> new Later(latch, RouteAnswers.choosing("late", call));
        sql.run("SET tiny_dancer.deadline_ms = 100");

        ServerErrorMessage failure =
                sql.failure("SELECT * FROM ruvector_batch_route(array_fill('x'::text, ARRAY[150]))");
        latch.countDown();

        assertThat(failure.getDetail()).startsWith("Waited 400 ms");
    }

    @Test
    void deadline_invalid_isNamed() throws SQLException {
        for (String value : new String[] {"-1", "0.5", "soon", "10000000"}) {
            sql.run("SET tiny_dancer.deadline_ms = '" + value + "'");

            ServerErrorMessage failure = sql.failure(ROUTE);

            assertThat(failure.getSQLState()).isEqualTo("22023");
            assertThat(failure.getMessage())
                    .startsWith("tiny_dancer.deadline_ms")
                    .endsWith("got " + value);
        }
        assertThat(engine.calls()).isEmpty();
    }

    @Test
    void largeRequest_arrivesWhole() throws SQLException {
        assertThat(sql.value("SELECT agent_name FROM ruvector_route(repeat('ä', 1000000))"))
                .isEqualTo("a");

        assertThat(field(engine.calls().getLast(), "arguments,request")).isEqualTo("ä".repeat(1_000_000));
    }

    private String field(Call call, String path) throws SQLException {
        try (var statement = sql.connection().prepareStatement("SELECT ?::jsonb #>> ?::text[]")) {
            statement.setString(1, call.payload());
            statement.setString(2, "{" + path + "}");
            try (var row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }
}
