package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.ServerErrorMessage;

/** Requests that are asked again, and agents that are excluded by name. */
@Tag("once")
final class RetryIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private Connection connection;

    @BeforeEach
    void registerAgents() throws SQLException {
        connection = database.connect();
        Rows.truncate(connection, "tiny_dancer.agent, tiny_dancer.decision, tiny_dancer.outcome, tiny_dancer.attempt");
        Rows.execute(connection, """
                SELECT ruvector_register_agent(name, 'llm', '{all}', cost_per_call => 0.01, avg_latency_ms => 100,
                                               quality_score => quality)
                FROM (VALUES ('Best', 0.95), ('second', 0.8), ('third', 0.6)) AS agent (name, quality)""");
    }

    @AfterEach
    void closeSession() throws SQLException {
        connection.close();
    }

    /** All name the first decision, or each the one before, reported or not, and whoever writes the log. */
    @ParameterizedTest
    @ValueSource(strings = {"sync", "async"})
    void attempts_neverChooseAnAgentThatHasFailed(String log) throws SQLException {
        Rows.execute(connection, "SET tiny_dancer.log_decisions = '" + log + "'");
        for (boolean chained : List.of(true, false)) {
            List<String> first = route("tags => '{team:a}'");
            assertThat(first.subList(0, 2)).containsExactly("Best", "1");
            // Which teaches nothing of its quality, so that it is the first choice of the next request, too.
            Rows.execute(
                    connection,
                    "SELECT ruvector_record_outcome('" + first.get(2) + "', false, kind => 'rate_limited')");

            List<String> second = route("retry_of => '" + first.get(2) + "'");
            assertThat(second.subList(0, 2)).containsExactly("second", "2");

            List<String> third = route("retry_of => '" + (chained ? second : first).get(2) + "'");
            assertThat(third.subList(0, 2)).containsExactly("third", "3");

            Eventually.succeeds(() -> assertThat(Rows.all(connection, """
                            SELECT agent, tags FROM tiny_dancer.decision
                            WHERE decision_id IN ('%s', '%s') ORDER BY decided_at, agent""".formatted(second.get(2), third.get(2))))
                    .containsExactly(List.of("second", "{team:a}"), List.of("third", "{team:a}")));

            ServerErrorMessage nobody =
                    SqlFailure.of(connection, "SELECT ruvector_route('Hello', retry_of => '" + third.get(2) + "')");
            assertThat(nobody.getSQLState()).isEqualTo("TD404");
            assertThat(nobody.getDetail()).endsWith("; failed in earlier attempts: Best, second, third");
        }
    }

    @Test
    void attempt_afterASuccessOrACancellation_mayChooseTheSameAgent() throws SQLException {
        for (String outcome : List.of("true", "false, kind => 'cancelled'")) {
            String first = route("").get(2);
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + first + "', " + outcome + ")");

            assertThat(route("retry_of => '" + first + "'").subList(0, 2)).containsExactly("Best", "2");
        }
    }

    @Test
    void attempt_keepsTheCallersExclusionsAndTags() throws SQLException {
        String first = route("tags => '{team:a}'").get(2);

        List<String> second = route("retry_of => '" + first + "', excluded_agents => '{second}', tags => '{team:b}'");

        assertThat(second.getFirst()).isEqualTo("third");
        assertThat(Rows.first(
                        connection,
                        "SELECT tags FROM tiny_dancer.decision WHERE decision_id = '" + second.get(2) + "'"))
                .containsExactly("{team:b}");
    }

    @Test
    void attempt_isOfTheSameBudgets_whateverTheirScope() throws SQLException {
        List<String> scopes = List.of("all", "conversation:chat-1", "tag:team", "user:ann");
        for (String scope : scopes) {
            Rows.execute(connection, "SELECT ruvector_set_budget('" + scope + "', 0.025)");
        }
        String first =
                route("tags => '{team,user:ann}', conversation_id => 'chat-1'").get(2);
        Rows.execute(connection, "SELECT ruvector_record_outcome('" + first + "', true, cost => 0.01)");

        String second = route("retry_of => '" + first + "'").get(2);

        assertThat(Rows.first(
                        connection,
                        "SELECT tags, conversation_id FROM tiny_dancer.decision WHERE decision_id = '" + second + "'"))
                .containsExactly("{team,user:ann}", "chat-1");
        for (String scope : scopes) {
            assertThat(Rows.first(
                            connection,
                            "SELECT spent, reserved FROM ruvector_budget_status() WHERE scope = '" + scope + "'"))
                    .as(scope)
                    .containsExactly("0.01", "0.01");
        }
        assertThat(SqlFailure.of(connection, "SELECT ruvector_route('Hello', retry_of => '" + first + "')")
                        .getSQLState())
                .isEqualTo("TD402");
        Rows.truncate(connection, "tiny_dancer.budget, tiny_dancer.allowance, tiny_dancer.reservation");
    }

    @Test
    void attempt_ofAnUnknownDecision_isAnError() throws SQLException {
        ServerErrorMessage failure =
                SqlFailure.of(connection, "SELECT ruvector_route('Hello', retry_of => gen_random_uuid())");

        assertThat(failure.getSQLState()).isEqualTo("22023");
        assertThat(failure.getMessage()).matches("retry_of [-0-9a-f]{36} is not in the log");
        assertThat(failure.getHint()).contains("tiny_dancer.log_decisions");
    }

    @Test
    void exclusions_areComparedWithoutCase_andUnknownOnesAreNamed() throws SQLException {
        assertThat(route("excluded_agents => '{BEST,\" Second \"}'").getFirst()).isEqualTo("third");
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT ruvector_route('Hello', excluded_agents => '{Bets,second}')");
            // What else a session is told once comes behind it.
            assertThat(statement.getWarnings().getMessage())
                    .startsWith("excluded_agents has \"Bets\", which is no agent; the nearest is \"Best\"");
            statement.clearWarnings();
            statement.execute("SELECT ruvector_route('Hello', excluded_agents => '{best}')");
            assertThat((Throwable) statement.getWarnings()).isNull();
            statement.execute("SELECT * FROM ruvector_explain_route('Hello', excluded_agents => '{tird}')");
            assertThat(statement.getWarnings().getMessage()).endsWith("the nearest is \"third\"");
        }
    }

    @Test
    void outcome_ofAnAsynchronousDecision_isTakenFromAnotherSession() throws SQLException {
        Rows.execute(connection, "SET tiny_dancer.log_decisions = 'async'");
        try (Connection other = database.connect()) {
            for (int call = 0; call < 50; call++) {
                String decision = route("").get(2);
                assertThat(Rows.first(other, "SELECT ruvector_record_outcome('" + decision + "', true)"))
                        .containsExactly("t");
            }
            Eventually.succeeds(() -> assertThat(Rows.first(
                            other, "SELECT count(*) FROM tiny_dancer.evidence WHERE agent IS NOT NULL AND good = 1"))
                    .containsExactly("50"));
        }
    }

    /** The engine looks for such outcomes when it has written the decision, and this one cannot be seen then. */
    @Test
    void outcome_thatIsCommittedAfterItsDecisionIsWritten_getsItsAgent() throws SQLException {
        Rows.execute(connection, "SET tiny_dancer.log_decisions = 'async'");
        try (Connection reporter = database.connect()) {
            reporter.setAutoCommit(false);
            Rows.first(reporter, "SELECT count(*) FROM tiny_dancer.decision");
            String decision = route("").get(2);
            Rows.execute(reporter, "SELECT ruvector_record_outcome('" + decision + "', true)");
            Eventually.succeeds(() -> assertThat(Rows.first(connection, "SELECT count(*) FROM tiny_dancer.decision"))
                    .containsExactly("1"));
            reporter.commit();
        }
        Eventually.succeeds(() -> assertThat(Rows.first(connection, "SELECT agent FROM tiny_dancer.outcome"))
                .containsExactly("Best"));
    }

    /** The agent, the attempt and the decision. */
    private List<String> route(String arguments) throws SQLException {
        return Rows.first(
                connection,
                "SELECT agent_name, attempt, decision_id FROM ruvector_route('Hello', 'quality'"
                        + (arguments.isEmpty() ? "" : ", " + arguments) + ")");
    }
}
