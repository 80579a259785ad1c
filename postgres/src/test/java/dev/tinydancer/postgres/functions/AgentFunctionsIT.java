package dev.tinydancer.postgres.functions;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.ServerErrorMessage;

final class AgentFunctionsIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.agent, tiny_dancer.decision, tiny_dancer.outcome");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void register_newAgent_isListedAsGiven() throws SQLException {
        assertThat(sql.value("""
                SELECT ruvector_register_agent('gpt-4', 'llm', ARRAY[' Reasoning', 'code'], 0.03, 0.001, 2500, 0.95,
                    '{"provider": "openai"}', 0.002, 0.01, 0.05, 5000, 8)
                """)).isEqualTo("t");

        assertThat(sql.rows("SELECT * FROM ruvector_list_agents()"))
                .containsExactly(asList(
                        "gpt-4",
                        "llm",
                        "{Reasoning,code}",
                        "0.03",
                        "0.01",
                        "0.05",
                        "0.001",
                        "0.002",
                        "2500",
                        "5000",
                        "0.95",
                        null,
                        "0",
                        "0",
                        "closed",
                        "t",
                        "{\"provider\": \"openai\"}"));
        assertThat(sql.value("SELECT max_concurrency FROM tiny_dancer.agent")).isEqualTo("8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            programing         | {code}
            Coding             | {code}
            software           | {code}
            ' data  analysis ' | {analysis}
            cobol_programming  | {code}
            translations       | {translation}
            chat               | {conversation,general}
            simple-tasks       | {simple-tasks}
            code-assistant     | {code}
            LLM for Trivia     | {knowledge}
            my assistant       | {general}
            chat llm           | {conversation,general}
            basket weaving     | {}
            """)
    void capabilityMeanings_wordsOfTheOwner_areUnderstood(String word, String meanings) throws SQLException {
        assertThat(sql.value("SELECT tiny_dancer.capability_meanings('" + word + "')"))
                .isEqualTo(meanings);
    }

    @Test
    void register_otherWords_saysWhatTheyAreUnderstoodAs() throws SQLException {
        assertThat(sql.value("SELECT tiny_dancer.capabilities_notice('{code,programing,Billing}')"))
                .isEqualTo(
                        "capability \"programing\" is understood as code; capability \"Billing\" is none that the standard"
                                + " classifier knows: it counts where it is required, and for a category of that name");
        assertThat(sql.value("SELECT tiny_dancer.capabilities_notice('{code,simple-tasks}')"))
                .isNull();
    }

    @Test
    void register_knownModelWithoutQuality_takesItsAbility() throws SQLException {
        sql.run("SELECT ruvector_register_agent('openai/GPT-4o-2024-05-13', 'llm', '{code}', avg_latency_ms => 10)");
        sql.run("SELECT ruvector_register_agent('cheap', 'llm', '{code}', avg_latency_ms => 10,"
                + " metadata => '{\"model\": \"claude-3-haiku-20240307\"}')");
        sql.run(
                "SELECT ruvector_register_agent('gpt-4-0314', 'llm', '{code}', avg_latency_ms => 10, quality_score => 0.5)");

        assertThat(sql.rows("SELECT name, quality_score FROM ruvector_list_agents()"))
                .containsExactlyInAnyOrder(
                        asList("openai/GPT-4o-2024-05-13", "0.883"),
                        asList("cheap", "0.602"),
                        asList("gpt-4-0314", "0.5"));
    }

    @Test
    void register_sameNameAgain_replacesEverything() throws SQLException {
        sql.run(
                "SELECT ruvector_register_agent('a', 'llm', ARRAY['x'], 0.03, avg_latency_ms => 10, quality_score => 1)");
        sql.run("SELECT ruvector_set_agent_active('a', false)");

        assertThat(
                        sql.value(
                                "SELECT ruvector_register_agent('a', 'human', '{y}', avg_latency_ms => 20, quality_score => 0)"))
                .isEqualTo("f");

        assertThat(sql.rows("SELECT agent_type, capabilities, cost_per_1k_tokens, avg_latency_ms, quality_score, active"
                        + " FROM ruvector_list_agents()"))
                .containsExactly(asList("human", "{y}", null, "20", "0", "t"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL, 'llm', '{a}'                                   | 22004 | name must not be null
            ' ', 'llm', '{a}'                                    | 22023 | name must not be empty
            repeat('n', 201), 'llm', '{a}'                       | 22023 | name must have at most 200 characters but has 201, got nnn
            'n', NULL, '{a}'                                     | 22004 | agent_type must not be null
            'n', 'LLM', '{a}'                                    | 22023 | agent_type is unknown, got "LLM"
            'n', 'llm', NULL                                     | 22004 | capabilities must not be null
            'n', 'llm', '{}'                                     | 22023 | capabilities must have at least one element, got {}
            'n', 'llm', ARRAY['a', NULL]                         | 22004 | an element of capabilities must not be null
            'n', 'llm', ARRAY['a', E' \\t']                      | 22023 | an element of capabilities must not be empty
            'n', 'llm', '{Code,"code "}'                         | 22023 | an element of capabilities must not be given twice, got code
            'n', 'llm', '{{a},{b}}'                              | 22023 | capabilities must have one dimension, got {{a},{b}}
            'n', 'llm', ARRAY[repeat('c', 201)]                  | 22023 | an element of capabilities must have at most 200
            'n', 'llm', '{a}', cost_per_1k_tokens => -1          | 22023 | cost_per_1k_tokens must be a finite number of at least 0, got -1
            'n', 'llm', '{a}', cost_per_1k_tokens => 1e308       | 22023 | cost_per_1k_tokens must be at most 1e9, got 1e+308
            'n', 'llm', '{a}', avg_latency_ms => 1e10            | 22023 | avg_latency_ms must be at most 1e9, got 10000000000
            'n', 'llm', '{a}', cost_per_call => 'NaN'            | 22023 | cost_per_call must be a finite number of at least 0, got NaN
            'n', 'llm', '{a}', cost_per_second => 'Infinity'     | 22023 | cost_per_second must be a finite number of at least 0, got Infinity
            'n', 'llm', '{a}', cost_per_1k_input_tokens => -2    | 22023 | cost_per_1k_input_tokens must be a finite number of at least 0, got -2
            'n', 'llm', '{a}', cost_per_1k_output_tokens => -3   | 22023 | cost_per_1k_output_tokens must be a finite number of at least 0, got -3
            'n', 'llm', '{a}', avg_latency_ms => NULL            | 22004 | avg_latency_ms must not be null
            'n', 'llm', '{a}', avg_latency_ms => -4              | 22023 | avg_latency_ms must be a finite number of at least 0, got -4
            'n', 'llm', '{a}', quality_score => NULL             | 22004 | quality_score must not be null
            'n', 'llm', '{a}', quality_score => 1.01             | 22023 | quality_score must be between 0 and 1, got 1.01
            'n', 'llm', '{a}', quality_score => -0.01            | 22023 | quality_score must be between 0 and 1, got -0.01
            'n', 'llm', '{a}', p99_latency_ms => 9               | 22023 | p99_latency_ms must be at least avg_latency_ms, which is 10, got 9
            'n', 'llm', '{a}', max_concurrency => 0              | 22023 | max_concurrency must be at least 1, got 0
            'n', 'llm', '{a}', metadata => '[1]'                 | 22023 | metadata must be a JSON object, got [1]
            """)
    void register_invalid_isRefusedByName(String arguments, String sqlState, String message) throws SQLException {
        String rest = arguments.contains("avg_latency_ms") ? "" : ", avg_latency_ms => 10";
        rest += arguments.contains("quality_score") ? "" : ", quality_score => 0.5";

        ServerErrorMessage failure = sql.failure("SELECT ruvector_register_agent(" + arguments + rest + ")");

        assertThat(failure.getSQLState()).isEqualTo(sqlState);
        assertThat(failure.getMessage()).startsWith(message);
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.agent")).isEqualTo("0");
    }

    @Test
    void register_withoutAPriceThatWasThere_says() throws SQLException {
        String agent =
                "SELECT ruvector_register_agent('a', 'llm', '{code}', %s avg_latency_ms => 1, quality_score => 1)";
        sql.run(agent.formatted("cost_per_1k_tokens => 0.03, cost_per_call => 1,"));
        assertThat(sql.notices()).isEmpty();
        sql.run(agent.formatted("cost_per_call => 2,"));
        assertThat(sql.notices()).containsExactly("a has no longer cost_per_1k_tokens (0.03)");
        sql.run(agent.formatted("cost_per_call => 0, cost_per_1k_tokens => 0.03,"));
        sql.run(agent.formatted(
                "cost_per_call => 0, cost_per_1k_input_tokens => 0.01, cost_per_1k_output_tokens => 0,"));
        assertThat(sql.notices()).isEmpty();
        sql.run(agent.formatted("cost_per_call => 0, cost_per_1k_tokens => 0.03,"));
        sql.run(agent.formatted("cost_per_call => 0, cost_per_1k_input_tokens => 0.01,"));
        assertThat(sql.notices()).containsExactly("a has no longer cost_per_1k_tokens (0.03)");
    }

    @Test
    void update_changesWhatItNames_andNothingElse() throws SQLException {
        sql.run("""
                SELECT ruvector_register_agent('a', 'llm', '{x,y}', 0.03, cost_per_call => 1, avg_latency_ms => 10,
                    quality_score => 0.5, metadata => '{"team": 1}', max_concurrency => 3);
                SELECT ruvector_set_agent_active('a', false)
                """);
        String others =
                "SELECT to_jsonb(agent) - '{quality_score,cost_per_call,capabilities}'::text[] FROM tiny_dancer.agent";
        String before = sql.text(others);

        assertThat(sql.value("SELECT ruvector_update_agent('a',"
                        + " '{\"quality_score\": 0.9, \"cost_per_call\": null, \"capabilities\": [\" z \"]}')"))
                .isEqualTo("t");
        assertThat(sql.notices())
                .containsExactly("capability \"z\" is none that the standard classifier knows: it counts where it is"
                        + " required, and for a category of that name");
        assertThat(sql.rows("SELECT quality_score, cost_per_call, capabilities FROM tiny_dancer.agent"))
                .containsExactly(Arrays.asList("0.9", null, "{z}"));
        assertThat(sql.text(others)).isEqualTo(before);
        assertThat(sql.value("SELECT ruvector_update_agent('a', '{\"active\": true}')"))
                .isEqualTo("t");
        assertThat(sql.value("SELECT active FROM tiny_dancer.agent")).isEqualTo("t");
        assertThat(sql.value("SELECT ruvector_update_agent('b', '{\"active\": true}')"))
                .isEqualTo("f");
        assertThat(sql.notices()).isEmpty();
    }

    @Test
    void update_metadata_changesTheKeysThatItNames() throws SQLException {
        sql.run("SELECT ruvector_register_agent('a', 'llm', '{x}', avg_latency_ms => 10, quality_score => 0.5,"
                + " metadata => '{\"model\": \"gpt-4o\", \"vision\": true, \"limits\": {\"day\": null}}')");

        sql.run("SELECT ruvector_update_agent('a', '{\"metadata\": {\"team\": \"build\", \"vision\": null}}')");

        assertThat(sql.value("SELECT metadata FROM tiny_dancer.agent"))
                .isEqualTo("{\"team\": \"build\", \"model\": \"gpt-4o\", \"limits\": {\"day\": null}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL, '{}'                               | 22004 | name must not be null
            'a', NULL                                | 22004 | changes must not be null
            'a', '[]'                                | 22023 | changes must be a JSON object, got []
            'a', '{"name": "b"}'                     | 22023 | a key of changes is unknown, got "name"
            'a', '{"quality_score": "good"}'         | 22023 | quality_score must be a number in JSON, got "good"
            'a', '{"quality_score": 1.5}'            | 22023 | quality_score must be between 0 and 1, got 1.5
            'a', '{"quality_score": null}'           | 22004 | quality_score must not be null
            'a', '{"cost_per_call": 1e300}'          | 22023 | cost_per_call must be between 0 and 1e9, got 1000
            'a', '{"cost_per_call": -1}'             | 22023 | cost_per_call must be a finite number of at least 0, got -1
            'a', '{"max_concurrency": 1.5}'          | 22023 | max_concurrency must be an integer, got 1.5
            'a', '{"max_concurrency": "two"}'        | 22023 | max_concurrency must be a number in JSON, got "two"
            'a', '{"max_concurrency": 0}'            | 22023 | max_concurrency must be at least 1, got 0
            'a', '{"p99_latency_ms": 1}'             | 22023 | p99_latency_ms must be at least avg_latency_ms, which is 10, got 1
            'a', '{"capabilities": [1]}'             | 22023 | an element of capabilities must be a string in JSON, got 1
            'a', '{"capabilities": []}'              | 22023 | capabilities must have at least one element, got {}
            'a', '{"agent_type": "bot"}'             | 22023 | agent_type is unknown, got "bot"
            'a', '{"metadata": null}'                | 22004 | metadata must not be null
            'a', '{"active": null}'                  | 22004 | active must not be null
            """)
    void update_invalid_isRefusedByName(String arguments, String sqlState, String message) throws SQLException {
        sql.run("SELECT ruvector_register_agent('a', 'llm', '{x}', avg_latency_ms => 10, quality_score => 0.5)");

        ServerErrorMessage failure = sql.failure("SELECT ruvector_update_agent(" + arguments + ")");

        assertThat(failure.getSQLState()).isEqualTo(sqlState);
        assertThat(failure.getMessage()).startsWith(message);
        assertThat(sql.value("SELECT quality_score FROM tiny_dancer.agent")).isEqualTo("0.5");
    }

    @Test
    void register_unknownType_hintListsTheValidOnes() throws SQLException {
        assertThat(sql.failure(
                                "SELECT ruvector_register_agent('n', 'bot', '{a}', avg_latency_ms => 1, quality_score => 1)")
                        .getHint())
                .isEqualTo("Valid are: llm, tool, api, human, ensemble.");
    }

    @Test
    void register_nullMetadata_isEmpty() throws SQLException {
        sql.run(
                "SELECT ruvector_register_agent('a', 'api', '{x}', avg_latency_ms => 1, quality_score => 1, metadata => NULL)");

        assertThat(sql.value("SELECT metadata FROM ruvector_list_agents()")).isEqualTo("{}");
    }

    @Test
    void register_rolledBack_neverHappened() throws SQLException {
        sql.run("BEGIN");
        register("a", 0.5);
        assertThat(sql.column("SELECT name FROM ruvector_list_agents()")).containsExactly("a");
        try (SqlSession other = new SqlSession(database.connect())) {
            assertThat(other.column("SELECT name FROM ruvector_list_agents()")).isEmpty();
        }
        sql.run("ROLLBACK");

        assertThat(sql.column("SELECT name FROM ruvector_list_agents()")).isEmpty();
    }

    @Test
    void get_knownAndUnknown() throws SQLException {
        register("a", 0.5);

        assertThat(sql.column("SELECT name FROM ruvector_get_agent('a')")).containsExactly("a");
        assertThat(sql.column("SELECT name FROM ruvector_get_agent('b')")).isEmpty();
        assertThat(sql.failure("SELECT ruvector_get_agent('')").getMessage()).isEqualTo("name must not be empty");
    }

    @Test
    void findByCapability_withoutEngine_ignoresCaseAndEnds_bestFirst() throws SQLException {
        sql.run("SET tiny_dancer.on_engine_down = 'fallback'");
        register("worse", 0.5);
        register("better", 0.9);
        register("resting", 1);
        sql.run("SELECT ruvector_set_agent_active('resting', false)");

        assertThat(sql.rows("SELECT name, capability, similarity FROM ruvector_find_agents_by_capability(' CODE ')"))
                .containsExactly(List.of("better", "Code", "1"), List.of("worse", "Code", "1"));
        assertThat(sql.column("SELECT name FROM ruvector_find_agents_by_capability('code', 1)"))
                .containsExactly("better");
    }

    @Test
    void findByCapability_withoutEngine_isAnErrorUnlessAskedFor() throws SQLException {
        assertThat(sql.failure("SELECT ruvector_find_agents_by_capability('code')")
                        .getSQLState())
                .isEqualTo("TD503");
        sql.run("SET tiny_dancer.on_engine_down = 'perhaps'");
        assertThat(sql.failure("SELECT ruvector_find_agents_by_capability('code')")
                        .getSQLState())
                .isEqualTo("22023");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'', 1", "NULL, 1", "'code', 0"})
    void findByCapability_invalid(String arguments) throws SQLException {
        sql.run("SET tiny_dancer.on_engine_down = 'fallback'");
        assertThat(sql.failure("SELECT ruvector_find_agents_by_capability(" + arguments + ")")
                        .getSQLState())
                .isIn("22023", "22004");
    }

    @Test
    void setActive_andRemove_sayWhetherThereWasOne() throws SQLException {
        register("a", 0.5);

        assertThat(sql.value("SELECT ruvector_set_agent_active('a', false)")).isEqualTo("t");
        assertThat(sql.value("SELECT active FROM ruvector_list_agents()")).isEqualTo("f");
        assertThat(sql.value("SELECT ruvector_set_agent_active('b', false)")).isEqualTo("f");
        assertThat(sql.failure("SELECT ruvector_set_agent_active('a', NULL)").getSQLState())
                .isEqualTo("22004");
        assertThat(sql.value("SELECT ruvector_remove_agent('a')")).isEqualTo("t");
        assertThat(sql.value("SELECT ruvector_remove_agent('a')")).isEqualTo("f");
    }

    @Test
    void updateMetrics_countsAsARequestWithAnOutcome() throws SQLException {
        register("a", 0.5);

        assertThat(sql.value("SELECT ruvector_update_agent_metrics('a', 120, true, 0.9)"))
                .isEqualTo("t");
        assertThat(sql.value("SELECT ruvector_update_agent_metrics('a', 80, false)"))
                .isEqualTo("t");
        assertThat(sql.value("SELECT ruvector_update_agent_metrics('b', 80, false)"))
                .isEqualTo("f");

        assertThat(sql.rows("SELECT success_rate, total_requests, in_flight FROM ruvector_get_agent('a')"))
                .containsExactly(List.of("0.5", "2", "0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NULL, 1, true",
                "'a', NULL, true",
                "'a', -1, true",
                "'a', 'NaN', true",
                "'a', 1, NULL",
                "'a', 1, true, 1.5"
            })
    void updateMetrics_invalid(String arguments) throws SQLException {
        register("a", 0.5);

        assertThat(sql.failure("SELECT ruvector_update_agent_metrics(" + arguments + ")")
                        .getSQLState())
                .isIn("22023", "22004");
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.outcome")).isEqualTo("0");
    }

    @Test
    void tenants_seeTheirOwnAgentsOnly() throws SQLException {
        register("shared-name", 0.5);
        try (SqlSession tenant = new SqlSession(database.connectAsAdmin())) {
            sql.run("INSERT INTO tiny_dancer.tenant_role VALUES ('" + tenant.value("SELECT session_user")
                    + "', 'acme')");

            assertThat(tenant.column("SELECT name FROM ruvector_list_agents()")).isEmpty();
            assertThat(tenant.value("SELECT ruvector_register_agent('shared-name', 'api', '{x}', avg_latency_ms => 1,"
                            + " quality_score => 1)"))
                    .isEqualTo("t");
            assertThat(tenant.value("SELECT agent_type FROM ruvector_get_agent('shared-name')"))
                    .isEqualTo("api");
        }
        assertThat(sql.value("SELECT agent_type FROM ruvector_get_agent('shared-name')"))
                .isEqualTo("llm");
    }

    @Test
    void tenants_followSetRole() throws SQLException {
        register("a", 0.5);
        sql.run("CREATE ROLE acme_staff IN ROLE tiny_dancer_user");
        try {
            sql.run("INSERT INTO tiny_dancer.tenant_role VALUES ('acme_staff', 'acme')");

            sql.run("SET ROLE acme_staff");
            assertThat(sql.column("SELECT name FROM ruvector_list_agents()")).isEmpty();
            sql.run("RESET ROLE");
            assertThat(sql.column("SELECT name FROM ruvector_list_agents()")).containsExactly("a");
        } finally {
            sql.run("DROP ROLE acme_staff");
        }
    }

    private void register(String name, double quality) throws SQLException {
        sql.run("SELECT ruvector_register_agent('" + name
                + "', 'llm', '{Code}', avg_latency_ms => 10, quality_score => " + quality + ")");
    }
}
