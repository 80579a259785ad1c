package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Outcomes reach every engine, whoever recorded them, and change what it predicts. */
@Tag("once")
@Timeout(120)
final class LearningIT {

    private static final String REQUEST = "Translate this paragraph into German";

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database, Map.of("outcome-poll-interval-ms", "20"));

    private static int tests;

    /** Agents of this test's own: what was learned of others stays known. */
    private final String first = "first-" + ++tests;

    private final String second = "second-" + tests;

    @BeforeEach
    void registerAgents() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "DELETE FROM tiny_dancer.agent");
            for (String name : List.of(first, second)) {
                Rows.execute(connection, """
                        SELECT ruvector_register_agent('%s', 'llm', ARRAY['translation'], cost_per_1k_tokens := 0.01,
                            avg_latency_ms := 1000, quality_score := 0.8)""".formatted(name));
            }
        }
    }

    @Test
    void outcome_isEvidenceWithinASecond() throws SQLException {
        try (Connection connection = database.connect()) {
            record(connection, first, true);
            Eventually.succeeds(() -> assertThat(evidence(connection, first)).isEqualTo(1));
            assertThat(evidence(connection, second)).isZero();
        }
    }

    @Test
    void badOutcomes_turnRequestsToTheOtherAgent() throws SQLException {
        try (Connection connection = database.connect()) {
            double before = quality(connection, first);
            for (int i = 0; i < 6; i++) {
                record(connection, first, false);
                record(connection, second, true);
            }
            Eventually.succeeds(() -> {
                assertThat(evidence(connection, first)).isGreaterThan(5);
                assertThat(evidence(connection, second)).isGreaterThan(5);
            });
            assertThat(quality(connection, first)).isLessThan(before - 0.2);
            assertThat(Rows.first(
                            connection,
                            "SELECT agent_name, reasoning FROM ruvector_route('" + REQUEST + "', 'quality')"))
                    .satisfiesExactly(
                            agent -> assertThat(agent).isEqualTo(second),
                            reasoning -> assertThat(reasoning).contains("6 similar requests, 6 good"));
        }
    }

    /** Rows of a time when figures had no bounds. */
    @Test
    void absurdFigures_breakNobodysRouting() throws SQLException {
        try (Connection connection = database.connect()) {
            for (int i = 0; i < 3; i++) {
                String decision = decide(connection, first);
                Rows.execute(
                        connection,
                        "INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, success, latency_ms, cost)"
                                + " SELECT tenant, decided_at, decision_id, agent, true, 1.7e308, 1.7e308"
                                + " FROM tiny_dancer.decision WHERE decision_id = '" + decision + "'");
            }
            Eventually.succeeds(() -> assertThat(evidence(connection, first)).isEqualTo(3));
            Rows.execute(
                    connection,
                    "UPDATE tiny_dancer.agent SET cost_per_1k_tokens = 1e308, cost_per_second = 1e308,"
                            + " avg_latency_ms = 1e308, p99_latency_ms = 1e308 WHERE name = '" + first + "'");
            assertThat(Rows.all(connection, "SELECT agent_name FROM ruvector_route('" + REQUEST + "', 'quality')"))
                    .hasSize(1);
            for (String target : List.of("balanced", "cost", "latency", "quality_per_dollar")) {
                assertThat(Rows.all(
                                connection,
                                "SELECT agent_name FROM ruvector_route('" + REQUEST + "', '" + target + "')"))
                        .containsExactly(List.of(second));
            }
        }
    }

    @Test
    void outcomeOfATransactionThatEndsLater_isNotMissed() throws SQLException {
        try (Connection late = database.connect();
                Connection connection = database.connect()) {
            String decision = decide(late, first);
            late.setAutoCommit(false);
            Rows.execute(late, "SELECT ruvector_record_outcome('" + decision + "', true)");
            // Written later, committed earlier: what is read in between must not hide the other.
            record(connection, second, true);
            Eventually.succeeds(() -> assertThat(evidence(connection, second)).isEqualTo(1));
            assertThat(evidence(connection, first)).isZero();
            late.commit();
            Eventually.succeeds(() -> assertThat(evidence(connection, first)).isEqualTo(1));
            assertThat(evidence(connection, second)).isEqualTo(1);
        }
    }

    @Test
    void feedback_countsAtOnce_withoutAnOutcome_andWithOne() throws SQLException {
        try (Connection connection = database.connect()) {
            String decision = decide(connection, first);
            Rows.execute(connection, "SELECT ruvector_record_feedback('" + decision + "', 1)");
            Eventually.succeeds(() -> assertThat(evidence(connection, first)).isEqualTo(1));
            double good = quality(connection, first);
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + decision + "', true, quality => 1)");
            Rows.execute(connection, "SELECT ruvector_record_feedback('" + decision + "', 0, 'judge', 10)");
            Eventually.succeeds(() -> assertThat(quality(connection, first)).isLessThan(good));
            assertThat(evidence(connection, first)).isEqualTo(1);
        }
    }

    @Test
    void cancelledRequest_teachesNothing_alsoWhenThatIsSaidLate() throws SQLException {
        try (Connection connection = database.connect()) {
            String decision = decide(connection, first);
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + decision + "', false)");
            Eventually.succeeds(() -> assertThat(evidence(connection, first)).isEqualTo(1));
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + decision + "', false, kind => 'cancelled')");
            Eventually.succeeds(() -> assertThat(evidence(connection, first)).isZero());
        }
    }

    @Test
    void outcomeRecordedAgain_replacesTheFirst() throws SQLException {
        try (Connection connection = database.connect()) {
            String decision = decide(connection, first);
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + decision + "', true)");
            Eventually.succeeds(() -> assertThat(evidence(connection, first)).isEqualTo(1));
            double good = quality(connection, first);
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + decision + "', false)");
            Eventually.succeeds(() -> assertThat(quality(connection, first)).isLessThan(good));
            assertThat(evidence(connection, first)).isEqualTo(1);
        }
    }

    @Test
    void batch_triesAgentsOutForNoMoreThanTheMoneyOfTheDay() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "UPDATE tiny_dancer.agent SET cost_per_1k_tokens = NULL, cost_per_call = 3");
            Rows.execute(connection, "UPDATE tiny_dancer.agent SET quality_score = 0.75 WHERE name = '" + second + "'");
            for (int i = 0; i < 20; i++) {
                record(connection, first, true);
            }
            Eventually.succeeds(() -> assertThat(evidence(connection, first)).isGreaterThan(15));
            Rows.execute(connection, "SET tiny_dancer.explore = 1");
            // Of ten dollars.
            assertThat(Rows.first(connection, """
                            SELECT count(*) FILTER (WHERE agent_name = '%s') FROM ruvector_batch_route(
                                array_fill('%s'::text, ARRAY[40]), 'quality')""".formatted(second, REQUEST))).containsExactly("3");
        }
    }

    @Test
    void engineThatStartsLater_knowsThePast() throws Exception {
        try (Connection connection = database.connect()) {
            record(connection, first, true);
            try (Engine later = Engine.start(TestEngine.config(database.engineUrl(), Map.of()))) {
                database.pointAtEngine(later.address().getPort());
                try (Connection fresh = database.connect()) {
                    assertThat(evidence(fresh, first)).isEqualTo(1);
                }
            } finally {
                database.pointAtEngine(engine.engine().address().getPort());
            }
        }
    }

    @Test
    void classifiers_andEmbedding_answerFromSql() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            // The sentence model is loaded with the first text.
            Rows.execute(connection, "SET tiny_dancer.deadline_ms = 60000");
            assertThat(Rows.first(connection, """
                            WITH answer AS (SELECT ruvector_classify_request('Fix the bug in this Java method') AS c)
                            SELECT c ->> 'top_category' = c -> 'classifications' -> 0 ->> 'category',
                                   c -> 'confidence' = c -> 'classifications' -> 0 -> 'probability',
                                   (SELECT abs(sum((each ->> 'probability')::float8) - 1) < 1e-4
                                    FROM jsonb_array_elements(c -> 'classifications') AS each),
                                   jsonb_array_length(c -> 'classifications') > 3
                            FROM answer""")).containsExactly("t", "t", "t", "t");
            assertThat(Rows.all(connection, """
                            SELECT capability, probability BETWEEN 0.5 AND 1
                            FROM ruvector_classify_capabilities('Write a Python function that sorts a list')"""))
                    .isNotEmpty()
                    .allSatisfy(row -> assertThat(row.get(1)).isEqualTo("t"));
            assertThat(Rows.first(connection, """
                            SELECT cardinality(a), (SELECT abs(sum(x * x) - 1) < 1e-4 FROM unnest(a) AS x),
                                   (SELECT sum(x * y) FROM unnest(a, b) AS u (x, y))
                                   > (SELECT sum(x * y) FROM unnest(a, c) AS u (x, y))
                            FROM (SELECT ruvector_embed('How do I reset my password?') AS a,
                                         ruvector_embed('I forgot my login credentials') AS b,
                                         ruvector_embed('The weather is lovely today') AS c) AS e""")).containsExactly("384", "t", "t");
        }
    }

    /** Routes to the agent; returns the decision. */
    private String decide(Connection connection, String agent) throws SQLException {
        String other = agent.equals(first) ? second : first;
        return Rows.first(
                        connection,
                        "SELECT decision_id FROM ruvector_route('" + REQUEST + "', excluded_agents := '{" + other
                                + "}')")
                .getFirst();
    }

    private void record(Connection connection, String agent, boolean success) throws SQLException {
        Rows.execute(
                connection, "SELECT ruvector_record_outcome('" + decide(connection, agent) + "', " + success + ")");
    }

    /** The similar requests behind an agent's estimate, rounded. */
    private static long evidence(Connection connection, String agent) throws SQLException {
        return Math.round(explained(connection, agent, "quality_evidence"));
    }

    private static double quality(Connection connection, String agent) throws SQLException {
        return explained(connection, agent, "expected_quality");
    }

    private static double explained(Connection connection, String agent, String column) throws SQLException {
        return Double.parseDouble(Rows.first(
                        connection,
                        "SELECT " + column + " FROM ruvector_explain_route('" + REQUEST + "') WHERE agent_name = '"
                                + agent + "'")
                .getFirst());
    }
}
