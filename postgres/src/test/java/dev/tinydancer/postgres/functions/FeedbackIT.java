package dev.tinydancer.postgres.functions;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

/** Judgements of answers: each is kept, and together they are evidence. */
final class FeedbackIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.agent, tiny_dancer.decision, tiny_dancer.outcome, tiny_dancer.feedback");
        sql.run("SELECT ruvector_register_agent('a', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1)");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void feedback_keepsEach_andCounts() throws SQLException {
        String decision = decide("now()");

        assertThat(feedback(decision, "0.25")).isEqualTo("1");
        assertThat(feedback(decision, "1, 'judge', 3, 'well done 👍'")).isEqualTo("2");
        assertThat(feedback(decision, "0, NULL, NULL, NULL, NULL")).isEqualTo("3");
        assertThat(feedback(decide("now()"), "1")).isEqualTo("1");

        assertThat(sql.rows("""
                SELECT f.tenant, f.decided_at = d.decided_at, source, quality, weight, comment
                FROM tiny_dancer.feedback AS f JOIN tiny_dancer.decision AS d USING (decision_id)
                WHERE decision_id = '%s' ORDER BY feedback_id""".formatted(decision)))
                .containsExactly(
                        asList("default", "t", "user", "0.25", "1", null),
                        asList("default", "t", "judge", "1", "3", "well done 👍"),
                        asList("default", "t", "user", "0", "1", null));
    }

    /** A source has one voice however often it speaks, and an outcome's own quality is one. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            -                                          | 0.5                                     | 0.5
            -                                          | 0; 1; 1; 1                              | 0.75
            -                                          | 0, 'user', 1; 1, 'user', 3              | 0.75
            -                                          | 0, 'user'; 0, 'user'; 0, 'user'; 1, 'b' | 0.5
            -                                          | 0, 'user', 1; 1, 'judge', 3             | 0.75
            true                                       | 0.25                                    | 0.25
            true, quality => 1                         | 0                                       | 0.5
            true, quality => 1                         | 0, 'judge', 3                           | 0.25
            false, kind => 'wrong'                     | 0.25                                    | 0.25
            false, kind => 'cancelled'                 | 0.25                                    | 0.25
            false, kind => 'rate_limited'              | 0.25                                    | -
            false, kind => 'timeout'                   | 1                                       | 0
            false                                      | 1                                       | 0
            """)
    void evidence_ofAllJudgements(@Nullable String outcome, String judgements, @Nullable String good)
            throws SQLException {
        String decision = decide("now() - interval '20 days'");
        if (outcome != null) {
            sql.run("SELECT ruvector_record_outcome('" + decision + "', " + outcome + ")");
        }
        String snapshot = sql.text("SELECT pg_current_snapshot()");
        for (String judgement : judgements.split(";", -1)) {
            feedback(decision, judgement);
        }

        List<List<@Nullable String>> fresh =
                sql.rows("SELECT DISTINCT decision_id, agent, good, input_tokens, category,"
                        + " success IS NULL FROM tiny_dancer.evidence_since('" + snapshot + "')");

        assertThat(fresh).containsExactly(asList(decision, "a", good, "7", "code", outcome == null ? "t" : "f"));
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.evidence_since(pg_current_snapshot())"))
                .isEqualTo("0");
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.lone_feedback")).isEqualTo(outcome == null ? "1" : "0");
    }

    @Test
    void evidence_outcomeAfterTheFeedback_hasBoth() throws SQLException {
        String decision = decide("now()");
        feedback(decision, "0");
        sql.run("SELECT ruvector_record_outcome('" + decision + "', true, latency_ms => 5, quality => 0.5)");

        assertThat(sql.rows("SELECT good, latency_ms FROM tiny_dancer.evidence"))
                .containsExactly(List.of("0.25", "5"));
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.lone_feedback")).isEqualTo("0");
    }

    @Test
    void feedback_ofATransactionThatEndsLater_isNotMissed() throws SQLException {
        String decision = decide("now()");
        try (SqlSession late = new SqlSession(database.connect())) {
            late.run("BEGIN");
            late.run("SELECT ruvector_record_feedback('" + decision + "', 0.5)");
            decide("now()");
            String snapshot = sql.text("SELECT pg_current_snapshot()");
            late.run("COMMIT");

            assertThat(sql.column("SELECT decision_id FROM tiny_dancer.evidence_since('" + snapshot + "')"))
                    .containsExactly(decision);
        }
    }

    @Test
    void feedback_isKeptAsLongAsTheLog() throws SQLException {
        feedback(decide("now() - interval '20 days'"), "1");
        String kept = decide("now()");
        feedback(kept, "1");
        sql.run("UPDATE tiny_dancer.setting SET value = '10 days' WHERE name = 'log_retention'");
        try {
            sql.run("SELECT tiny_dancer.maintain_log()");
        } finally {
            sql.run("UPDATE tiny_dancer.setting SET value = '90 days' WHERE name = 'log_retention'");
        }

        assertThat(sql.column("SELECT decision_id FROM tiny_dancer.feedback")).containsExactly(kept);
    }

    @Test
    void judged_weighsWhatTheOutcomeReports() throws SQLException {
        assertThat(Double.parseDouble(sql.text("SELECT tiny_dancer.judged(0.2, 3, 0.6)")))
                .isCloseTo(0.5, within(1e-12));
        assertThat(sql.value("SELECT tiny_dancer.judged(NULL, NULL, NULL)")).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL, 1                                 | 22004 | decision_id must not be null
            gen_random_uuid(), NULL                 | 22004 | quality must not be null
            gen_random_uuid(), 1.1                  | 22023 | quality must be between 0 and 1, got 1.1
            gen_random_uuid(), 'NaN'                | 22023 | quality must be between 0 and 1, got NaN
            gen_random_uuid(), 1, ''                | 22023 | source must not be empty
            gen_random_uuid(), 1, weight => 0       | 22023 | weight must be more than 0, got 0
            gen_random_uuid(), 1, weight => -1      | 22023 | weight must be a finite number of at least 0, got -1
            gen_random_uuid(), 1, weight => 1e308   | 22023 | weight must be at most 1e9, got 1e+308
            gen_random_uuid(), 1, options => '{"a": 1}' | 22023 | a key of options is unknown, got "a"
            """)
    void feedback_invalid_isNamed(String arguments, String sqlState, String message) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_record_feedback(" + arguments + ")");

        assertThat(failure.getSQLState()).isEqualTo(sqlState);
        assertThat(failure.getMessage()).isEqualTo(message);
    }

    @Test
    void feedback_commentOfAMegabyte_isRefused() throws SQLException {
        assertThat(sql.failure("SELECT ruvector_record_feedback(gen_random_uuid(), 1, comment => repeat('x', 1000000))")
                        .getMessage())
                .startsWith("comment must have at most 10000 characters but has 1000000, got xxx");
    }

    @Test
    void feedback_unknownDecision_orOfAnotherTenant_isAnError() throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_record_feedback(gen_random_uuid(), 1)");
        assertThat(failure.getSQLState()).isEqualTo("22023");
        assertThat(failure.getMessage()).endsWith("is not in the log");

        String decision = decide("now()");
        try (SqlSession tenant = new SqlSession(database.connectAsUser())) {
            sql.run("INSERT INTO tiny_dancer.tenant_role VALUES ('" + tenant.value("SELECT session_user")
                    + "', 'acme')");
            assertThat(tenant.failure("SELECT ruvector_record_feedback('" + decision + "', 1)")
                            .getMessage())
                    .endsWith("is not in the log");
        }
    }

    private @Nullable String feedback(String decision, String arguments) throws SQLException {
        return sql.value("SELECT ruvector_record_feedback('" + decision + "', " + arguments + ")");
    }

    private String decide(String time) throws SQLException {
        return sql.text("""
                INSERT INTO tiny_dancer.decision (
                    tenant, decided_at, decision_id, agent, optimize_for, request_hash, category, input_tokens)
                SELECT 'default', tiny_dancer.decision_time(id), id, 'a', 'cost', sha256('x'), 'code', 7
                FROM tiny_dancer.new_decision_id(%s) AS id
                RETURNING decision_id
                """.formatted(time));
    }
}
