package dev.tinydancer.engine;

import static java.util.Objects.requireNonNull;
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

/** Batches of requests from SQL. */
final class BatchRouteIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private static final String PLAN_BATCH =
            "ARRAY['Simple question 1', 'Complex analysis task', 'Code generation request']";

    @BeforeEach
    void registerAgents() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "DELETE FROM tiny_dancer.agent; DELETE FROM tiny_dancer.decision");
            register(connection, "large", 0.1, 0.95);
            register(connection, "small", 0.01, 0.6);
        }
    }

    @Test
    void eachByItself_isWhatRouteChooses() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            for (String target : List.of("cost", "latency", "quality", "balanced", "quality_per_dollar")) {
                List<List<String>> batch = Rows.all(connection, """
                        SELECT agent_name, confidence, estimated_cost, estimated_latency_ms, expected_quality
                        FROM ruvector_batch_route(%s, optimize_for := '%s')""".formatted(PLAN_BATCH, target));
                List<List<String>> single = Rows.all(connection, """
                        SELECT routed.agent_name, routed.confidence, routed.estimated_cost, routed.estimated_latency_ms,
                               routed.expected_quality
                        FROM unnest(%s) AS request, ruvector_route(request, '%s') AS routed
                        """.formatted(PLAN_BATCH, target));
                assertThat(batch).as(target).isEqualTo(single).hasSize(3);
            }
        }
    }

    @Test
    void rows_standInTheOrderOfTheRequests() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.all(
                            connection,
                            "SELECT request_index, request, error FROM ruvector_batch_route('[5:7]={one,two,three}')"))
                    .containsExactly(
                            List.of("1", "one", "null"), List.of("2", "two", "null"), List.of("3", "three", "null"));
        }
    }

    @Test
    void totalCost_reachesTheMeanQualityAtTheLeastCost() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            String sums = "SELECT avg(expected_quality), sum(estimated_cost) FROM ruvector_batch_route("
                    + "array_fill('What were the main consequences of the Treaty of Versailles?'::text, ARRAY[20]), 'total_cost', min_mean_quality := ";
            List<String> low = Rows.first(connection, sums + "0.5)");
            List<String> high = Rows.first(connection, sums + "0.7)");
            assertThat(Double.parseDouble(low.getFirst())).isGreaterThanOrEqualTo(0.5 - 1e-9);
            assertThat(Double.parseDouble(high.getFirst())).isGreaterThanOrEqualTo(0.7 - 1e-9);
            assertThat(Double.parseDouble(low.getLast())).isLessThan(Double.parseDouble(high.getLast()));
        }
    }

    @Test
    void totalCost_manyAgents_areForFewerRequestsTogether() throws SQLException {
        String most = "SELECT tiny_dancer.most_requests_together(";
        try (Connection connection = database.connect()) {
            assertThat(Rows.first(connection, most + "'default'), tiny_dancer.most_requests_together('nobody')"))
                    .containsExactly("10000", "10000");
            Rows.execute(connection, """
                    INSERT INTO tiny_dancer.agent (tenant, name, agent_type, capabilities, avg_latency_ms, quality_score)
                    SELECT 'default', 'one of many ' || number, 'llm', '{x}', 1, 0.1 FROM generate_series(1, 998) AS number""");
            assertThat(Rows.first(connection, most + "'default')")).containsExactly("250");
            assertThat(Rows.first(
                            connection,
                            "SELECT count(agent_name) FROM ruvector_batch_route(array_fill('hello'::text, ARRAY[251]),"
                                    + " 'total_cost', min_mean_quality := 0.5)"))
                    .containsExactly("251");
        }
    }

    @Test
    void reasoning_saysWhatWasFoundForAllAndWhatTheRequestGivesUp() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            String reasons = "SELECT reasoning FROM ruvector_batch_route(" + PLAN_BATCH + ", optimize_for := ";
            assertThat(Rows.all(connection, reasons + "'total_cost', min_mean_quality := 0.7)"))
                    .hasSize(3)
                    .allSatisfy(row -> assertThat(row.getFirst())
                            .matches("(small|large): cheapest assignment of 3 requests with a mean quality of 0.7,"
                                    + " 0\\.7\\d* expected for \\$[0-9.]+; \\d+ points? .*; expected quality .*"));
            assertThat(Rows.all(connection, reasons + "'total_cost', max_total_cost := 10)"))
                    .allSatisfy(
                            row -> assertThat(row.getFirst()).startsWith("large: best assignment of 3 requests, 0."));
            assertThat(Rows.all(connection, reasons + "'balanced')"))
                    .allSatisfy(row -> assertThat(row.getFirst()).contains(": best balanced of 2 fitting agents"));
        }
    }

    @Test
    void totalCost_qualityOutOfReach_bestAndANotice() throws SQLException {
        try (Connection connection = database.connectAsUser();
                Statement statement = connection.createStatement()) {
            try (var rows = statement.executeQuery("SELECT * FROM ruvector_batch_route(" + PLAN_BATCH
                    + ", optimize_for := 'total_cost', min_mean_quality := 0.999)")) {
                int large = 0;
                while (rows.next()) {
                    large += rows.getString("agent_name").equals("large") ? 1 : 0;
                }
                assertThat(large).isEqualTo(3);
            }
            assertThat(requireNonNull(statement.getWarnings()).getMessage())
                    .startsWith("a mean quality of 0.9990 is out of reach: the best assignment has 0.");
        }
    }

    @Test
    void maxTotalCost_isKept_andUsed() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            for (String target : List.of("", "optimize_for := 'total_cost', ")) {
                assertThat(Rows.first(connection, """
                        SELECT sum(estimated_cost) <= 0.25, count(*) FILTER (WHERE agent_name = 'large'), count(error)
                        FROM ruvector_batch_route(array_fill('Why is the sky blue?'::text, ARRAY[5]), %s
                            max_total_cost := 0.25)""".formatted(target))).containsExactly("t", "2", "0");
            }
        }
    }

    @Test
    void maxTotalCost_tooLittle_answersWhatItCan() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.all(connection, """
                    SELECT coalesce(left(error, 6), agent_name), count(*)
                    FROM ruvector_batch_route(array_fill('Why?'::text, ARRAY[5]), max_total_cost := 0.035)
                    GROUP BY 1 ORDER BY 1""")).containsExactly(List.of("TD402:", "2"), List.of("small", "3"));
        }
    }

    @Test
    void budgetRemaining_isUsedUpByTheBatch() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            for (String target : List.of("quality", "total_cost")) {
                assertThat(Rows.first(connection, """
                        SELECT sum(estimated_cost) <= 0.15, count(error) > 0, count(agent_name) > 0
                        FROM ruvector_batch_route(array_fill('Why?'::text, ARRAY[30]), '%s', budget_remaining := 0.15)
                        """.formatted(target)))
                        .as(target)
                        .containsExactly("t", "t", "t");
            }
        }
    }

    @Test
    void badElements_failInTheirOwnRows() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            for (String target : List.of("balanced", "total_cost")) {
                List<List<String>> rows = Rows.all(connection, """
                        SELECT request_index, left(request, 3), agent_name IS NULL, decision_id IS NULL, error
                        FROM ruvector_batch_route(ARRAY['Hello', NULL, ' ', repeat('x', 17000000), 'Bye'], '%s')
                        """.formatted(target));
                assertThat(rows)
                        .containsExactly(
                                List.of("1", "Hel", "f", "f", "null"),
                                List.of("2", "null", "t", "t", "22004: request must not be null"),
                                List.of("3", " ", "t", "t", "22023: request must not be empty"),
                                List.of(
                                        "4",
                                        "xxx",
                                        "t",
                                        "t",
                                        "22023: request must have at most 1000000 characters in a batch"),
                                List.of("5", "Bye", "f", "f", "null"));
            }
        }
    }

    @Test
    void noAgentFits_saysWhyInEachRow() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            for (String target : List.of("balanced", "total_cost")) {
                assertThat(Rows.all(connection, """
                        SELECT error FROM ruvector_batch_route(ARRAY['Hello'], '%s', min_quality := 0.96)
                        """.formatted(target)))
                        .containsExactly(List.of("TD404: no agent fits the request:"
                                + " min_quality 0.96 removed large (0.95), small (0.6)"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sync", "async"})
    void decisions_areLogged_errorsAreNot(String mode) throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "SET tiny_dancer.log_decisions = " + mode);
            Rows.execute(connection, "SET tiny_dancer.log_requests = on");
            List<List<String>> rows = Rows.all(connection, """
                    SELECT decision_id, agent_name, request FROM ruvector_batch_route(
                        ARRAY['Hello', NULL, 'Bye'], 'total_cost', min_mean_quality := 0.4, tags := '{nightly}')
                    WHERE error IS NULL""");
            assertThat(rows).hasSize(2);
            Eventually.succeeds(() -> assertThat(Rows.all(connection, """
                            SELECT decision_id, agent, request FROM tiny_dancer.decision
                            WHERE optimize_for = 'total_cost' AND tags = '{nightly}' AND embedding IS NOT NULL
                              AND request_hash = sha256(convert_to(request, 'UTF8')) AND category IS NOT NULL""")).containsExactlyInAnyOrderElementsOf(rows));
            assertThat(Rows.first(
                            connection,
                            "SELECT ruvector_record_outcome('" + rows.getFirst().getFirst() + "', true)"))
                    .containsExactly("t");
        }
    }

    @Test
    void readOnlyTransaction_answersAndLogsNothing() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "BEGIN READ ONLY");
            assertThat(Rows.all(connection, "SELECT agent_name FROM ruvector_batch_route('{a,b}')"))
                    .hasSize(2);
            Rows.execute(connection, "COMMIT");
            assertThat(Rows.first(connection, "SELECT count(*) FROM tiny_dancer.decision"))
                    .containsExactly("0");
        }
    }

    @Test
    void uncommittedAgents_areSeen() throws SQLException {
        try (Connection connection = database.connectAsAdmin()) {
            Rows.execute(connection, "BEGIN");
            register(connection, "mine", 0, 1);
            assertThat(Rows.all(connection, "SELECT agent_name FROM ruvector_batch_route('{a}', 'quality')"))
                    .containsExactly(List.of("mine"));
            Rows.execute(connection, "ROLLBACK");
            assertThat(Rows.all(connection, "SELECT agent_name FROM ruvector_batch_route('{a}', 'quality')"))
                    .containsExactly(List.of("large"));
        }
    }

    @Test
    void emptyBatch_hasNoRows() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.all(connection, "SELECT * FROM ruvector_batch_route('{}')"))
                    .isEmpty();
        }
    }

    @Test
    void aThousandRequests_takeOneRoundTrip() throws SQLException {
        try (Connection connection = database.connect()) {
            assertThat(Rows.first(connection, """
                    SELECT count(DISTINCT decision_id), count(error), avg(expected_quality) >= 0.7
                    FROM ruvector_batch_route(
                        (SELECT array_agg('Question number ' || n) FROM generate_series(1, 1000) AS n),
                        'total_cost', min_mean_quality := 0.7)""")).containsExactly("1000", "0", "t");
            assertThat(Rows.first(connection, "SELECT count(*) FROM tiny_dancer.decision"))
                    .containsExactly("1000");
        }
    }

    @Test
    void moreThanAThousand_goInSlices_asIfTheyWereOne() throws SQLException {
        try (Connection connection = database.connect()) {
            assertThat(Rows.first(connection, """
                    SELECT count(DISTINCT decision_id), count(error), bool_and(request = 'Question number ' || request_index),
                           array_agg(request_index) = ARRAY(SELECT generate_series(1, 2500))
                    FROM ruvector_batch_route(
                        (SELECT array_agg('Question number ' || n) FROM generate_series(1, 2500) AS n))""")).containsExactly("2500", "0", "t", "t");
            assertThat(Rows.first(connection, "SELECT count(*) FROM tiny_dancer.decision"))
                    .containsExactly("2500");
        }
    }

    @Test
    void remainingBudget_isThatOfAllSlices() throws SQLException {
        try (Connection connection = database.connect()) {
            assertThat(Rows.first(connection, """
                    SELECT count(agent_name), count(*) FILTER (WHERE error LIKE 'TD402%' OR error LIKE 'TD404%')
                    FROM ruvector_batch_route(
                        array_fill('Hello'::text, ARRAY[1500]), 'cost', budget_remaining := 12.005,
                        excluded_agents := '{large}')""")).containsExactly("1200", "300");
        }
    }

    /** What is too much to be optimised in one piece shares the sum between the pieces. */
    @Test
    void totalCost_isKeptByAllSlicesTogether() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "SET tiny_dancer.log_decisions = off");
            assertThat(Rows.first(connection, """
                    SELECT count(agent_name), sum(estimated_cost) BETWEEN 299.8 AND 300,
                           count(*) FILTER (WHERE agent_name = 'large' AND request_index <= 10000) > 1600,
                           count(*) FILTER (WHERE agent_name = 'large' AND request_index > 10000) > 320
                    FROM ruvector_batch_route(array_fill('Hello'::text, ARRAY[12000]), max_total_cost := 300)""")).containsExactly("12000", "t", "t", "t");
        }
    }

    static Stream<Arguments> invalidArguments() {
        return Stream.of(
                Arguments.of("NULL", "22004", "requests must not be null"),
                Arguments.of("ARRAY[ARRAY['a'], ARRAY['b']]", "22023", "requests must have one dimension"),
                Arguments.of("'{x}', 'speed'", "22023", "optimize_for is unknown, got \"speed\""),
                Arguments.of("'{x}', max_total_cost := -1", "22023", "max_total_cost"),
                Arguments.of("'{x}', min_mean_quality := 1.1", "22023", "min_mean_quality"),
                Arguments.of(
                        "'{x}', 'latency', max_total_cost := 1",
                        "22023",
                        "max_total_cost does not go with optimize_for latency"),
                Arguments.of(
                        "'{x}', 'cost', min_mean_quality := 1",
                        "22023",
                        "min_mean_quality does not go with optimize_for cost"),
                Arguments.of("'{x}', required_capabilities := ARRAY[NULL]", "22004", "required_capabilities"),
                Arguments.of("'{x}', max_cost := 'NaN'", "22023", "max_cost"),
                Arguments.of("'{x}', max_latency_ms := -1", "22023", "max_latency_ms"),
                Arguments.of("'{x}', min_quality := 2", "22023", "min_quality"),
                Arguments.of("'{x}', excluded_agents := ARRAY['']", "22023", "excluded_agents"),
                Arguments.of("'{x}', budget_remaining := 'Infinity'", "22023", "budget_remaining"),
                Arguments.of("'{x}', tags := ARRAY[NULL]", "22004", "tags"),
                Arguments.of("'{x}', expected_output_tokens := -1", "22023", "expected_output_tokens"));
    }

    @ParameterizedTest
    @MethodSource("invalidArguments")
    void invalidArgument_isNamed(String arguments, String state, String message) throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            ServerErrorMessage error =
                    SqlFailure.of(connection, "SELECT * FROM ruvector_batch_route(" + arguments + ")");
            assertThat(error.getSQLState()).as(error.toString()).isEqualTo(state);
            assertThat(error.getMessage()).contains(message);
        }
    }

    private static void register(Connection connection, String name, double costPerCall, double quality)
            throws SQLException {
        Rows.execute(connection, """
                SELECT ruvector_register_agent('%s', 'llm', ARRAY['general'], cost_per_call := %s,
                    avg_latency_ms := 1000, quality_score := %s)
                """.formatted(name, costPerCall, quality));
    }
}
