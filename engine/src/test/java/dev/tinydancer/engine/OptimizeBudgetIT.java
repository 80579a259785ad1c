package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
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
import org.postgresql.util.ServerErrorMessage;

/** Spreading a monthly budget from SQL. */
final class OptimizeBudgetIT {

    /** What RequestMix expects of a tenant without history: 100 requests a day. */
    private static final double PRIOR_REQUESTS = 100 * 365.2425 / 12;

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    @BeforeEach
    void registerAgents() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "DELETE FROM tiny_dancer.agent; DELETE FROM tiny_dancer.decision");
            register(connection, "good", 0.1, 1000, 0.95);
            register(connection, "cheap", 0.01, 1000, 0.6);
        }
    }

    @Test
    void enoughMoney_allRequestsGoToTheBest_andMoreMoneyIsWorthNothing() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            List<List<String>> rows = Rows.all(connection, """
                    SELECT agent_name, allocation, share, expected_requests, expected_quality IS NULL,
                           marginal_quality_per_dollar
                    FROM ruvector_optimize_budget(1000, quality_threshold := 0.5)""");
            assertThat(rows).extracting(List::getFirst).containsExactly("good", "cheap");
            assertThat(number(rows, 0, 1)).isCloseTo(0.1 * PRIOR_REQUESTS, within(1e-3));
            assertThat(number(rows, 0, 2)).isCloseTo(0.0001 * PRIOR_REQUESTS, within(1e-6));
            assertThat(number(rows, 0, 3)).isCloseTo(PRIOR_REQUESTS, within(1e-3));
            assertThat(rows.get(1)).startsWith("cheap", "0", "0", "0", "t");
            assertThat(number(rows, 0, 5)).isZero();
        }
    }

    /** With two agents: x requests to the better one, such that 0.1 x + 0.01 (n - x) is what there is. */
    @Test
    void scarceMoney_isMixedAsTheAlgebraSays() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            List<List<String>> rows = Rows.all(connection, """
                    SELECT agent_name, expected_requests, allocation, marginal_quality_per_dollar, expected_quality
                    FROM ruvector_optimize_budget(100, quality_threshold := 0)""");
            double better = (100 - 0.01 * PRIOR_REQUESTS) / 0.09;
            assertThat(rows).extracting(List::getFirst).containsExactly("good", "cheap");
            assertThat(number(rows, 0, 1)).isCloseTo(better, within(0.01));
            assertThat(number(rows, 1, 1)).isCloseTo(PRIOR_REQUESTS - better, within(0.01));
            assertThat(number(rows, 0, 2) + number(rows, 1, 2)).isCloseTo(100, within(1e-6));
            assertThat(number(rows, 0, 3))
                    .isPositive()
                    .isLessThan(number(rows, 0, 4) / 0.09)
                    .isEqualTo(number(rows, 1, 3));
        }
    }

    @Test
    void tooLittleMoney_saysHowManyAreAnswered() throws SQLException {
        try (Connection connection = database.connectAsUser();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT * FROM ruvector_optimize_budget(10, quality_threshold := 0)");
            assertThat(statement.getWarnings().getMessage())
                    .isEqualTo("1000 of the 3044 requests expected in a month are answered within these limits");
        }
    }

    @Test
    void qualityOutOfReach_isSaid() throws SQLException {
        try (Connection connection = database.connectAsUser();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT * FROM ruvector_optimize_budget(1000, quality_threshold := 1)");
            assertThat(statement.getWarnings().getMessage())
                    .isEqualTo("a mean quality of 1.000 is out of reach; the allocation disregards it");
        }
    }

    @Test
    void latencyThreshold_leavesSlowAgentsOut() throws SQLException {
        try (Connection connection = database.connectAsAdmin()) {
            register(connection, "slow", 0.001, 6000, 0.99);
            assertThat(Rows.first(
                            connection,
                            "SELECT expected_requests FROM ruvector_optimize_budget(1000) WHERE agent_name = 'slow'"))
                    .containsExactly("0");
            assertThat(Rows.first(connection, """
                    SELECT expected_requests > 3000 FROM ruvector_optimize_budget(1000, latency_threshold_ms := 6001)
                    WHERE agent_name = 'slow'""")).containsExactly("t");
        }
    }

    @Test
    void theTenantsOwnMix_decidesHowManyRequestsThereAre() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, """
                    INSERT INTO tiny_dancer.decision (
                        tenant, decided_at, decision_id, agent, optimize_for, request_hash, category, input_tokens)
                    SELECT owner, tiny_dancer.decision_time(id), id, 'good', 'cost', sha256('x'), 'code', 50
                    FROM generate_series(1, 4800) AS n
                    CROSS JOIN (VALUES ('default'), ('somebody else')) AS tenant (owner)
                    CROSS JOIN LATERAL tiny_dancer.new_decision_id(now() - n * interval '3 minutes') AS id""");
            assertThat(Double.parseDouble(Rows.first(
                                    connection,
                                    "SELECT sum(expected_requests) FROM ruvector_optimize_budget(100000, 0)")
                            .getFirst()))
                    .as("480 a day")
                    .isCloseTo(480 * 365.2425 / 12, within(150.0));
        }
    }

    @Test
    void inactiveAgents_getNothing_andNoneAtAllIsAnError() throws SQLException {
        try (Connection connection = database.connectAsAdmin()) {
            Rows.execute(connection, "SELECT ruvector_set_agent_active('good', false)");
            assertThat(Rows.all(connection, "SELECT agent_name FROM ruvector_optimize_budget(10)"))
                    .containsExactly(List.of("cheap"));
            Rows.execute(connection, "SELECT ruvector_set_agent_active('cheap', false)");
            assertThat(SqlFailure.of(connection, "SELECT * FROM ruvector_optimize_budget(10)")
                            .getSQLState())
                    .isEqualTo("TD404");
        }
    }

    static Stream<Arguments> invalidArguments() {
        return Stream.of(
                Arguments.of("NULL", "22004", "monthly_budget must not be null"),
                Arguments.of("-1", "22023", "monthly_budget must be a finite number of at least 0, got -1"),
                Arguments.of("'NaN'", "22023", "monthly_budget"),
                Arguments.of("1, 1.5", "22023", "quality_threshold must be between 0 and 1, got 1.5"),
                Arguments.of("1, latency_threshold_ms := -5", "22023", "latency_threshold_ms"));
    }

    @ParameterizedTest
    @MethodSource("invalidArguments")
    void invalidArgument_isNamed(String arguments, String state, String message) throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            ServerErrorMessage error =
                    SqlFailure.of(connection, "SELECT * FROM ruvector_optimize_budget(" + arguments + ")");
            assertThat(error.getSQLState()).as(error.toString()).isEqualTo(state);
            assertThat(error.getMessage()).contains(message);
        }
    }

    private static double number(List<List<String>> rows, int row, int column) {
        return Double.parseDouble(rows.get(row).get(column));
    }

    private static void register(Connection connection, String name, double cost, double latency, double quality)
            throws SQLException {
        Rows.execute(connection, """
                SELECT ruvector_register_agent('%s', 'llm', ARRAY['general'], cost_per_call := %s, avg_latency_ms := %s,
                    quality_score := %s)""".formatted(name, cost, latency, quality));
    }
}
