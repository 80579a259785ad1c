package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What belongs to a decision in the log: its conversation, its other attempts, and the requests that it was judged by. */
@Tag("once")
final class ContextOfDecisionsIT {

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
                FROM (VALUES ('best', 0.95), ('second', 0.8)) AS agent (name, quality)""");
    }

    @AfterEach
    void closeSession() throws SQLException {
        connection.close();
    }

    /** Whoever writes the log. */
    @ParameterizedTest
    @ValueSource(strings = {"sync", "async"})
    void conversation_isReadTurnByTurn(String log) throws SQLException {
        Rows.execute(connection, "SET tiny_dancer.log_decisions = '" + log + "'");
        String name = "chat-" + log;
        String first = route("Hello", "conversation_id => '" + name + "'");
        String second = route("And then?", "conversation_id => '" + name + "'");
        route("Something else", "");
        Rows.execute(connection, "SELECT ruvector_record_outcome('" + first + "', true, 100, 0.5)");

        Eventually.succeeds(() -> assertThat(Rows.all(
                        connection,
                        "SELECT decision_id FROM ruvector_decisions WHERE conversation_id = '" + name
                                + "' ORDER BY decided_at, decision_id"))
                .containsExactly(List.of(first), List.of(second)));
        assertThat(Rows.first(
                        connection,
                        "SELECT turns, agents, last_agent, completed, successes, round(total_cost::numeric, 2)"
                                + " FROM ruvector_conversations WHERE conversation_id = '" + name + "'"))
                .containsExactly("2", "{best}", "best", "1", "1", "0.51");
    }

    @Test
    void attempts_areReadTogether_withWhatCameOfThem() throws SQLException {
        String first = route("Hello", "");
        Rows.execute(
                connection,
                "SELECT ruvector_record_outcome('" + first + "', false, kind => 'rate_limited', error => 'HTTP 429')");
        String second = route("Hello", "retry_of => '" + first + "'");

        assertThat(Rows.all(
                        connection,
                        "SELECT attempt, agent, kind, coalesce(error, '') FROM ruvector_attempts WHERE first_decision = '"
                                + first + "' ORDER BY attempt"))
                .hasToString("[[1, best, rate_limited, HTTP 429], [2, second, null, ]]");
        assertThat(Rows.first(
                        connection,
                        "SELECT attempt, retry_of FROM ruvector_decisions WHERE decision_id = '" + second + "'"))
                .containsExactly("2", first);
        assertThat(Rows.first(
                                connection,
                                "SELECT attempt, retry_of FROM ruvector_decisions WHERE decision_id = '" + first + "'")
                        .getFirst())
                .isEqualTo("1");
    }

    @Test
    void evidence_isTheOutcomesOfSimilarRequests_theNearestFirst() throws SQLException {
        Rows.execute(connection, "SET tiny_dancer.log_requests = on");
        for (String request :
                List.of("Sort a list of numbers in Python", "Sort a list of words in Python", "Who was Cicero?")) {
            Rows.execute(
                    connection, "SELECT ruvector_record_outcome('" + route(request, "") + "', true, quality => 0.7)");
        }
        String asked = route("Sort a list of numbers in Python please", "");
        Rows.execute(connection, "SELECT ruvector_record_outcome('" + asked + "', true, quality => 0.1)");

        Eventually.succeeds(() -> assertThat(Rows.all(
                        connection,
                        "SELECT request, agent, answered_well, similarity > 0.8, weight BETWEEN 0.01 AND 1"
                                + " FROM ruvector_similar_requests('" + asked + "', 2)"))
                .containsExactly(
                        List.of("Sort a list of numbers in Python", "best", "0.7", "t", "t"),
                        List.of("Sort a list of words in Python", "best", "0.7", "t", "t")));
        try (Connection user = database.connectAsUser()) {
            assertThat(Rows.all(
                            user, "SELECT DISTINCT request IS NULL FROM ruvector_similar_requests('" + asked + "')"))
                    .containsExactly(List.of("t"));
        }
    }

    @Test
    void evidence_ofWhatIsNotThere_isAnError() throws SQLException {
        assertThat(SqlFailure.of(connection, "SELECT * FROM ruvector_similar_requests(gen_random_uuid())")
                        .getMessage())
                .matches("decision_id [-0-9a-f]{36} is not in the log");
        String decision = route("Hello", "");
        assertThat(SqlFailure.of(connection, "SELECT * FROM ruvector_similar_requests('" + decision + "', 0)")
                        .getMessage())
                .isEqualTo("top_k must be between 1 and 100, got 0");
    }

    private String route(String request, String arguments) throws SQLException {
        return Rows.first(
                        connection,
                        "SELECT decision_id FROM ruvector_route('" + request + "', 'quality'"
                                + (arguments.isEmpty() ? "" : ", " + arguments) + ")")
                .getFirst();
    }
}
