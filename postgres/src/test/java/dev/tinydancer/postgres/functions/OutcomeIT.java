package dev.tinydancer.postgres.functions;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.ServerErrorMessage;

final class OutcomeIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.agent, tiny_dancer.decision, tiny_dancer.outcome");
        sql.run("SELECT ruvector_register_agent('a', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1)");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void record_keepsEveryFigure() throws SQLException {
        String decision = decide("now()");

        assertThat(sql.value(
                        "SELECT ruvector_record_outcome('" + decision + "', true, 1200, 0.02, 10, 20, 0.9, 'none')"))
                .isEqualTo("t");

        assertThat(sql.notices()).isEmpty();
        assertThat(sql.rows("""
                SELECT o.tenant, o.decided_at = d.decided_at, o.agent, o.success, o.latency_ms, o.cost, o.input_tokens,
                       o.output_tokens, o.quality, o.error
                FROM tiny_dancer.outcome AS o JOIN tiny_dancer.decision AS d USING (decision_id)
                """))
                .containsExactly(List.of("default", "t", "a", "t", "1200", "0.02", "10", "20", "0.9", "none"));
    }

    @Test
    void record_again_completesWhatIsKnown() throws SQLException {
        String decision = decide("now()");
        sql.run("SELECT ruvector_record_outcome('" + decision + "', true, 1200, 0.02, 10, 20, error => 'slow',"
                + " cached_input_tokens => 4, cache_write_tokens => 6, reasoning_tokens => 20)");
        List<@Nullable String> first =
                sql.rows("SELECT xid, recorded_at FROM tiny_dancer.outcome").getFirst();

        assertThat(sql.value("SELECT ruvector_record_outcome('" + decision + "', true, quality => 0.9)"))
                .isEqualTo("f");
        assertThat(sql.value("SELECT ruvector_record_outcome('" + decision + "', true, latency_ms => 1300)"))
                .isEqualTo("f");

        assertThat(sql.notices()).isEmpty();
        assertThat(sql.rows("""
                SELECT success, latency_ms, cost, input_tokens, output_tokens, quality, error, cached_input_tokens,
                       cache_write_tokens, reasoning_tokens, agent, kind
                FROM tiny_dancer.outcome"""))
                .containsExactly(asList("t", "1300", "0.02", "10", "20", "0.9", "slow", "4", "6", "20", "a", null));
        assertThat(sql.rows("SELECT xid > '" + first.get(0) + "'::xid8, recorded_at = '" + first.get(1)
                        + "', completed_at > recorded_at FROM tiny_dancer.outcome"))
                .containsExactly(List.of("t", "t", "t"));
    }

    @Test
    void record_again_withReplace_replacesAndSaysSo() throws SQLException {
        String decision = decide("now()");
        sql.run("SELECT ruvector_record_outcome('" + decision + "', true, 1200, 0.02, 10, 20, 0.9, kind => 'success')");
        String firstTransaction = sql.value("SELECT xid FROM tiny_dancer.outcome");

        assertThat(sql.value("SELECT ruvector_record_outcome('" + decision
                        + "', false, error => 'timeout', replace => true)"))
                .isEqualTo("f");

        assertThat(sql.notices()).containsExactly("decision " + decision + " had an outcome, which is replaced");
        assertThat(sql.rows(
                        "SELECT success, latency_ms, cost, input_tokens, output_tokens, quality, error, kind, agent,"
                                + " xid > '" + firstTransaction + "'::xid8, completed_at FROM tiny_dancer.outcome"))
                .containsExactly(asList("f", null, null, null, null, null, "timeout", null, "a", "t", null));
    }

    /** A kind stays with the success that it was reported with, and a pause with its kind. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            false, kind => 'timeout'                                | false                           | timeout      | -
            false, kind => 'timeout'                                | true                            | -            | -
            false, kind => 'timeout'                                | false, kind => 'wrong'          | wrong        | -
            true, kind => 'success'                                 | false                           | -            | -
            true                                                    | true, kind => 'success'         | success      | -
            false, kind => 'rate_limited', retry_after_ms => 100    | false, error => '429'           | rate_limited | 100
            false, kind => 'rate_limited', retry_after_ms => 100    | false, retry_after_ms => 200    | rate_limited | 200
            false, kind => 'rate_limited', retry_after_ms => 100    | false, kind => 'failed'         | failed       | -
            false, kind => 'rate_limited', retry_after_ms => 100    | true                            | -            | -
            false, kind => 'rate_limited', retry_after_ms => 100    | false, kind => NULL, replace => true | -       | -
            """)
    void record_again_keepsTheKindThatStillAgrees(
            String first, String second, @Nullable String kind, @Nullable String pause) throws SQLException {
        String decision = decide("now()");
        sql.run("SELECT ruvector_record_outcome('" + decision + "', " + first + ")");
        sql.run("SELECT ruvector_record_outcome('" + decision + "', " + second + ")");

        assertThat(sql.rows("SELECT kind, retry_after_ms FROM tiny_dancer.outcome"))
                .containsExactly(asList(kind, pause));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            input_tokens => 5       | cached_input_tokens => 6 | cached_input_tokens must be at most input_tokens, which include them and are 5, got 6
            cached_input_tokens => 6 | input_tokens => 5       | cached_input_tokens must be at most input_tokens, which include them and are 5, got 6
            input_tokens => 5, cached_input_tokens => 2 | cache_write_tokens => 4 | cache_write_tokens must be at most input_tokens less cached_input_tokens, which is 3, got 4
            output_tokens => 5      | reasoning_tokens => 6    | reasoning_tokens must be at most output_tokens, which include them and are 5, got 6
            quality => 0            | retry_after_ms => 1      | retry_after_ms is for kind := 'rate_limited' only, got 1
            """)
    void record_again_thatDoesNotFitTheFirst_isAnError(String first, String second, String message)
            throws SQLException {
        String decision = decide("now()");
        sql.run("SELECT ruvector_record_outcome('" + decision + "', false, " + first + ")");

        ServerErrorMessage failure =
                sql.failure("SELECT ruvector_record_outcome('" + decision + "', false, " + second + ")");

        assertThat(failure.getSQLState()).isEqualTo("22023");
        assertThat(failure.getMessage()).isEqualTo(message);
        assertThat(sql.value("SELECT completed_at FROM tiny_dancer.outcome")).isNull();
    }

    /** A judge and the application may report at the same moment; neither is lost. */
    @Test
    void record_byTwoSessionsAtOnce_keepsBoth() throws Exception {
        String decision = decide("now()");
        try (SqlSession judge = new SqlSession(database.connect());
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            sql.run("BEGIN");
            sql.run("SELECT ruvector_record_outcome('" + decision + "', true, latency_ms => 1200)");
            Future<String> second = other.submit(
                    () -> judge.text("SELECT ruvector_record_outcome('" + decision + "', true, quality => 0.9)"));
            sql.run("COMMIT");

            assertThat(second.get()).isEqualTo("f");
        }
        assertThat(sql.rows("SELECT latency_ms, quality FROM tiny_dancer.outcome"))
                .containsExactly(List.of("1200", "0.9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gen_random_uuid()", "tiny_dancer.new_decision_id(now())"})
    void record_unknownDecision_isAnError(String decision) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_record_outcome(" + decision + ", true)");

        assertThat(failure.getSQLState()).isEqualTo("22023");
        assertThat(failure.getMessage()).matches("decision_id [-0-9a-f]{36} is not in the log");
        assertThat(failure.getHint()).contains("tiny_dancer.log_decisions");
    }

    @Test
    void record_decisionOfAnotherTenant_isUnknown() throws SQLException {
        String decision = decide("now()");
        try (SqlSession tenant = new SqlSession(database.connectAsUser())) {
            sql.run("INSERT INTO tiny_dancer.tenant_role VALUES ('" + tenant.value("SELECT session_user")
                    + "', 'acme')");

            assertThat(tenant.failure("SELECT ruvector_record_outcome('" + decision + "', true)")
                            .getMessage())
                    .endsWith("is not in the log");
        }
    }

    /** The engine writes decisions in batches then, and a quick agent may be done first. */
    @Test
    void record_beforeTheDecisionIsWritten_isTakenFromAnySession() throws SQLException {
        String decision = decisionLoggedLater("now()");

        assertThat(sql.value("SELECT ruvector_record_outcome('" + decision + "', true)"))
                .isEqualTo("t");
        assertThat(sql.value("SELECT agent FROM tiny_dancer.outcome")).isNull();

        assertThat(sql.value("SELECT ruvector_record_feedback('" + decision + "', 0.5)"))
                .isEqualTo("1");

        String old = decisionLoggedLater("now() - interval '2 minutes'");
        assertThat(sql.failure("SELECT ruvector_record_outcome('" + old + "', true)")
                        .getSQLState())
                .isEqualTo("22023");
    }

    @Test
    void earlyOutcome_findsItsAgent_whenTheDecisionIsWritten() throws SQLException {
        String decision = decisionLoggedLater("now()");
        sql.run("SELECT ruvector_record_outcome('" + decision + "', true)");
        String firstTransaction = sql.text("SELECT xid FROM tiny_dancer.evidence WHERE agent IS NULL");
        sql.run("INSERT INTO tiny_dancer.decision (tenant, decided_at, decision_id, agent, optimize_for, request_hash)"
                + " VALUES ('default', tiny_dancer.decision_time('" + decision + "'), '" + decision
                + "', 'a', 'cost', '')");

        assertThat(sql.value("SELECT tiny_dancer.adopt_early_outcomes('{" + decision + "}')"))
                .isEqualTo("1");

        assertThat(sql.value("SELECT agent FROM tiny_dancer.outcome WHERE xid > '" + firstTransaction + "'"))
                .isEqualTo("a");
        assertThat(sql.value("SELECT tiny_dancer.adopt_early_outcomes('{" + decision + "}')"))
                .isEqualTo("0");
    }

    @Test
    void evidence_hasWhatWasKnownOfTheRequest() throws SQLException {
        String decision = decide("now()");
        sql.run("UPDATE tiny_dancer.decision SET category = 'code', embedding = '\\x01', input_tokens = 7");
        sql.run("SELECT ruvector_record_outcome('" + decision + "', true, quality => 0.5)");
        sql.run("SELECT ruvector_update_agent_metrics('a', 3, false)");

        assertThat(sql.rows(
                        "SELECT agent, success, quality, input_tokens, category, embedding FROM tiny_dancer.evidence"
                                + " ORDER BY recorded_at"))
                .containsExactly(
                        asList("a", "t", "0.5", "7", "code", "\\x01"), asList("a", "f", null, null, null, null));
    }

    /** A transaction may commit long after it wrote; whoever looks by time would miss it. */
    @Test
    void evidence_ofALateCommit_isFoundByTheHorizon() throws SQLException {
        String early = decide("now()");
        String late = decide("now()");
        try (SqlSession slow = new SqlSession(database.connect())) {
            slow.run("BEGIN");
            slow.run("SELECT ruvector_record_outcome('" + late + "', true)");
            sql.run("SELECT ruvector_record_outcome('" + early + "', true)");
            String horizon = sql.text("SELECT pg_snapshot_xmin(pg_current_snapshot())");
            assertThat(sql.column("SELECT decision_id FROM tiny_dancer.evidence"))
                    .containsExactly(early);
            slow.run("COMMIT");

            assertThat(sql.column("SELECT decision_id FROM tiny_dancer.evidence WHERE xid >= '" + horizon + "'::xid8"))
                    .contains(late);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL, true                             | 22004 | decision_id must not be null
            gen_random_uuid(), NULL                | 22004 | success must not be null
            gen_random_uuid(), true, -1            | 22023 | latency_ms must be a finite number of at least 0, got -1
            gen_random_uuid(), true, 1.7e308       | 22023 | latency_ms must be at most 1e9, got 1.7e+308
            gen_random_uuid(), true, cost => 1.1e9 | 22023 | cost must be at most 1e9, got 1100000000
            gen_random_uuid(), true, output_tokens => 2000000000 | 22023 | output_tokens must be at most 1e9, got 2000000000
            gen_random_uuid(), true, cost => 'NaN' | 22023 | cost must be a finite number of at least 0, got NaN
            gen_random_uuid(), true, input_tokens => -1  | 22023 | input_tokens must be a finite number of at least 0, got -1
            gen_random_uuid(), true, output_tokens => -1 | 22023 | output_tokens must be a finite number of at least 0, got -1
            gen_random_uuid(), true, quality => 2  | 22023 | quality must be between 0 and 1, got 2
            gen_random_uuid(), true, cached_input_tokens => -1 | 22023 | cached_input_tokens must be a finite number of at least 0, got -1
            gen_random_uuid(), true, cache_write_tokens => -1  | 22023 | cache_write_tokens must be a finite number of at least 0, got -1
            gen_random_uuid(), true, reasoning_tokens => -1    | 22023 | reasoning_tokens must be a finite number of at least 0, got -1
            gen_random_uuid(), false, kind => 'late'   | 22023 | kind is unknown, got "late"
            gen_random_uuid(), false, kind => ''       | 22023 | kind must not be empty
            gen_random_uuid(), true, kind => 'failed'  | 22023 | kind does not agree with success := true, got "failed"
            gen_random_uuid(), false, kind => 'success' | 22023 | kind does not agree with success := false, got "success"
            gen_random_uuid(), false, kind => 'rate_limited', retry_after_ms => 'NaN' | 22023 | retry_after_ms must be between 0 and 86400000, got NaN
            gen_random_uuid(), false, kind => 'timeout', retry_after_ms => 1 | 22023 | retry_after_ms is for kind := 'rate_limited' only, got 1
            """)
    void record_invalid_isNamed(String arguments, String sqlState, String message) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_record_outcome(" + arguments + ")");

        assertThat(failure.getSQLState()).isEqualTo(sqlState);
        assertThat(failure.getMessage()).isEqualTo(message);
    }

    /** A hundred days of log and as many sessions would otherwise fill PostgreSQL's table of locks. */
    @Test
    void record_locksOnePartitionOfEachTable() throws SQLException {
        String decision = decide("now()");
        for (int call = 0; call < 10; call++) {
            sql.run("SELECT ruvector_record_outcome('" + decision + "', true)");
        }

        sql.run("BEGIN");
        sql.run("SELECT ruvector_record_outcome('" + decision + "', true)");

        assertThat(sql.value("SELECT count(DISTINCT relation) FROM pg_locks JOIN pg_inherits ON inhrelid = relation"
                        + " JOIN pg_class ON oid = relation AND relkind = 'r' WHERE pid = pg_backend_pid()"))
                .isEqualTo("2");
        sql.run("ROLLBACK");
    }

    @Test
    void decisionTime_isThatOfItsMaking_toTheMillisecond() throws SQLException {
        assertThat(sql.value("""
                SELECT count(*)
                FROM generate_series(timestamptz '2020-02-29 23:59:59.001+00', '2100-01-01', interval '77 days 5 h 0.123 s') AS at
                WHERE tiny_dancer.decision_time(tiny_dancer.new_decision_id(at)) <> at
                """)).isEqualTo("0");
        assertThat(sql.rows("""
                SELECT count(DISTINCT id), bool_or(tiny_dancer.is_logged_later(id))
                FROM (SELECT tiny_dancer.new_decision_id(now()) AS id FROM generate_series(1, 1000)) AS made""")).containsExactly(List.of("1000", "f"));
    }

    @Test
    void inFlight_countsYoungDecisionsWithoutAnOutcome() throws SQLException {
        decide("clock_timestamp() - interval '61 seconds'");
        decide("clock_timestamp() - interval '59 seconds'");
        String done = decide("clock_timestamp()");
        assertThat(sql.value("SELECT in_flight FROM ruvector_get_agent('a')")).isEqualTo("2");

        sql.run("SELECT ruvector_record_outcome('" + done + "', false)");
        assertThat(sql.value("SELECT in_flight FROM ruvector_get_agent('a')")).isEqualTo("1");

        sql.run("BEGIN");
        sql.run("UPDATE tiny_dancer.setting SET value = '2 minutes' WHERE name = 'in_flight_lease'");
        assertThat(sql.value("SELECT in_flight FROM ruvector_get_agent('a')")).isEqualTo("2");
        sql.run("ROLLBACK");
    }

    /**
     * Letters are outcomes, the oldest first: s is a success, f a failure, t a timeout, l a rate limit, e an error without a
     * kind, w a wrong answer, c cancelled, n no good answer without a word why.
     */
    @ParameterizedTest
    @CsvSource({
        "'', 0 s, closed",
        "ffff, 0 s, closed",
        "fffff, 0 s, open",
        "sssff, 0 s, closed",
        "ssfff, 0 s, open",
        "fffffss, 0 s, open",
        "fffffsss, 0 s, closed",
        "fffff, 29 s, open",
        "fffff, 31 s, half_open",
        "fffffss, 31 s, half_open",
        "fffff, 601 s, closed",
        "ffffffffffffffffffffssssssssssssssssffff, 0 s, closed",
        "ssssssssssssssssssssfffffffffff, 0 s, open",
        "etlft, 0 s, open",
        "wwwwwwwwwwwwwwwwwwww, 0 s, closed",
        "nnnnnnnnnnnnnnnnnnnn, 0 s, closed",
        "snnnsnnnsnnnsnnnsnnn, 0 s, closed",
        "ffffnnccccwwnn, 0 s, open",
        "ffffncwncncwnww, 0 s, closed",
        "fffffccccccccccccccccccccccccc, 0 s, open"
    })
    void circuit_followsTheLatestOutcomes(String outcomes, String age, String circuit) throws SQLException {
        sql.run("""
                INSERT INTO tiny_dancer.outcome (tenant, decided_at, agent, recorded_at, success, kind, error)
                SELECT 'default', at, 'a', at, letter = 's',
                       CASE letter WHEN 'f' THEN 'failed' WHEN 't' THEN 'timeout' WHEN 'l' THEN 'rate_limited'
                                   WHEN 'w' THEN 'wrong' WHEN 'c' THEN 'cancelled' END,
                       CASE letter WHEN 'e' THEN 'HTTP 500' END
                FROM string_to_table('%s', NULL) WITH ORDINALITY AS outcome (letter, place),
                     LATERAL (SELECT now() - interval '%s' + place * interval '1 ms') AS time (at)
                WHERE letter <> ''
                """.formatted(outcomes, age));

        assertThat(sql.value("SELECT circuit FROM ruvector_get_agent('a')")).isEqualTo(circuit);
        assertThat(sql.value("SELECT tiny_dancer.catalog_of('default') -> 'agents' -> 0 ->> 'circuit'"))
                .isEqualTo(circuit);
        assertThat(sql.value("SELECT rests_until IS NOT NULL FROM tiny_dancer.agent_circuit"))
                .isEqualTo(circuit.equals("closed") ? "f" : "t");
        if (circuit.equals("open")) {
            assertThat(sql.value("""
                            SELECT rests_until = max(recorded_at) FILTER (
                                       WHERE kind IN ('failed', 'timeout', 'rate_limited') OR error IS NOT NULL)
                                   + interval '30 seconds'
                            FROM tiny_dancer.agent_circuit JOIN tiny_dancer.outcome USING (tenant, agent)
                            GROUP BY rests_until""")).isEqualTo("t");
        }
    }

    /** An agent that says when to come back rests for so long, however rarely that happens, and no longer. */
    @Test
    void rateLimit_withRetryAfter_pausesTheAgentForThatTime() throws SQLException {
        sql.run("""
                INSERT INTO tiny_dancer.outcome (tenant, decided_at, agent, recorded_at, success, kind, retry_after_ms)
                VALUES ('default', now(), 'a', now() - interval '20 minutes', false, 'rate_limited', 3600000)""");
        assertThat(sql.rows("SELECT circuit, rests_until - now() BETWEEN '39 min' AND '41 min'"
                        + " FROM tiny_dancer.agent_circuit"))
                .containsExactly(List.of("open", "t"));

        sql.run("UPDATE tiny_dancer.outcome SET retry_after_ms = 1000");
        assertThat(sql.rows("SELECT circuit, rests_until FROM tiny_dancer.agent_circuit"))
                .containsExactly(asList("closed", null));

        for (int report = 0; report < 10; report++) {
            sql.run("SELECT ruvector_record_outcome('" + decide("now()")
                    + "', false, kind => 'rate_limited', retry_after_ms => 1)");
        }
        sql.run("SELECT pg_sleep(0.01)");
        assertThat(sql.value("SELECT circuit FROM tiny_dancer.agent_circuit")).isEqualTo("closed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            true                                      | 1
            true, quality => 0.3                      | 0.3
            true, kind => 'success', quality => 0.3   | 0.3
            false                                     | 0
            false, quality => 0.3                     | 0
            false, kind => 'wrong'                    | 0
            false, kind => 'wrong', quality => 0.3    | 0.3
            false, kind => 'failed', quality => 0.3   | 0
            false, kind => 'timeout'                  | 0
            false, kind => 'rate_limited'             | -
            false, kind => 'cancelled', quality => 1  | -
            """)
    void evidence_saysHowGoodTheAnswerWas(String arguments, @Nullable String good) throws SQLException {
        sql.run("SELECT ruvector_record_outcome('" + decide("now()") + "', " + arguments + ")");

        assertThat(sql.value("SELECT good FROM tiny_dancer.evidence")).isEqualTo(good);
    }

    @Test
    void cancelled_countsNeitherForNorAgainst() throws SQLException {
        sql.run("SELECT ruvector_record_outcome('" + decide("now()") + "', true)");
        String cancelled = decide("now()");
        sql.run("SELECT ruvector_record_outcome('" + cancelled + "', false, kind => 'cancelled')");
        String figures = "SELECT total_requests, success_rate, in_flight FROM ruvector_get_agent('a')";
        String analytics = "SELECT total_requests, completed_requests, success_rate FROM ruvector_routing_analytics()";

        assertThat(sql.rows(figures)).containsExactly(List.of("2", "1", "0"));
        assertThat(sql.rows(analytics)).containsExactly(List.of("2", "1", "1"));
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.rows(figures)).containsExactly(List.of("2", "1", "0"));
        sql.run("SELECT tiny_dancer.tally_anew()");
        assertThat(sql.rows(figures)).containsExactly(List.of("2", "1", "0"));

        sql.run("SELECT ruvector_record_outcome('" + cancelled + "', false, kind => 'failed')");
        assertThat(sql.rows(figures)).containsExactly(List.of("2", "0.5", "0"));
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.rows(figures)).containsExactly(List.of("2", "0.5", "0"));
        assertThat(sql.rows(analytics)).containsExactly(List.of("2", "2", "0.5"));
    }

    /** The id of a decision that an engine is about to write. */
    private String decisionLoggedLater(String time) throws SQLException {
        String decision =
                sql.text("SELECT overlay(tiny_dancer.new_decision_id(" + time + ")::text placing 'f' from 18)");
        assertThat(sql.value("SELECT tiny_dancer.is_logged_later('" + decision + "')"))
                .isEqualTo("t");
        return decision;
    }

    private String decide(String time) throws SQLException {
        return sql.text("""
                INSERT INTO tiny_dancer.decision (tenant, decided_at, decision_id, agent, optimize_for, request_hash)
                SELECT 'default', tiny_dancer.decision_time(id), id, 'a', 'cost', sha256('x')
                FROM tiny_dancer.new_decision_id(%s) AS id
                RETURNING decision_id
                """.formatted(time));
    }
}
