package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import dev.tinydancer.router.tokens.TokenFamily;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.ServerErrorMessage;

/** Routing from SQL, end to end: the functions, dblink, the wire, the router. */
final class RoutingIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    /** One that the tool among the agents is made for. */
    private static final String CODE_REQUEST = "Fix the bug in this Python function, it raises a KeyError";

    @BeforeEach
    void registerThePlansAgents() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "DELETE FROM tiny_dancer.agent");
            Rows.execute(connection, """
                    SELECT ruvector_register_agent('gpt-4', 'llm', ARRAY['reasoning', 'code', 'analysis', 'creative'],
                        cost_per_1k_tokens := 0.03, avg_latency_ms := 2500, quality_score := 0.95)""");
            Rows.execute(connection, """
                    SELECT ruvector_register_agent('claude-3-haiku', 'llm', ARRAY['fast-response', 'simple-tasks'],
                        cost_per_1k_tokens := 0.00025, avg_latency_ms := 400, quality_score := 0.80)""");
            Rows.execute(connection, """
                    SELECT ruvector_register_agent('code-specialist', 'tool', ARRAY['code-execution', 'debugging'],
                        cost_per_call := 0.001, avg_latency_ms := 100, quality_score := 0.90)""");
        }
    }

    @Test
    void route_byCost_takesTheCheapestThatIsGoodEnough_andByQualityTheBest() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(routed(connection, "optimize_for := 'cost'"))
                    .isEqualTo(
                            Rows.first(connection, """
                            SELECT agent_name
                            FROM (SELECT *, max(expected_quality) OVER () AS best
                                  FROM ruvector_explain_route('%s', optimize_for := 'cost')) AS candidate
                            WHERE expected_quality >= 0.8 * best
                            ORDER BY estimated_cost LIMIT 1""".formatted(CODE_REQUEST)).getFirst());
            assertThat(routed(connection, "optimize_for := 'quality'")).isEqualTo("gpt-4");
        }
    }

    @Test
    void route_byAPolicyOfOnesOwn_decidesByMoney() throws SQLException {
        try (Connection admin = database.connect();
                Connection user = database.connectAsUser()) {
            Rows.execute(admin, "SELECT ruvector_set_policy('generous', worth_usd := 100)");
            Rows.execute(admin, "SELECT ruvector_set_policy('frugal', worth_usd := 0.0001)");
            Rows.execute(admin, "SELECT ruvector_set_policy('hurried', worth_usd := 100, usd_per_second := 1000)");

            assertThat(routed(user, "optimize_for := 'generous'")).isEqualTo("gpt-4");
            assertThat(routed(user, "optimize_for := 'frugal'")).isEqualTo("claude-3-haiku");
            assertThat(routed(user, "optimize_for := 'hurried'")).isEqualTo("code-specialist");
            assertThat(routed(user, "min_relative_quality := 1")).isEqualTo("gpt-4");
            assertThat(Rows.first(user, """
                            SELECT agent_name, excluded_by LIKE 'min_relative_quality 0.9 (%%'
                            FROM ruvector_explain_route('%s', min_relative_quality := 0.9)
                            WHERE agent_name = 'claude-3-haiku'""".formatted(CODE_REQUEST))).containsExactly("claude-3-haiku", "t");
            assertThat(Rows.first(user, """
                            SELECT agent_name, error FROM ruvector_batch_route(ARRAY['%s'], 'generous')
                            """.formatted(CODE_REQUEST))).containsExactly("gpt-4", "null");
            // Uncommitted, a policy is its transaction's own.
            Rows.execute(admin, "BEGIN");
            Rows.execute(admin, "SELECT ruvector_remove_policy('generous')");
            assertThatThrownBy(() -> routed(admin, "optimize_for := 'generous'"))
                    .hasMessageContaining("optimize_for is unknown, got \"generous\"");
            Rows.execute(admin, "ROLLBACK");
            assertThat(routed(admin, "optimize_for := 'generous'")).isEqualTo("gpt-4");
            Rows.execute(admin, "SELECT ruvector_remove_policy(name) FROM ruvector_list_policies() WHERE is_set");
        }
    }

    @Test
    @Tag("once")
    void route_amongTenThousandAgents_answersAtOnce_andNamesTheNearest() throws SQLException {
        try (Connection connection = database.connect()) {
            assertThat(Rows.first(connection, """
                            SELECT count(ruvector_register_agent('agent-' || n, 'llm', ARRAY['code'],
                                cost_per_1k_tokens := 0.001, avg_latency_ms := 2000 + n, quality_score := 0.5))
                            FROM generate_series(1, 10000) AS n""")).containsExactly("10000");

            assertThat(routed(connection, "optimize_for := 'latency'")).isEqualTo("code-specialist");

            ServerErrorMessage error =
                    SqlFailure.of(connection, "SELECT * FROM ruvector_route('x', max_latency_ms := 50)");
            assertThat(error.getSQLState()).isEqualTo("TD404");
            assertThat(error.getDetail())
                    .contains("max_latency_ms 50 removed 10003 agents, among them ", "code-specialist (100)")
                    .hasSizeLessThan(1_000);
        }
    }

    @Test
    void route_thePlansConstraints_leaveGpt4() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            List<String> row = Rows.first(connection, """
                    SELECT agent_name, confidence BETWEEN 0 AND 1, estimated_cost > 0, estimated_latency_ms,
                           expected_quality BETWEEN 0 AND 1, reasoning LIKE 'gpt-4: %', decision_id IS NOT NULL,
                           jsonb_typeof(alternatives)
                    FROM ruvector_route('Analyze this complex legal document',
                        required_capabilities := ARRAY['reasoning', 'ANALYSIS '], max_cost := 0.10,
                        max_latency_ms := 5000, min_quality := 0.90)""");
            assertThat(row).containsExactly("gpt-4", "t", "t", "2500", "t", "t", "t", "array");
        }
    }

    @Test
    void route_whereNoAgentFits_saysWhatRemovedWhomAndWhatWouldHelp() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            ServerErrorMessage error =
                    SqlFailure.of(connection, "SELECT * FROM ruvector_route('Hello', min_quality := 0.97)");
            assertThat(error.getSQLState()).isEqualTo("TD404");
            assertThat(error.getMessage()).isEqualTo("no agent fits the request");
            assertThat(error.getDetail()).contains("min_quality 0.97 removed", "gpt-4 (0.95)", "claude-3-haiku (0.8)");
            assertThat(error.getHint()).contains("min_quality => 0.95", "gpt-4");
            assertThat(routed(connection, "min_quality := 0.95")).isEqualTo("gpt-4");
        }
    }

    @Test
    void route_withoutAnyAgent_hasNoEmptyDetail() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "DELETE FROM tiny_dancer.agent");

            ServerErrorMessage error = SqlFailure.of(connection, "SELECT * FROM ruvector_route('Hello')");

            assertThat(error.getSQLState()).isEqualTo("TD404");
            assertThat(error.getDetail()).isNull();
        }
    }

    @Test
    void route_logsTheDecisionWithItsColumns() throws SQLException {
        try (Connection connection = database.connect()) {
            String id = Rows.first(
                            connection, "SELECT decision_id FROM ruvector_route('Count to three', tags := '{a,b}')")
                    .getFirst();
            List<String> row = Rows.first(connection, """
                    SELECT fallback, optimize_for, input_tokens > 0, output_tokens > 0, tags, request IS NULL,
                           request_hash = sha256('Count to three'), length(embedding) > 100, reasoning <> ''
                    FROM tiny_dancer.decision WHERE decision_id = '%s'""".formatted(UUID.fromString(id)));
            assertThat(row).containsExactly("f", "balanced", "t", "t", "{a,b}", "t", "t", "t", "t");
        }
    }

    @Test
    void route_isShownByTheLogInTheSameWords() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            List<String> routed = Rows.first(
                    connection, "SELECT decision_id, reasoning, alternatives FROM ruvector_route('Count to four')");
            List<String> logged = Rows.first(
                    connection, """
                    SELECT reasoning, jsonb_path_query_array(alternatives, '$[*].agent_name')
                                      = jsonb_path_query_array('%s', '$[*].agent_name'),
                           jsonb_array_length(alternatives) > 0
                    FROM ruvector_decisions WHERE decision_id = '%s'""".formatted(routed.get(2).replace("'", "''"), UUID.fromString(routed.get(0))));
            assertThat(logged.get(0)).startsWith("best balanced of ");
            assertThat(routed.get(1)).contains(": " + logged.get(0) + "; ");
            assertThat(logged.subList(1, 3)).containsExactly("t", "t");
        }
    }

    @Test
    void explainRoute_showsEveryAgent_andChoosesWhatRouteChooses() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            List<List<String>> rows = Rows.all(connection, """
                    SELECT agent_name, chosen, excluded_by, utility IS NULL, quality_evidence, reasoning <> ''
                    FROM ruvector_explain_route('%s', optimize_for := 'quality', max_latency_ms := 1000)
                    """.formatted(CODE_REQUEST));
            assertThat(rows)
                    .extracting(row -> row.get(0))
                    .containsExactlyInAnyOrder("claude-3-haiku", "code-specialist", "gpt-4");
            assertThat(rows.getLast()).containsExactly("gpt-4", "f", "max_latency_ms 1000 (2500)", "t", "0", "t");
            String chosen = routed(connection, "optimize_for := 'quality', max_latency_ms := 1000");
            assertThat(rows.getFirst()).containsExactly(chosen, "t", "null", "f", "0", "t");
            assertThat(rows.get(1)).endsWith("f", "null", "f", "0", "t");
        }
    }

    static Stream<Arguments> invalidArguments() {
        return Stream.of(
                Arguments.of("NULL", "22004", "request must not be null"),
                Arguments.of("''", "22023", "request must not be empty"),
                Arguments.of("E' \\t\\n'", "22023", "request must not be empty"),
                Arguments.of("'x', optimize_for := 'speed'", "22023", "optimize_for is unknown, got \"speed\""),
                Arguments.of("'x', required_capabilities := '{a, A}'", "22023", "required_capabilities"),
                Arguments.of("'x', required_capabilities := ARRAY[NULL]", "22004", "required_capabilities"),
                Arguments.of("'x', max_cost := -1", "22023", "max_cost must be a finite number of at least 0, got -1"),
                Arguments.of("'x', max_cost := 'NaN'", "22023", "max_cost"),
                Arguments.of("'x', max_latency_ms := 'Infinity'", "22023", "max_latency_ms"),
                Arguments.of("'x', min_quality := 1.5", "22023", "min_quality must be between 0 and 1, got 1.5"),
                Arguments.of("'x', min_quality := 'NaN'", "22023", "min_quality"),
                Arguments.of("'x', excluded_agents := '{\"\"}'", "22023", "excluded_agents"),
                Arguments.of("'x', budget_remaining := -0.01", "22023", "budget_remaining"),
                Arguments.of("'x', tags := ARRAY[' ']", "22023", "tags"),
                Arguments.of("'x', expected_output_tokens := -1", "22023", "expected_output_tokens"));
    }

    @ParameterizedTest
    @MethodSource("invalidArguments")
    void route_invalidArgument_isNamed(String arguments, String state, String message) throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            for (String function : List.of("ruvector_route", "ruvector_explain_route")) {
                ServerErrorMessage error =
                        SqlFailure.of(connection, "SELECT * FROM " + function + "(" + arguments + ")");
                assertThat(error.getSQLState()).as(error.toString()).isEqualTo(state);
                assertThat(error.getMessage()).contains(message);
            }
        }
    }

    @Test
    void route_unknownTarget_hintsTheValidOnes() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(SqlFailure.of(connection, "SELECT * FROM ruvector_route('x', 'speed')")
                            .getHint())
                    .contains("cost", "latency", "quality", "balanced", "quality_per_dollar");
        }
    }

    @Test
    void route_aMegabyteOfText_isRouted() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(Rows.first(
                            connection, "SELECT agent_name FROM ruvector_route(repeat('Lorem ipsum 馬. ', 65536))"))
                    .hasSize(1);
        }
    }

    /** 6,000 characters of base64 are some 4,100 tokens, and one word. */
    @Test
    void maxCost_isNotPassedByPastingAFile() throws SQLException {
        byte[] file = new byte[4_500];
        new Random(3).nextBytes(file);
        String base64 = Base64.getEncoder().encodeToString(file);
        try (Connection connection = database.connect()) {
            Rows.execute(
                    connection,
                    "SELECT ruvector_register_agent('dear', 'llm', ARRAY['files'], 1, "
                            + "avg_latency_ms := 1, quality_score := 1, metadata := '{\"model\": \"gpt-4o\"}')");
            ServerErrorMessage failure = SqlFailure.of(
                    connection,
                    "SELECT ruvector_route('" + base64
                            + "', required_capabilities := '{files}', max_cost := 3, expected_output_tokens := 0)");
            assertThat(failure.getSQLState()).isEqualTo("TD404");
            assertThat(failure.getDetail()).contains("max_cost 3 removed dear (4.");
        }
    }

    /** What metadata says of limits and abilities, and what it does not say. */
    @Test
    void limitsAndNeeds_areKept_byRouteAndExplain() throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "DELETE FROM tiny_dancer.agent");
            Rows.execute(connection, """
                    SELECT ruvector_register_agent('narrow', 'llm', '{a}', 1, avg_latency_ms := 1, quality_score := 1,
                               metadata := '{"context_window": 1000, "tools": true, "max_output_tokens": 800}'),
                           ruvector_register_agent('seeing', 'llm', '{a}', 1, avg_latency_ms := 1, quality_score := 0.9,
                               metadata := '{"modalities": {"input": ["text", "image"], "output": ["text"]}, "long_output": true}'),
                           ruvector_register_agent('silent', 'llm', '{a,vision}', 1, avg_latency_ms := 1, quality_score := 0.8)
                    """);
            String explain = "SELECT agent_name || coalesce(': ' || excluded_by, '') FROM ruvector_explain_route(";
            assertThat(Rows.all(connection, explain + "'Hello there') ORDER BY 1"))
                    .containsExactly(List.of("narrow"), List.of("seeing"), List.of("silent"));
            assertThat(Rows.all(
                            connection, explain + "repeat('word ', 1200), expected_output_tokens := 100) ORDER BY 1"))
                    .containsExactly(
                            List.of("narrow: context_window (1301 of 1000 tokens)"),
                            List.of("seeing"),
                            List.of("silent"));
            assertThat(Rows.all(connection, explain + "'x', expected_output_tokens := 900) ORDER BY 1"))
                    .contains(List.of("narrow: max_output_tokens (900 of 800 tokens)"));
            assertThat(Rows.all(connection, explain + "'x', needs := '{image}') ORDER BY 1"))
                    .containsExactly(List.of("narrow: needs (lacks vision)"), List.of("seeing"), List.of("silent"));
            ServerErrorMessage failure = SqlFailure.of(
                    connection, "SELECT ruvector_route('x', needs := '{vision, Function_Calling, long_output}')");
            assertThat(failure.getSQLState()).isEqualTo("TD404");
            assertThat(failure.getDetail())
                    .isEqualTo("needs removed narrow (lacks long_output, vision), seeing (lacks tools), silent (lacks"
                            + " long_output, tools)");
            assertThat(failure.getHint()).isEqualTo("Smallest relaxation: needs without tools would admit seeing.");
            assertThat(Rows.first(
                            connection, "SELECT agent_name FROM ruvector_route_multi('x', 1, needs := '{tools}')"))
                    .containsExactly("narrow");
            assertThat(Rows.first(
                            connection, "SELECT agent_name FROM ruvector_batch_route('{x}', needs := '{vision}')"))
                    .containsExactly("seeing");
            assertThat(SqlFailure.of(connection, "SELECT ruvector_route('x', needs := '{\" \"}')")
                            .getMessage())
                    .isEqualTo("an element of needs must not be empty");
            assertThat(SqlFailure.of(
                                    connection,
                                    "SELECT ruvector_register_agent('x', 'llm', '{a}', avg_latency_ms := 1, "
                                            + "quality_score := 1, metadata := '{\"context_window\": \"128k\"}')")
                            .getMessage())
                    .isEqualTo("metadata.context_window must be a number in JSON, got 128k");
        }
    }

    @Test
    void tokenizer_ofTheMetadata_isCountedBy() throws SQLException {
        try (Connection connection = database.connect()) {
            for (String family : TokenFamily.names()) {
                Rows.execute(
                        connection,
                        "SELECT ruvector_register_agent('counts as " + family
                                + "', 'llm', ARRAY['counting'], 1000, avg_latency_ms := 1, quality_score := 1, "
                                + "metadata := '{\"tokenizer\": \"" + family + "\"}')");
            }
            Rows.execute(
                    connection,
                    "SELECT ruvector_register_agent('counts twice', 'llm', ARRAY['counting'], 1000, "
                            + "avg_latency_ms := 1, quality_score := 1, metadata := '{\"token_factor\": 2}')");
            String costs = "SELECT round(estimated_cost::numeric, 2) FROM ruvector_explain_route("
                    + "'Hello there', expected_output_tokens := 0) WHERE agent_name = 'counts ";
            assertThat(Rows.first(connection, costs + "as o200k'")).containsExactly("2.00");
            assertThat(Rows.first(connection, costs + "as claude'")).containsExactly("2.40");
            assertThat(Rows.first(connection, costs + "twice'")).containsExactly("4.00");
            assertThat(SqlFailure.of(
                                    connection,
                                    "SELECT ruvector_register_agent('x', 'llm', '{counting}', avg_latency_ms := 1, "
                                            + "quality_score := 1, metadata := '{\"tokenizer\": \"abacus\"}')")
                            .getMessage())
                    .isEqualTo("metadata.tokenizer is unknown, got \"abacus\"");
            assertThat(SqlFailure.of(
                                    connection,
                                    "SELECT ruvector_register_agent('x', 'llm', '{counting}', avg_latency_ms := 1, "
                                            + "quality_score := 1, metadata := '{\"token_factor\": 0}')")
                            .getMessage())
                    .isEqualTo("metadata.token_factor must be between 0.1 and 10, got 0");
        }
    }

    @Test
    void route_everyCharacter_passesThroughUnharmed() throws SQLException {
        try (Connection connection = database.connect()) {
            String name = "агент 馬 🐎 \"quoted\" \\ 'single' \t";
            try (var statement = connection.prepareStatement("""
                    SELECT ruvector_register_agent(?, 'api', ARRAY['odd names'], avg_latency_ms := 1, quality_score := 1)""")) {
                statement.setString(1, name);
                statement.execute();
            }
            try (var statement = connection.prepareStatement(
                    "SELECT agent_name FROM ruvector_route(?, required_capabilities := ARRAY['Odd Names'])")) {
                statement.setString(1, name);
                try (var row = statement.executeQuery()) {
                    row.next();
                    assertThat(row.getString(1)).isEqualTo(name);
                }
            }
        }
    }

    @Test
    void route_inAReadOnlyTransaction_answersAndLogsNothing() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            Rows.execute(connection, "BEGIN READ ONLY");
            String id = Rows.first(connection, "SELECT decision_id FROM ruvector_route('Hello')")
                    .getFirst();
            Rows.execute(connection, "COMMIT");
            try (Connection superuser = database.connect()) {
                assertThat(Rows.first(
                                superuser,
                                "SELECT count(*) FROM tiny_dancer.decision WHERE decision_id = '" + UUID.fromString(id)
                                        + "'"))
                        .containsExactly("0");
            }
        }
    }

    @Test
    void status_tellsWhatRuns() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            List<String> row = Rows.first(connection, """
                    SELECT version <> '', catalog_version > 0, engines, models ? 'embedding', kernels <> '',
                           uptime > interval '0' AND uptime < interval '1 hour'
                    FROM ruvector_engine_status()""");
            assertThat(row).containsExactly("t", "t", "1", "t", "t", "t");
        }
    }

    private static String routed(Connection connection, String constraints) throws SQLException {
        return Rows.first(
                        connection,
                        "SELECT agent_name FROM ruvector_route('" + CODE_REQUEST + "', " + constraints + ")")
                .getFirst();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL                                          | 22004 | request must not be null
            E' \\n'                                       | 22023 | request must not be empty
            'x', 'cheap'                                  | 22023 | optimize_for is unknown, got "cheap"
            'x', required_capabilities => ARRAY[NULL]     | 22004 | an element of required_capabilities must not be null
            'x', required_capabilities => '{""}'          | 22023 | an element of required_capabilities must not be empty
            'x', required_capabilities => '{a, A}'        | 22023 | an element of required_capabilities must not be given twice, got a
            'x', max_cost => -1                           | 22023 | max_cost must be a finite number of at least 0, got -1
            'x', max_cost => 'NaN'                        | 22023 | max_cost must be a finite number of at least 0, got NaN
            'x', max_cost => 1e300                        | 22023 | max_cost must be at most 1e9, got 1.0E300
            'x', max_latency_ms => 'Infinity'             | 22023 | max_latency_ms must be a finite number of at least 0, got Infinity
            'x', min_quality => 1.5                       | 22023 | min_quality must be between 0 and 1, got 1.5
            'x', excluded_agents => ARRAY['a', NULL]      | 22004 | an element of excluded_agents must not be null
            'x', budget_remaining => -0.5                 | 22023 | budget_remaining must be a finite number of at least 0, got -0.5
            'x', tags => '{" "}'                          | 22023 | an element of tags must not be empty
            'x', tags => '{{a,b}}'                        | 22023 | tags must have one dimension, got {{a,b}}
            'x', expected_output_tokens => -1             | 22023 | expected_output_tokens must be a finite number of at least 0, got -1
            'x', options => '{"colour": 1}'               | 22023 | a key of options is unknown, got "colour"
            'x', options => '[]'                          | 22023 | options must be a JSON object, got []
            """)
    void arguments_invalid_areNamed_byRouteAndExplain_inOneLineOfContext(
            String arguments, String sqlState, String message) throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            for (String function : List.of("ruvector_route", "ruvector_explain_route")) {
                ServerErrorMessage failure = SqlFailure.of(connection, "SELECT " + function + "(" + arguments + ")");

                assertThat(failure.getSQLState()).as(failure.toString()).isEqualTo(sqlState);
                assertThat(failure.getMessage()).isEqualTo(message);
                assertThat(failure.getWhere()).doesNotContain("\n").contains(function);
            }
        }
    }

    @Test
    void arguments_null_areNotGiven() throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            assertThat(routed(connection, "optimize_for := NULL, tags := NULL, options := NULL"))
                    .isEqualTo(routed(connection, "optimize_for := 'balanced'"));
        }
    }

    @ParameterizedTest
    @CsvSource({"log_decisions, sometimes", "log_requests, yes", "on_engine_down, panic"})
    void parameters_invalid_areNamed(String parameter, String value) throws SQLException {
        try (Connection connection = database.connectAsUser()) {
            Rows.execute(connection, "SET tiny_dancer." + parameter + " = '" + value + "'");

            ServerErrorMessage failure = SqlFailure.of(connection, "SELECT ruvector_route('x')");

            assertThat(failure.getSQLState()).isEqualTo("22023");
            assertThat(failure.getMessage())
                    .isEqualTo("tiny_dancer." + parameter + " is unknown, got \"" + value + "\"");
            assertThat(failure.getHint()).startsWith("Valid are: ");
        }
    }
}
