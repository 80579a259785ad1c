package dev.tinydancer.postgres.functions;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.functions.ScriptedEngine.Rows;
import dev.tinydancer.postgres.functions.ScriptedEngine.Value;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** ruvector_route and its like while an engine answers. */
final class RouteFunctionIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;
    private ScriptedEngine engine;

    @BeforeEach
    void startEngine() throws SQLException, IOException {
        engine = new ScriptedEngine(call -> switch (call.verb()) {
            case "route" -> RouteAnswers.choosing("a", call);
            case "explain_route" ->
                new Rows(
                        "explained",
                        List.of("(a,t,,0.9,3,0.01,100,0.8,best)", "(b,f,max_cost 1,0.8,0,2,50,,\"too, dear\")"));
            case "classify_request" -> new Value(null, "{\"top_category\": \"code\"}", null);
            case "classify_capabilities" -> new Rows(null, List.of("(code,0.9)", "(testing,0.6)"));
            case "embed" -> new Value(null, "{0.6,0.8}", null);
            case "status" -> new Value(null, "(1.2,7,,\"{\\\"m\\\": 1}\",simd 512,PT1M30S,)", null);
            default -> throw new AssertionError(call.verb());
        });
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.decision, tiny_dancer.agent, tiny_dancer.engine");
        RouteAnswers.pointAt(engine.port(), sql);
    }

    @AfterEach
    void stopEngine() throws SQLException, IOException {
        sql.close();
        engine.close();
    }

    @Test
    void route_returnsAndLogsTheDecision() throws SQLException {
        Instant before = Instant.now();

        List<@Nullable String> row = sql.rows("SELECT * FROM ruvector_route('hello', 'cost', tags => '{x,y}')")
                .getFirst();

        UUID decision = UUID.fromString(row.get(6));
        assertThat(row)
                .containsExactly(
                        "a",
                        "0.9",
                        "0.002",
                        "1500",
                        "0.85",
                        "the best of 2",
                        decision.toString(),
                        "[{\"agent_name\": \"other\"}]",
                        "1");
        assertThat(decision.version()).isEqualTo(7);
        assertThat(decision.variant()).isEqualTo(2);
        Instant decided = Instant.ofEpochMilli(decision.getMostSignificantBits() >>> 16);
        assertThat(decided).isBetween(before.minusMillis(1), before.plus(Duration.ofMinutes(1)));
        assertThat(sql.rows("""
                SELECT tenant, decided_at = to_timestamp(%d / 1000.0), decision_id, agent, fallback, optimize_for, category,
                       confidence, estimated_cost, estimated_latency_ms, expected_quality, input_tokens, output_tokens,
                       reasoning, tiny_dancer.alternatives_of(next_agents, alternatives), tags, request_hash = sha256('hello'), request, embedding,
                       probability, difficulty, cost_of_best, cost_of_dearest,
                       tableoid::regclass::text = 'tiny_dancer.decision_' || to_char(decided_at AT TIME ZONE 'UTC', 'YYYYMMDD')
                FROM tiny_dancer.decision
                """.formatted(decided.toEpochMilli())))
                .containsExactly(asList(
                        "default",
                        "t",
                        decision.toString(),
                        "a",
                        "f",
                        "cost",
                        "code",
                        "0.9",
                        "0.002",
                        "1500",
                        "0.85",
                        "12",
                        "300",
                        "the best of 2",
                        "[{\"utility\": 0.7, \"agent_name\": \"other\", \"estimated_cost\": 0.001, "
                                + "\"expected_quality\": 0.8, \"estimated_latency_ms\": 900}]",
                        "{x,y}",
                        "t",
                        null,
                        RouteAnswers.EMBEDDING,
                        "0.95",
                        "-1.5",
                        "0.01",
                        "0.02",
                        "t"));
    }

    @Test
    void route_rolledBack_leavesNoLog() throws SQLException {
        sql.run("BEGIN");
        sql.run("SELECT ruvector_route('hello')");
        sql.run("ROLLBACK");

        assertThat(logged()).isEqualTo("0");
    }

    @Test
    void logDecisions_asyncAndOff_leaveItToTheEngine() throws SQLException {
        sql.run("SET tiny_dancer.log_decisions = async");
        sql.run("SELECT ruvector_route('hello')");
        assertThat(engine.calls().getLast().payload()).contains("\"log\" : \"async\"");
        sql.run("SET tiny_dancer.log_decisions = off");
        sql.run("SELECT ruvector_route('hello')");
        assertThat(engine.calls().getLast().payload()).contains("\"log\" : \"off\"");

        assertThat(logged()).isEqualTo("0");
    }

    @Test
    void logRequests_keepsTheText() throws SQLException {
        sql.run("SET tiny_dancer.log_requests = on");
        sql.run("SELECT ruvector_route('hello')");

        assertThat(sql.value("SELECT request FROM tiny_dancer.decision")).isEqualTo("hello");
        assertThat(engine.calls().getLast().payload()).contains("\"log_requests\" : \"on\"");
    }

    @Test
    void route_inReadOnlyTransaction_skipsTheLog() throws SQLException {
        sql.run("BEGIN READ ONLY");
        assertThat(sql.value("SELECT agent_name FROM ruvector_route('hello')")).isEqualTo("a");
        sql.run("COMMIT");

        assertThat(logged()).isEqualTo("0");
        assertThat(engine.calls().getLast().payload()).contains("\"log\" : \"off\"");
    }

    @Test
    void route_ofATenant_isItsOwn() throws SQLException {
        try (SqlSession tenant = new SqlSession(database.connectAsUser())) {
            sql.run("INSERT INTO tiny_dancer.tenant_role VALUES ('" + tenant.value("SELECT session_user")
                    + "', 'acme')");
            tenant.run("SELECT ruvector_route('hello')");
        }

        assertThat(engine.calls().getLast().payload()).contains("\"tenant\" : \"acme\"", "\"catalog_version\" : 0");
        assertThat(sql.value("SELECT tenant FROM tiny_dancer.decision")).isEqualTo("acme");
    }

    @Test
    void parameters_resetAreAsIfNeverSet() throws SQLException {
        sql.run("SET tiny_dancer.log_decisions = off");
        sql.run("RESET tiny_dancer.log_decisions");
        sql.run("SELECT ruvector_route('x')");

        assertThat(logged()).isEqualTo("1");
    }

    @Test
    void positionalAndNamedNotation_agree() throws SQLException {
        sql.run("SELECT ruvector_route('x', 'cost', '{c}', 1, 2, 0.5, '{e}', 3, '{t}', 4)");
        sql.run("SELECT ruvector_route(expected_output_tokens => 4, tags => '{t}', budget_remaining => 3,"
                + " excluded_agents => '{e}', min_quality => 0.5, max_latency_ms => 2, max_cost => 1,"
                + " required_capabilities => '{c}', optimize_for => 'cost', request => 'x')");

        assertThat(arguments(0)).isEqualTo(arguments(1));
    }

    @Test
    void explain_relaysEveryRow_andLogsNothing() throws SQLException {
        assertThat(sql.rows("SELECT * FROM ruvector_explain_route('hello')"))
                .containsExactly(
                        asList("a", "t", null, "0.9", "3", "0.01", "100", "0.8", "best"),
                        asList("b", "f", "max_cost 1", "0.8", "0", "2", "50", null, "too, dear"));
        assertThat(sql.notices()).containsExactly("explained");
        assertThat(logged()).isEqualTo("0");
    }

    @Test
    void classifyAndEmbed_inOneStatement() throws SQLException {
        assertThat(sql.value("SELECT ruvector_classify_request('x') ->> 'top_category'"))
                .isEqualTo("code");
        assertThat(sql.rows("SELECT * FROM ruvector_classify_capabilities('x')"))
                .containsExactly(List.of("code", "0.9"), List.of("testing", "0.6"));
        assertThat(sql.column("SELECT ruvector_embed(word) FROM unnest('{a,b}'::text[]) AS word"))
                .containsExactly("{0.6,0.8}", "{0.6,0.8}");
    }

    @Test
    void status_addsWhatTheTablesKnow() throws SQLException {
        sql.run("SELECT ruvector_register_agent('a', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1)");
        sql.run(
                "INSERT INTO tiny_dancer.engine VALUES (gen_random_uuid(), '1', 'h:1', now(), now()),"
                        + " (gen_random_uuid(), '1', 'h:2', now(), now()), (gen_random_uuid(), '1', 'h:3', now(), now() - interval '1 minute')");

        assertThat(sql.rows("SELECT * FROM ruvector_engine_status()"))
                .containsExactly(List.of("1.2", "7", "2", "{\"m\": 1}", "simd 512", "00:01:30", "{\"a\": \"closed\"}"));
    }

    private @Nullable String logged() throws SQLException {
        return sql.value("SELECT count(*) FROM tiny_dancer.decision");
    }

    private String arguments(int call) {
        String payload = engine.calls().get(call).payload();
        return payload.substring(payload.indexOf("\"arguments\""));
    }
}
