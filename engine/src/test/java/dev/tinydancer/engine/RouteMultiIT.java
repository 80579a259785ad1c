package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.ServerErrorMessage;

/** Plans of several agents from SQL. */
final class RouteMultiIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private static final String REQUEST = "Write a Python function that parses dates, then write unit tests for it";

    @BeforeEach
    void registerAgents() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "DELETE FROM tiny_dancer.agent; DELETE FROM tiny_dancer.decision");
            register(connection, "analyst", "analysis,reasoning", 0.02, 2000, 0.9);
            register(connection, "coder", "coding", 0.01, 1000, 0.88);
            register(connection, "tester", "testing,debugging,code-execution", 0.001, 100, 0.85);
            register(connection, "poet", "creative", 0.005, 500, 0.7);
        }
    }

    @Test
    void pipeline_givesEachStageToTheAgentThatIsMadeForIt() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            List<List<String>> steps = Rows.all(connection, """
                    SELECT step, agent_name, role = ANY (capabilities) OR (role, agent_name) = ('code', 'coder'),
                           confidence BETWEEN 0 AND 1, estimated_cost, estimated_latency_ms,
                           round(plan_cost::numeric, 6), plan_latency_ms, plan_quality BETWEEN 0 AND 1
                    FROM ruvector_route_multi('%s', num_agents := 2, strategy := 'pipeline')
                    JOIN ruvector_list_agents() AS agent ON agent.name = agent_name
                    ORDER BY step
                    """.formatted(REQUEST));
            assertThat(steps)
                    .containsExactly(
                            List.of("1", "coder", "t", "t", "0.01", "1000", "0.011000", "1100", "t"),
                            List.of("2", "tester", "t", "t", "0.001", "100", "0.011000", "1100", "t"));
        }
    }

    @Test
    void parallel_isAsSlowAsTheSlowest() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.all(connection, """
                    SELECT DISTINCT plan_latency_ms, max(estimated_latency_ms) OVER (),
                           abs(plan_cost - sum(estimated_cost) OVER ()) < 1e-12
                    FROM ruvector_route_multi('%s', 3, 'parallel')
                    """.formatted(REQUEST)))
                    .hasSize(1)
                    .first()
                    .satisfies(row -> {
                        assertThat(row.get(0)).isEqualTo(row.get(1));
                        assertThat(row.get(2)).isEqualTo("t");
                    });
        }
    }

    @Test
    void ensemble_isTheDefault_andBetterTogether() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            List<List<String>> steps = Rows.all(
                    connection,
                    "SELECT role, plan_quality > confidence, plan_latency_ms FROM ruvector_route_multi('What is love?')");
            assertThat(steps)
                    .hasSize(3)
                    .allSatisfy(step -> assertThat(step.getFirst()).isEqualTo("voter"));
            assertThat(steps.getLast().get(1)).as("than its weakest member").isEqualTo("t");
        }
    }

    @Test
    void moreAgentsThanFit_asManyAsFit_andANotice() throws SQLException {
        try (Connection connection = database.connectAsUser();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT * FROM ruvector_route_multi('Hello', num_agents := 7, max_latency_ms := 600)")) {
            int steps = 0;
            while (rows.next()) {
                assertThat(rows.getString("agent_name")).isIn("tester", "poet");
                steps++;
            }
            assertThat(steps).isEqualTo(2);
            assertThat(statement.getWarnings().getMessage())
                    .isEqualTo("the plan has 2 instead of 7 steps: of the registered agents fit 2");
        }
    }

    @Test
    void maxCost_holdsForThePlanAsAWhole() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            for (String strategy : List.of("pipeline", "parallel", "ensemble")) {
                assertThat(Rows.first(connection, """
                        SELECT max(plan_cost) <= 0.0125, sum(estimated_cost) <= 0.0125, count(*) >= 1
                        FROM ruvector_route_multi('%s', 3, '%s', max_cost := 0.0125)
                        """.formatted(REQUEST, strategy)))
                        .containsExactly("t", "t", "t");
            }
        }
    }

    @Test
    void constraints_holdForEachAgent() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.all(
                            connection,
                            "SELECT agent_name FROM ruvector_route_multi('Hello', 4, excluded_agents := '{poet,coder}',"
                                    + " min_quality := 0.86)"))
                    .containsExactly(List.of("analyst"));
            assertThat(
                            Rows.all(
                                    connection,
                                    "SELECT agent_name FROM ruvector_route_multi('Hello', 2, required_capabilities := '{creative}')"))
                    .containsExactly(List.of("poet"));
        }
    }

    @Test
    void noAgentFits_isAnError() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            ServerErrorMessage error = SqlFailure.of(
                    connection, "SELECT * FROM ruvector_route_multi('Hello', required_capabilities := '{law}')");
            assertThat(error.getSQLState()).isEqualTo("TD404");
            assertThat(error.getDetail()).contains("lacks law");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sync", "async"})
    void everyStep_isLoggedAsADecisionOfItsOwn(String mode) throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "SET tiny_dancer.log_decisions = " + mode);
            Rows.execute(connection, "SET tiny_dancer.log_requests = on");
            List<List<String>> steps = Rows.all(
                    connection,
                    "SELECT decision_id, agent_name FROM ruvector_route_multi('Hello', 3, 'ensemble', tags := '{a}')");
            assertThat(steps).doesNotHaveDuplicates().hasSize(3);
            Eventually.succeeds(() -> assertThat(Rows.all(connection, """
                            SELECT decision_id, agent FROM tiny_dancer.decision
                            WHERE optimize_for = 'ensemble' AND tags = '{a}' AND request = 'Hello' AND embedding IS NOT NULL
                              AND reasoning LIKE agent || ': %, step %' AND input_tokens > 0
                              AND decided_at = tiny_dancer.decision_time(decision_id)
                              AND request_hash = sha256('Hello')""")).containsExactlyInAnyOrderElementsOf(steps));
            assertThat(Rows.first(
                            connection,
                            "SELECT ruvector_record_outcome('" + steps.get(1).getFirst() + "', true)"))
                    .containsExactly("t");
        }
    }

    @Test
    void readOnlyTransaction_answersAndLogsNothing() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "BEGIN READ ONLY");
            assertThat(Rows.all(connection, "SELECT step FROM ruvector_route_multi('Hello', 2)"))
                    .hasSize(2);
            Rows.execute(connection, "COMMIT");
            assertThat(Rows.first(connection, "SELECT count(*) FROM tiny_dancer.decision"))
                    .containsExactly("0");
        }
    }

    static Stream<Arguments> invalidArguments() {
        return Stream.of(
                Arguments.of("NULL", "22004", "request must not be null"),
                Arguments.of("'  '", "22023", "request must not be empty"),
                Arguments.of("'x', 0", "22023", "num_agents must be between 1 and 20, got 0"),
                Arguments.of("'x', 21", "22023", "num_agents must be between 1 and 20, got 21"),
                Arguments.of("'x', 2, 'chain'", "22023", "strategy is unknown, got \"chain\""),
                Arguments.of("'x', required_capabilities := '{a, A}'", "22023", "required_capabilities"),
                Arguments.of("'x', max_cost := -1", "22023", "max_cost"),
                Arguments.of("'x', max_latency_ms := 'NaN'", "22023", "max_latency_ms"),
                Arguments.of("'x', min_quality := 2", "22023", "min_quality"),
                Arguments.of("'x', excluded_agents := ARRAY[NULL]", "22004", "excluded_agents"),
                Arguments.of("'x', budget_remaining := -1", "22023", "budget_remaining"),
                Arguments.of("'x', tags := ARRAY['']", "22023", "tags"),
                Arguments.of("'x', expected_output_tokens := -1", "22023", "expected_output_tokens"));
    }

    @ParameterizedTest
    @MethodSource("invalidArguments")
    void invalidArgument_isNamed(String arguments, String state, String message) throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            ServerErrorMessage error =
                    SqlFailure.of(connection, "SELECT * FROM ruvector_route_multi(" + arguments + ")");
            assertThat(error.getSQLState()).as(error.toString()).isEqualTo(state);
            assertThat(error.getMessage()).contains(message);
        }
    }

    @Test
    void unknownStrategy_hintsTheValidOnes() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(SqlFailure.of(connection, "SELECT * FROM ruvector_route_multi('x', 2, 'chain')")
                            .getHint())
                    .contains("pipeline", "parallel", "ensemble");
        }
    }

    private static void register(
            Connection connection, String name, String capabilities, double costPerCall, double latency, double quality)
            throws SQLException {
        Rows.execute(connection, """
                SELECT ruvector_register_agent('%s', 'llm', string_to_array('%s', ','), cost_per_call := %s,
                    avg_latency_ms := %s, quality_score := %s)
                """.formatted(name, capabilities, costPerCall, latency, quality));
    }
}
