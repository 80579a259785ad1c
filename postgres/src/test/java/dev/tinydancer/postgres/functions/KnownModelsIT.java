package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

/** Models that are registered by their name. */
final class KnownModelsIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.agent, tiny_dancer.agent_price, tiny_dancer.known_model");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void shippedModels_areManyAndInOrder() throws SQLException {
        assertThat(Integer.parseInt(sql.text("SELECT count(*) FROM ruvector_list_models()")))
                .isBetween(150, 200);
        assertThat(sql.column("""
                SELECT name FROM tiny_dancer.shipped_models()
                WHERE prices <> tiny_dancer.orderly_prices(prices) OR tiny_dancer.prices_problem('prices', prices) IS NOT NULL
                   OR NOT prices ?& '{input,output}' OR context_window IS NULL OR NOT 'text' = ANY (modalities)
                   OR source = '' OR as_of < '2026-07-01' OR name LIKE '%/%'""")).isEmpty();
        assertThat(sql.column("SELECT name FROM ruvector_list_models('gpt-4o-2024')"))
                .containsExactly("gpt-4o-2024-05-13", "gpt-4o-2024-08-06", "gpt-4o-2024-11-20");
        assertThat(sql.column("SELECT name FROM ruvector_list_models('SONNET%5-2')"))
                .containsExactly("claude-sonnet-4-5-20250929");
        assertThat(sql.value("SELECT quality_score FROM ruvector_list_models('gpt-4o-2024-05')"))
                .isEqualTo("0.883");
        // Results that contradict those of its own family are no figure to begin with.
        assertThat(sql.column("SELECT name FROM ruvector_list_models('gpt-4o-2024') WHERE quality_score IS NULL"))
                .containsExactly("gpt-4o-2024-08-06", "gpt-4o-2024-11-20");
        assertThat(sql.column("SELECT name FROM ruvector_list_models('🤖')")).isEmpty();
    }

    @Test
    void register_takesAllFromTheCatalog_andSaysWhatItGuessed() throws SQLException {
        assertThat(sql.value("SELECT ruvector_register_model('gemini-2.5-pro')"))
                .isEqualTo("t");

        assertThat(sql.notices())
                .containsExactly("agent \"gemini-2.5-pro\" begins with a guess by the price of the model:"
                        + " avg_latency_ms 5000 and quality_score 0.87");
        assertThat(sql.rows("""
                SELECT agent_type, capabilities, cost_per_1k_input_tokens, cost_per_1k_output_tokens,
                       metadata -> 'context_window', metadata -> 'tools', metadata -> 'modalities', active
                FROM ruvector_list_agents()"""))
                .containsExactly(List.of(
                        "llm",
                        "{general}",
                        "0.00125",
                        "0.01",
                        "1048576",
                        "true",
                        "[\"text\", \"image\", \"audio\", \"video\", \"file\"]",
                        "t"));
        assertThat(sql.text("SELECT prices FROM ruvector_list_prices() WHERE holds"))
                .isEqualTo(sql.text("SELECT prices FROM ruvector_list_models() WHERE name = 'gemini-2.5-pro'"))
                .contains("tiers");
        assertThat(sql.value("SELECT ruvector_register_model('gemini-2.5-pro')"))
                .isEqualTo("f");
        assertThat(sql.value("SELECT count(*) FROM ruvector_list_prices()")).isEqualTo("1");
    }

    @Test
    void register_byProviderAndName_withOverrides() throws SQLException {
        assertThat(sql.value("""
                SELECT ruvector_register_model('OpenAI/gpt-4o-2024-05-13', 'writer', '{"capabilities": ["poems"],
                    "avg_latency_ms": 900, "metadata": {"team": "press", "tools": false}, "cost_per_1k_input_tokens": 0.004,
                    "max_concurrency": 4, "active": false}')""")).isEqualTo("t");

        assertThat(sql.notices())
                .containsExactly(
                        "quality_score of agent \"writer\" is taken as 0.883: the overall ability of"
                                + " gpt-4o-2024-05-13 by public results, see docs/models/abilities.md",
                        "capability \"poems\" is understood as creative");
        assertThat(sql.rows("""
                SELECT name, capabilities, avg_latency_ms, quality_score, cost_per_1k_input_tokens,
                       cost_per_1k_output_tokens, metadata ->> 'team', metadata -> 'tools', metadata ->> 'model', active
                FROM ruvector_list_agents()"""))
                .containsExactly(List.of(
                        "writer",
                        "{poems}",
                        "900",
                        "0.883",
                        "0.004",
                        "0.015",
                        "press",
                        "false",
                        "gpt-4o-2024-05-13",
                        "f"));
    }

    @Test
    void register_unknown_namesTheNearest() throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_register_model('claude-opus-46')");

        assertThat(failure.getMessage()).isEqualTo("model \"claude-opus-46\" is not among the known ones");
        assertThat(failure.getHint())
                .startsWith("The nearest are: claude-opus-4-")
                .contains("claude-opus-4-6")
                .contains("ruvector_list_models()");
        assertThat(sql.failure("SELECT ruvector_register_model(repeat('🤖', 1000000))")
                        .getHint())
                .startsWith("ruvector_list_models()");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL                                             | 22004 | model must not be null
            ' '                                              | 22023 | model must not be empty
            'gpt-4o', ''                                     | 22023 | name must not be empty
            'gpt-4o', repeat('n', 201)                       | 22023 | name must have at most 200 characters
            'gpt-4o', overrides => '[]'                      | 22023 | overrides must be a JSON object, got []
            'gpt-4o', overrides => '{"name": "x"}'           | 22023 | a key of overrides is unknown, got "name"
            'gpt-4o', overrides => '{"quality_score": 2}'    | 22023 | quality_score must be between 0 and 1, got 2
            'gpt-4o', overrides => '{"avg_latency_ms": null}'| 22004 | avg_latency_ms must not be null
            'gpt-4o', options => '{"a": 1}'                  | 22023 | a key of options is unknown, got "a"
            """)
    void register_invalid(String arguments, String state, String message) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_register_model(" + arguments + ")");

        assertThat(failure.getSQLState()).isEqualTo(state);
        assertThat(failure.getMessage()).startsWith(message);
        assertThat(String.valueOf(failure.getWhere()).lines()).hasSize(1);
    }

    @Test
    void import_replacesTheCatalog_andAnEmptyOneBringsItBack() throws SQLException {
        String shipped = sql.text("SELECT count(*) FROM ruvector_list_models()");
        assertThat(sql.value("""
                SELECT ruvector_import_models('{"openai": {"models": {"gpt-9": {"cost": {"input": 2, "output": 8},
                    "limit": {"context": 500000, "output": 9000}, "modalities": {"input": ["text", "pdf"]}, "tool_call": true}}},
                    "reseller": {"models": {"gpt-9": {"cost": {"input": 3, "output": 9}}, "free": {"name": "no price"}}}}')""")).isEqualTo("2");
        assertThat(sql.rows("""
                SELECT name, provider, prices, context_window, max_output_tokens, modalities, features, source
                FROM ruvector_list_models() WHERE name = 'gpt-9'"""))
                .containsExactly(List.of(
                        "gpt-9",
                        "openai",
                        "{\"input\": 0.002, \"output\": 0.008}",
                        "500000",
                        "9000",
                        "{file,text}",
                        "{tools}",
                        "models_dev"));
        assertThat(sql.value("SELECT ruvector_register_model('reseller/gpt-9')"))
                .isEqualTo("t");

        assertThat(sql.failure("SELECT ruvector_import_models('{\"p\": {\"models\": {\"m\": {}}}}')")
                        .getMessage())
                .isEqualTo("document has no model with a price that can be taken");
        assertThat(sql.value("SELECT count(*) FROM ruvector_list_models()")).isEqualTo("2");
        assertThat(sql.value("SELECT ruvector_import_models('{}')")).isEqualTo("0");
        assertThat(sql.value("SELECT count(*) FROM ruvector_list_models()")).isEqualTo(shipped);
    }

    @Test
    void import_isForTheDefaultTenant() throws SQLException {
        try (SqlSession tenant = new SqlSession(database.connectAsAdmin())) {
            sql.run("INSERT INTO tiny_dancer.tenant_role VALUES ('" + tenant.value("SELECT session_user")
                    + "', 'acme')");
            assertThat(tenant.failure("SELECT ruvector_import_models('{}')").getSQLState())
                    .isEqualTo("42501");
        }
    }
}
