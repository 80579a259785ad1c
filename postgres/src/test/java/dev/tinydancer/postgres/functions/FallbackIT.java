package dev.tinydancer.postgres.functions;

import static java.util.Arrays.asList;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.postgres.testing.TestDatabase;
import dev.tinydancer.router.policy.Baseline;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.policy.Prospect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.ServerErrorMessage;

/** What ruvector_route does while no engine answers and the session prefers a poorer answer to an error. */
final class FallbackIT {

    /** Nobody listens at the address that a migrated test database has. */
    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void registerAgents() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run(
                "TRUNCATE tiny_dancer.agent, tiny_dancer.budget, tiny_dancer.policy, tiny_dancer.decision, tiny_dancer.outcome");
        sql.run("""
                SELECT ruvector_register_agent('large', 'llm', '{reasoning,Code}', 0.03, avg_latency_ms => 2500, quality_score => 0.95);
                SELECT ruvector_register_agent('small', 'llm', '{simple-tasks}', 0.00025, avg_latency_ms => 400, quality_score => 0.8);
                SELECT ruvector_register_agent('tool', 'tool', '{debugging}', cost_per_call => 0.001, avg_latency_ms => 100, quality_score => 0.9);
                SELECT ruvector_register_agent('off', 'llm', '{reasoning}', 0, avg_latency_ms => 1, quality_score => 1);
                SELECT ruvector_set_agent_active('off', false);
                SET tiny_dancer.on_engine_down = fallback
                """);
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @ParameterizedTest
    @CsvSource({"cost, small", "latency, tool", "quality, large", "balanced, tool", "quality_per_dollar, small"})
    void target_decides(String target, String agent) throws SQLException {
        List<@Nullable String> row = sql.rows(
                        "SELECT agent_name, reasoning FROM ruvector_route('Fix it', '" + target + "')")
                .getFirst();

        assertThat(row.getFirst()).isEqualTo(agent);
        assertThat(row.get(1)).contains("no engine answered", "best " + target + " of the 3 that fit (4 registered)");
    }

    /** The policies are written twice, in Java and in SQL. */
    @ParameterizedTest
    @MethodSource("policies")
    void utilities_areThoseOfTheEnginesPolicies(Policy policy) throws SQLException {
        sql.run("""
                SELECT ruvector_register_agent('gift', 'human', '{reasoning}', 0, avg_latency_ms => 90000, quality_score => 0.5);
                SELECT ruvector_register_agent('free', 'human', '{reasoning}', 0, avg_latency_ms => 60000, quality_score => 0.99);
                SELECT ruvector_register_agent('weak', 'llm', '{reasoning}', 0.00001, avg_latency_ms => 5, quality_score => 0.2);
                SELECT ruvector_register_agent('useless', 'api', '{reasoning}', 1, avg_latency_ms => 0, quality_score => 0)
                """);
        if (policy.usdPerSecond().isPresent()) {
            sql.run("SELECT ruvector_set_policy('%s', usd_per_second => %s)"
                    .formatted(policy.name(), policy.usdPerSecond().getAsDouble()));
        }
        List<String> charging = List.of("weak", "useless", "small", "large", "tool");
        for (List<String> agents : List.of(List.of("weak", "useless"), List.of("weak"), List.of("off"), charging)) {
            for (String budget : List.of("NULL", "0.02")) {
                List<List<@Nullable String>> ranking = sql.rows("""
                        SELECT quality, cost, latency_ms, utility
                        FROM tiny_dancer.static_ranking(
                            'default', ROW ('Fix it', '%s', NULL, NULL, NULL, NULL, '%s', %s, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::tiny_dancer.routing_arguments)
                        WHERE excluded_by IS NULL
                        """.formatted(policy.name(), literal(agents), budget));
                List<Prospect> prospects = ranking.stream()
                        .map(row -> new Prospect(figure(row, 0), figure(row, 1), figure(row, 2)))
                        .toList();
                Baseline baseline = Baseline.of(prospects);
                double remaining = budget.equals("NULL") ? Double.POSITIVE_INFINITY : Double.parseDouble(budget);
                assertThat(prospects).hasSizeBetween(2, 7);
                for (int place = 0; place < prospects.size(); place++) {
                    assertThat(figure(ranking.get(place), 3))
                            .isCloseTo(policy.utility(prospects.get(place), baseline, remaining), within(1e-9));
                }
            }
        }
    }

    static Stream<Policy> policies() {
        return Stream.concat(
                Policy.standard().stream(),
                Stream.of(
                        Policy.BALANCED.named("hurried").withUsdPerSecond(0.002),
                        Policy.LATENCY.withUsdPerSecond(0.002)));
    }

    private static String literal(List<String> names) {
        return "{" + String.join(",", names) + "}";
    }

    private static double figure(List<@Nullable String> row, int column) {
        return Double.parseDouble(requireNonNull(row.get(column)));
    }

    @Test
    void policyOfOnesOwn_decidesByMoney() throws SQLException {
        sql.run("""
                SELECT ruvector_set_policy('frugal', worth_usd => 0.0001);
                SELECT ruvector_set_policy('generous', worth_usd => 1);
                SELECT ruvector_set_policy('hurried', worth_usd => 1, usd_per_second => 0.5);
                SELECT ruvector_set_policy('cost', min_relative_quality => 1)
                """);

        assertThat(sql.column("SELECT agent_name FROM unnest('{frugal,generous,hurried,cost}'::text[]) AS policy,"
                        + " LATERAL ruvector_route('Fix it', policy)"))
                .containsExactly("small", "large", "tool", "large");
        assertThat(sql.failure("SELECT ruvector_route('x', 'thrifty')").getHint())
                .isEqualTo(
                        "Valid are: balanced, cost, latency, quality, quality_per_dollar, frugal, generous, hurried.");
        sql.run("SELECT ruvector_remove_policy('cost')");
        assertThat(sql.value("SELECT agent_name FROM ruvector_route('Fix it', 'cost')"))
                .isEqualTo("small");
    }

    @Test
    void nothingNearTheBest_saysWhatWasRemoved() throws SQLException {
        assertThat(sql.rows("SELECT agent_name, excluded_by, excluded_value FROM tiny_dancer.static_ranking('default',"
                        + " ROW ('x', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0.9, NULL, NULL, NULL, NULL, NULL)"
                        + "::tiny_dancer.routing_arguments) WHERE excluded_by <> 'inactive'"))
                .containsExactly(List.of("small", "min_relative_quality 0.9", "0.8"));
    }

    @Test
    void figures_areTheRegisteredOnes() throws SQLException {
        sql.run("""
                SELECT ruvector_register_agent('priced', 'api', '{priced}', 9, cost_per_call => 0.5, cost_per_second => 2,
                    cost_per_1k_input_tokens => 10, cost_per_1k_output_tokens => 20, avg_latency_ms => 250, quality_score => 0.7)
                """);

        // 8 digits are taken for 7 tokens: 10 * 7 / 1000 + 20 * 100 / 1000 + 0.5 + 2 * 0.25.
        assertThat(
                        sql.rows(
                                "SELECT agent_name, estimated_cost, estimated_latency_ms, expected_quality, confidence"
                                        + " FROM ruvector_route('12345678', required_capabilities => '{PRICED}', expected_output_tokens => 100)"))
                .containsExactly(List.of("priced", "3.07", "250", "0.7", "0.7"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            required_capabilities => '{ code ,REASONING}'                       | large
            max_cost => 0.0005                                                  | small
            max_latency_ms => 100                                               | tool
            min_quality => 0.95                                                 | large
            min_relative_quality => 0.95                                        | large
            excluded_agents => '{tool,large,large}'                             | small
            excluded_agents => '{Large,large,tool}', max_latency_ms => 400      | small
            budget_remaining => 0.0005                                          | small
            """)
    void constraint_leavesOnlyWhatFits(String constraint, String agent) throws SQLException {
        assertThat(sql.value("SELECT agent_name FROM ruvector_route('Fix it', 'balanced', " + constraint + ")"))
                .isEqualTo(agent);
    }

    @Test
    void nothingFits_saysWhatEachConstraintRemoved() throws SQLException {
        ServerErrorMessage failure =
                sql.failure("SELECT ruvector_route('x', min_quality => 0.97, excluded_agents => '{tool}')");

        assertThat(failure.getSQLState()).isEqualTo("TD404");
        assertThat(failure.getDetail())
                .isEqualTo("inactive removed off; min_quality 0.97 removed large (0.95), small (0.8), tool (0.9)");
        sql.run("TRUNCATE tiny_dancer.agent");
        assertThat(sql.failure("SELECT ruvector_route('x')").getMessage()).isEqualTo("no agent is registered");
    }

    @Test
    void nothingFits_ofThousands_namesTen() throws SQLException {
        sql.run("""
                INSERT INTO tiny_dancer.agent (tenant, name, agent_type, capabilities, avg_latency_ms, quality_score)
                SELECT 'default', 'a' || lpad(n::text, 4, '0'), 'llm', '{code}', 10, 0.5 FROM generate_series(1, 3000) AS n""");

        ServerErrorMessage failure = sql.failure("SELECT ruvector_route('x', min_quality => 0.99)");

        assertThat(failure.getDetail())
                .startsWith("inactive removed 1 agent; min_quality 0.99 removed 3003 agents, among them a0001 (0.5), ")
                .contains("a0010 (0.5)")
                .doesNotContain("a0011");
    }

    @Test
    void underABudget_onlyFreeAgentsAreChosen_becauseNothingCanBeReserved() throws SQLException {
        sql.run("SELECT ruvector_set_budget('agent:small', 10); SELECT ruvector_set_budget('tag:team', 10)");
        assertThat(sql.value("SELECT agent_name FROM ruvector_route('x', 'cost')"))
                .isEqualTo("tool");

        ServerErrorMessage failure = sql.failure("SELECT ruvector_route('x', tags => '{other,team}')");
        assertThat(failure.getSQLState()).isEqualTo("TD402");
        assertThat(failure.getDetail())
                .startsWith("budget agent:small removed small (")
                .contains("; budget tag:team removed large (", "), tool (0.001); inactive removed off");
        assertThat(failure.getHint()).contains("Start the engine");
        sql.run("SELECT ruvector_register_agent('free', 'llm', '{all}', avg_latency_ms => 1, quality_score => 0.6)");
        assertThat(sql.value("SELECT agent_name FROM ruvector_route('x', tags => '{team}')"))
                .isEqualTo("free");
    }

    @Test
    void limitReached_isPassedOver_byWhatTheLogSays() throws SQLException {
        sql.run("SELECT ruvector_register_agent('tool', 'tool', '{debugging}', cost_per_call => 0.001,"
                + " avg_latency_ms => 100, quality_score => 0.9, max_concurrency => 1)");
        String id = sql.text("SELECT decision_id FROM ruvector_route('x', 'latency')");
        assertThat(sql.value("SELECT agent_name FROM ruvector_route('x', 'latency')"))
                .isEqualTo("small");
        assertThat(sql.value("SELECT in_flight FROM ruvector_get_agent('tool')"))
                .isEqualTo("1");
        sql.run("SELECT ruvector_record_outcome('" + id + "', true)");
        assertThat(sql.value("SELECT agent_name FROM ruvector_route('x', 'latency')"))
                .isEqualTo("tool");
    }

    @Test
    void attempts_neverChooseAnAgentThatHasFailed() throws SQLException {
        List<@Nullable String> first = attempt("");
        List<@Nullable String> second = attempt(", retry_of => '" + first.get(2) + "'");
        List<@Nullable String> third = attempt(", retry_of => '" + second.get(2) + "'");

        assertThat(asList(first.get(1), second.get(1), third.get(1))).containsExactly("1", "2", "3");
        assertThat(asList(first.getFirst(), second.getFirst(), third.getFirst()))
                .doesNotHaveDuplicates();
        assertThat(sql.failure("SELECT ruvector_route('x', retry_of => '" + third.get(2) + "')")
                        .getDetail())
                .endsWith("; failed in earlier attempts: large, small, tool");
        assertThat(sql.failure("SELECT ruvector_route('x', retry_of => gen_random_uuid())")
                        .getMessage())
                .endsWith("is not in the log");
    }

    private List<@Nullable String> attempt(String arguments) throws SQLException {
        return sql.rows("SELECT agent_name, attempt, decision_id FROM ruvector_route('x', 'cost'" + arguments + ")")
                .getFirst();
    }

    @Test
    void exclusions_areComparedWithoutCase_andUnknownOnesAreNamed() throws SQLException {
        assertThat(sql.value(
                        "SELECT agent_name FROM ruvector_route('x', 'cost', excluded_agents => '{SMALL,\" Tool \"}')"))
                .isEqualTo("large");
        assertThat(sql.notices()).isEmpty();

        sql.run("SELECT ruvector_route('x', excluded_agents => '{smal}')");
        assertThat(sql.notices())
                .containsExactly("excluded_agents has \"smal\", which is no agent; the nearest is \"small\"");
    }

    @Test
    void openCircuit_isPassedOver() throws SQLException {
        for (int i = 0; i < 5; i++) {
            sql.run("SELECT ruvector_update_agent_metrics('small', 1, false)");
        }

        assertThat(sql.value("SELECT agent_name FROM ruvector_route('x', 'cost')"))
                .isEqualTo("tool");
    }

    @Test
    void allCircuitsOpen_theOneThatReturnsFirstAnswers_unlessTheErrorIsPreferred() throws SQLException {
        List<String> agents = List.of("tool", "small", "large");
        for (String agent : agents) {
            for (int i = 0; i < 5; i++) {
                sql.run("SELECT ruvector_update_agent_metrics('" + agent + "', 1, false)");
            }
        }
        String fitting = "SELECT %s FROM ruvector_route('x', 'cost', excluded_agents => '{" + agents.getFirst() + "}')";

        assertThat(sql.value(fitting.formatted("agent_name"))).isEqualTo(agents.get(1));
        assertThat(sql.value(fitting.formatted("reasoning")))
                .startsWith("no engine answered; best cost of the 1 that fit")
                .contains(
                        "; no agent fits whose circuit is closed, asked all the same: " + agents.get(1) + " (until 20");

        sql.run("UPDATE tiny_dancer.setting SET value = 'off' WHERE name = 'circuit_last_resort'");
        ServerErrorMessage error = sql.failure(fitting.formatted("agent_name"));
        sql.run("UPDATE tiny_dancer.setting SET value = 'on' WHERE name = 'circuit_last_resort'");
        assertThat(error.getSQLState()).isEqualTo("TD404");
        assertThat(error.getDetail())
                .contains(agents.get(1) + " (until 20")
                .contains("excluded_agents removed " + agents.getFirst());
    }

    @Test
    void decision_isLoggedAsFallback_alsoWhenTheEngineWouldLog() throws SQLException {
        sql.run("SET tiny_dancer.log_decisions = async");
        sql.run("SELECT ruvector_route('x', 'cost')");

        assertThat(sql.rows("SELECT fallback, agent, next_agents::jsonb -> 0 ->> 0 FROM tiny_dancer.decision"))
                .containsExactly(List.of("t", "small", "tool"));
    }

    @Test
    void decision_inReadOnlyTransaction_isNotLogged() throws SQLException {
        sql.run("BEGIN READ ONLY");
        assertThat(sql.value("SELECT agent_name FROM ruvector_route('x', 'cost')"))
                .isEqualTo("small");
        sql.run("COMMIT");

        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.decision")).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL                                          | 22004 | request must not be null
            E' \\n'                                       | 22023 | request must not be empty
            'x', 'cheap'                                  | 22023 | optimize_for is unknown, got "cheap"
            'x', required_capabilities => ARRAY[NULL]     | 22004 | an element of required_capabilities must not be null
            'x', required_capabilities => '{""}'          | 22023 | an element of required_capabilities must not be empty
            'x', required_capabilities => '{a,A}'         | 22023 | an element of required_capabilities must not be given twice, got a
            'x', max_cost => -1                           | 22023 | max_cost must be a finite number of at least 0, got -1
            'x', max_cost => 'NaN'                        | 22023 | max_cost must be a finite number of at least 0, got NaN
            'x', max_latency_ms => 'Infinity'             | 22023 | max_latency_ms must be a finite number of at least 0, got Infinity
            'x', min_quality => 1.5                       | 22023 | min_quality must be between 0 and 1, got 1.5
            'x', excluded_agents => ARRAY['a', NULL]      | 22004 | an element of excluded_agents must not be null
            'x', budget_remaining => -0.5                 | 22023 | budget_remaining must be a finite number of at least 0, got -0.5
            'x', tags => '{" "}'                          | 22023 | an element of tags must not be empty
            'x', min_relative_quality => 1.5              | 22023 | min_relative_quality must be between 0 and 1, got 1.5
            'x', expected_output_tokens => -1             | 22023 | expected_output_tokens must be a finite number of at least 0, got -1
            """)
    void arguments_invalid_areNamed(String arguments, String sqlState, String message) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_route(" + arguments + ")");

        assertThat(failure.getSQLState()).isEqualTo(sqlState);
        assertThat(failure.getMessage()).isEqualTo(message);
    }

    /** The table of docs/money.md, from left to right: kind of text, characters, reference, counted by the engine, guessed. */
    @ParameterizedTest
    @CsvSource({"english", "german", "chinese", "thai", "arabic", "emoji", "code", "json", "base64", "hex"})
    void tokens_areGuessedWithinAFactorOfTwo(String kind) throws SQLException, IOException {
        String text =
                Files.readString(Path.of("../router/src/test/resources/dev/tinydancer/router/tokens", kind + ".txt"));
        List<Integer> row = Files.readAllLines(Path.of("../docs/money.md")).stream()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("| " + kind + " |"))
                .findFirst()
                .map(line -> Arrays.stream(line.replace(",", "").split("\\|"))
                        .skip(2)
                        .map(cell -> Integer.valueOf(cell.strip()))
                        .toList())
                .orElseThrow();

        int guessed = Integer.parseInt(sql.text("SELECT tiny_dancer.guessed_tokens($text$" + text + "$text$)"));
        assertThat(guessed).isEqualTo(row.getLast());
        assertThat((double) guessed / row.get(1)).isBetween(0.5, 2.0);
    }

    @Test
    void maxCost_isNotPassedByPastingAFile() throws SQLException, IOException {
        String base64 =
                Files.readString(Path.of("../router/src/test/resources/dev/tinydancer/router/tokens/base64.txt"));

        assertThat(sql.failure("SELECT ruvector_route('" + base64
                                + "', max_cost => 0.02, excluded_agents => '{small,tool}')")
                        .getSQLState())
                .isEqualTo("TD404");
    }

    @Test
    void picturesAndRecordings_needAgentsThatTakeThem() throws SQLException {
        sql.run("""
                SELECT ruvector_register_agent('seeing', 'llm', '{a}', 0, avg_latency_ms => 1, quality_score => 0.5,
                    metadata => '{"modalities": ["text", "image"]}')""");
        String messages = """
                SELECT agent_name FROM ruvector_route(NULL, 'quality', messages => '[
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": [{"type": "%s"}, {"type": "text", "text": "What is this?"}]}]')""";

        assertThat(sql.text(messages.formatted("image_url"))).isEqualTo("seeing");
        assertThat(sql.failure(messages.formatted("input_audio")).getDetail())
                .contains("needs removed", "seeing (lacks audio)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'x', needs => '{vision}'                         | needs removed blind (lacks vision), large (lacks vision), tool (lacks vision)
            'x', needs => '{images, Tools}'                  | needs removed blind (lacks tools, vision), large (lacks tools, vision), seeing (lacks tools), tool (lacks tools, vision)
            'x', expected_output_tokens => 5000, excluded_agents => '{large,small,tool}', needs => '{}' | context_window removed blind (5001 of 1000 tokens); excluded_agents removed large, small, tool; max_output_tokens removed seeing (5000 of 4096 tokens)
            """)
    void limits_areKept(String arguments, String removals) throws SQLException {
        sql.run("""
                SELECT ruvector_register_agent('seeing', 'llm', '{a}', 0, avg_latency_ms => 1, quality_score => 0.5,
                    metadata => '{"modalities": ["text", "image"], "max_output_tokens": 4096}');
                SELECT ruvector_register_agent('blind', 'llm', '{a}', 0, avg_latency_ms => 1, quality_score => 0.5,
                    metadata => '{"context_window": 1000, "vision": false}');
                SELECT ruvector_register_agent('small', 'llm', '{simple-tasks,Vision}', 0.00025, avg_latency_ms => 400,
                    quality_score => 0.8, metadata => '{"supports_function_calling": true}')
                """);
        assertThat(sql.text("""
                        SELECT string_agg(excluded_by || ' removed ' || names, '; ' ORDER BY excluded_by)
                        FROM (
                            SELECT excluded_by,
                                   string_agg(agent_name || coalesce(' (' || excluded_value || ')', ''), ', '
                                              ORDER BY agent_name) AS names
                            FROM tiny_dancer.static_ranking('default', (
                                SELECT routed
                                FROM jsonb_populate_record(NULL::tiny_dancer.routing_arguments, (%s)) AS routed))
                            WHERE excluded_by <> 'inactive'
                            GROUP BY 1) AS removal
                        """.formatted(argumentsOf(arguments)))).isEqualTo(removals);
    }

    /** Arguments in SQL as the JSON object of the row that they make. */
    private static String argumentsOf(String arguments) {
        String[] given = arguments.split(", (?=[a-z_]+ =>)");
        StringBuilder object = new StringBuilder("SELECT jsonb_build_object('request', " + given[0]);
        for (int i = 1; i < given.length; i++) {
            String[] pair = given[i].split(" => ");
            String type = pair[0].equals("expected_output_tokens") ? "::int" : "::text[]";
            object.append(", '").append(pair[0]).append("', ").append(pair[1]).append(type);
        }
        return object.append(')').toString();
    }

    @Test
    void withoutTheWish_isAnError() throws SQLException {
        sql.run("SET tiny_dancer.on_engine_down = error");

        assertThat(sql.failure("SELECT ruvector_route('x')").getSQLState()).isEqualTo("TD503");
        assertThat(sql.failure("SELECT ruvector_explain_route('x')").getSQLState())
                .isEqualTo("TD503");
        assertThat(sql.failure("SELECT ruvector_engine_status()").getSQLState()).isEqualTo("TD503");
    }
}
