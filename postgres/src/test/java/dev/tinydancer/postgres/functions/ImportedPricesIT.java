package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

/** What the four lists that people have say, and what is wrong with them. */
final class ImportedPricesIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.agent, tiny_dancer.agent_price");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void litellm_hasPricesByToken_ofEachKind() throws SQLException {
        assertThat(prices("""
                {"m": {"litellm_provider": "anthropic", "mode": "chat", "input_cost_per_token": 3e-06,
                 "output_cost_per_token": 1.5e-05, "cache_read_input_token_cost": 3e-07,
                 "cache_creation_input_token_cost": 3.75e-06, "cache_creation_input_token_cost_above_1hr": 6e-06,
                 "output_cost_per_reasoning_token": 2e-05, "output_cost_per_token_priority": 1,
                 "search_context_cost_per_query": {"search_context_size_low": 0.01}}}"""))
                .isEqualTo("{\"input\": 0.003, \"output\": 0.015, \"reasoning\": 0.02, \"cache_write\": 0.00375,"
                        + " \"cached_input\": 0.0003, \"cache_write_1h\": 0.006}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "mode": "chat", "output_cost_per_token": 1e-06                  | m has no price of input; what is missing is not free
            "mode": "chat", "input_cost_per_token": 1e-06                   | m has no price of output; what is missing is not free
            "mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": null | m has no price of output; what is missing is not free
            "mode": "chat", "cache_read_input_token_cost": 1e-06            | m has no price
            "mode": "chat", "max_tokens": 8                                 | m has no price
            "mode": "chat", "input_cost_per_token": "dear", "output_cost_per_token": 1   | m input is not a number
            "mode": "chat", "input_cost_per_token": {}, "output_cost_per_token": 1       | m input is not a number
            "mode": "chat", "input_cost_per_token": -1, "output_cost_per_token": 1       | m input varies (-1)
            "mode": "chat", "input_cost_per_token": -2, "output_cost_per_token": 1       | m input is below 0 (-2)
            "mode": "chat", "input_cost_per_token": 1e30,  "output_cost_per_token": 1    | m input is above 1e9
            """)
    void litellm_whatIsMissingOrNoPrice_isRefusedByName(String entry, String reason) throws SQLException {
        register("m", "cost_per_call => 1");

        assertThat(imported("{\"m\": {\"litellm_provider\": \"x\", " + entry + "}}"))
                .containsExactly(Arrays.asList("m", "m", "refused", null, reason));
        assertThat(sql.value("SELECT prices FROM ruvector_list_prices() WHERE holds"))
                .isEqualTo("{\"call\": 1}");
    }

    @Test
    void litellm_pricesByTheSecond_byTheRequest_andByTheImage_areKept() throws SQLException {
        assertThat(prices("{\"m\": {\"mode\": \"chat\", \"litellm_provider\": \"x\", \"input_cost_per_second\": 0.0,"
                        + " \"output_cost_per_second\": 0.0005}}"))
                .isEqualTo("{\"second\": 0.0005}");
        assertThat(prices("{\"m\": {\"mode\": \"chat\", \"litellm_provider\": \"x\", \"input_cost_per_request\": 0.005,"
                        + " \"input_cost_per_token\": 0, \"output_cost_per_token\": 2.8e-06}}"))
                .isEqualTo("{\"call\": 0.005, \"input\": 0, \"output\": 0.0028}");
        assertThat(prices("{\"m\": {\"mode\": \"image_generation\", \"litellm_provider\": \"x\","
                        + " \"output_cost_per_image\": 0.04}}"))
                .isEqualTo("{\"image\": 0.04}");
        assertThat(prices("{\"m\": {\"mode\": \"embedding\", \"litellm_provider\": \"x\","
                        + " \"input_cost_per_token\": 1e-07}}"))
                .isEqualTo("{\"input\": 0.0001}");
    }

    @Test
    void litellm_hasTiersInTheNamesOfKeys_andInRanges() throws SQLException {
        assertThat(prices("""
                {"m": {"mode": "chat", "litellm_provider": "x", "input_cost_per_token": 1.25e-06, "output_cost_per_token": 1e-05,
                 "input_cost_per_token_above_200k_tokens": 2.5e-06, "output_cost_per_token_above_200k_tokens": 1.5e-05,
                 "cache_read_input_token_cost_above_200k_tokens": 2.5e-07,
                 "input_cost_per_token_above_200k_tokens_priority": 1}}"""))
                .isEqualTo("{\"input\": 0.00125, \"tiers\": [{\"input\": 0.0025, \"output\": 0.015,"
                        + " \"cached_input\": 0.00025, \"above_input_tokens\": 200000}], \"output\": 0.01}");
        assertThat(prices("""
                {"m": {"mode": "chat", "litellm_provider": "x", "tiered_pricing": [
                 {"input_cost_per_token": 5e-08, "output_cost_per_token": 4e-07, "range": [0, 256000.0]},
                 {"input_cost_per_token": 2.5e-07, "output_cost_per_token": 2e-06, "range": [256000.0, 1000000.0]}]}}"""))
                .isEqualTo("{\"input\": 0.00005, \"tiers\": [{\"input\": 0.00025, \"output\": 0.002,"
                        + " \"above_input_tokens\": 256000}], \"output\": 0.0004}");
    }

    /** The entry that explains the list has words where numbers belong. */
    @Test
    void litellm_sampleSpec_isNoModel() throws SQLException {
        register("sample_spec", "cost_per_call => 1");
        register("m", "cost_per_call => 1");
        assertThat(imported("""
                {"sample_spec": {"input_cost_per_token": 0.0, "output_cost_per_token": 0.0, "max_tokens": "set to max",
                                 "litellm_provider": "one of https://docs.litellm.ai/docs/providers"},
                 "m": {"mode": "chat", "litellm_provider": "x", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0,
                       "max_input_tokens": "many"}}"""))
                .containsExactly(
                        Arrays.asList(
                                "m",
                                "m",
                                "changed",
                                "{\"input\": 0, \"output\": 0}",
                                "has no longer call (1); costs nothing, says the list"),
                        Arrays.asList("sample_spec", null, "unmatched", null, null));
    }

    @Test
    void names_areEqual_withTheirProviderOrWithout_andNeverAlmost() throws SQLException {
        String list = """
                {"m": {"mode": "chat", "litellm_provider": "openai", "input_cost_per_token": 1e-06, "output_cost_per_token": 1e-06},
                 "far/m": {"mode": "chat", "litellm_provider": "far", "input_cost_per_token": 2e-06, "output_cost_per_token": 2e-06},
                 "near/only": {"mode": "chat", "litellm_provider": "near", "input_cost_per_token": 3e-06, "output_cost_per_token": 3e-06}}""";
        for (String agent : List.of("m", "openai/m", "far/m", "only", "near/only", "M", "m-2", "else/m", "mm")) {
            register(agent, "cost_per_call => 1");
        }
        sql.run("SELECT ruvector_register_agent('mine', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1,"
                + " metadata => '{\"model\": \"far/m\"}')");

        assertThat(imported(list).stream().map(row -> row.get(0) + " " + row.get(2) + " " + row.get(1)))
                .containsExactlyInAnyOrder(
                        "m changed m",
                        "openai/m changed m",
                        "far/m changed far/m",
                        "only changed near/only",
                        "near/only changed near/only",
                        "M changed m",
                        "m-2 unmatched null",
                        "else/m unmatched null",
                        "mm unmatched null",
                        "mine new far/m");
    }

    @Test
    void names_thatDifferInCaseOnly_areTwo() throws SQLException {
        String list = """
                {"together_ai/baai/bge": {"mode": "chat", "litellm_provider": "together_ai", "input_cost_per_token": 1e-06,
                                          "output_cost_per_token": 1e-06},
                 "together_ai/BAAI/bge": {"mode": "chat", "litellm_provider": "together_ai", "input_cost_per_token": 2e-06,
                                          "output_cost_per_token": 2e-06}}""";
        register("together_ai/BAAI/bge", "cost_per_call => 1");
        register("together_ai/Baai/bge", "cost_per_call => 1");

        assertThat(imported(list).stream().map(row -> row.get(0) + " " + row.get(2) + " " + row.get(4)))
                .containsExactly(
                        "together_ai/BAAI/bge changed costs more: input 0 → 0.002, output 0 → 0.002; has no longer call (1)",
                        "together_ai/Baai/bge refused names together_ai/BAAI/bge and together_ai/baai/bge:"
                                + " say which in metadata.model");
    }

    @Test
    void nameWithoutProvider_isItsMakers_andOfSeveralOthersNobodys() throws SQLException {
        String list = """
                {"reseller": {"models": {"gpt-9": {"cost": {"input": 9, "output": 9}}, "llama-9": {"cost": {"input": 1, "output": 1}}}},
                 "openai": {"models": {"gpt-9": {"cost": {"input": 2, "output": 8}}}},
                 "host": {"models": {"llama-9": {"cost": {"input": 2, "output": 2}}}}}""";
        register("gpt-9", "cost_per_call => 1");
        register("llama-9", "cost_per_call => 1");

        assertThat(imported(list).stream().map(row -> row.get(0) + " " + row.get(2) + " " + row.get(1)))
                .containsExactly("gpt-9 changed openai/gpt-9", "llama-9 refused host/llama-9");
    }

    @Test
    void modelsDev_hasPricesByTheMillion_tiersBySize_andTheLongContextOfItsOwn() throws SQLException {
        assertThat(prices("""
                {"p": {"id": "p", "models": {"m": {"cost": {"input": 0.5, "output": 3, "cache_read": 0.05, "cache_write": 0.625,
                 "reasoning": 4, "tiers": [{"tier": {"size": 256000}, "input": 2.0, "output": 6.0, "cache_read": 0.2}]}}}}}"""))
                .isEqualTo("{\"input\": 0.0005, \"tiers\": [{\"input\": 0.002, \"output\": 0.006,"
                        + " \"cached_input\": 0.0002, \"above_input_tokens\": 256000}], \"output\": 0.003,"
                        + " \"reasoning\": 0.004, \"cache_write\": 0.000625, \"cached_input\": 0.00005}");
        assertThat(prices("{\"p\": {\"models\": {\"m\": {\"cost\": {\"input\": 1, \"output\": 2,"
                        + " \"context_over_200k\": {\"input\": 2}}}}}}"))
                .isEqualTo("{\"input\": 0.001, \"tiers\": [{\"input\": 0.002, \"above_input_tokens\": 200000}],"
                        + " \"output\": 0.002}");
        register("m", "cost_per_call => 1");
        assertThat(imported("{\"p\": {\"models\": {\"m\": {\"name\": \"M\"}}}}").getFirst())
                .containsExactly("m", "p/m", "refused", null, "p/m has no price");
    }

    @Test
    void genaiPrices_hasTiersOfEachKind_andNamesByRule() throws SQLException {
        String list = """
                [{"id": "p", "models": [{"id": "m-1", "match": {"or": [{"equals": "m"}, {"starts_with": "m-"}]}, "prices": {
                 "input_mtok": {"base": 5, "tiers": [{"start": 200000, "price": 10}]}, "cache_read_mtok": 0.5,
                 "output_mtok": {"base": 25, "tiers": [{"start": 200000, "price": 37.5}]}, "web_searches_kcount": 10}}]}]""";
        assertThat(prices(list))
                .isEqualTo("{\"input\": 0.005, \"tiers\": [{\"input\": 0.01, \"output\": 0.0375,"
                        + " \"above_input_tokens\": 200000}], \"output\": 0.025, \"cached_input\": 0.0005}");
        register("m-2", "cost_per_call => 1");
        assertThat(imported(list).stream().map(row -> row.get(0) + " " + row.get(2)))
                .containsExactly("m same", "m-2 unmatched");
    }

    @Test
    void genaiPrices_byDay_holdFromThatDayOn() throws SQLException {
        register("m", "cost_per_call => 1");
        String list = """
                [{"id": "p", "models": [{"id": "m", "prices": [
                 {"prices": {"input_mtok": 1, "output_mtok": 1}},
                 {"constraint": {"start_date": "2999-01-01"}, "prices": {"input_mtok": 3, "output_mtok": 3}},
                 {"constraint": {"start_date": "2020-02-29"}, "prices": {"input_mtok": 2, "output_mtok": 2}}]}]}]""";

        assertThat(imported(list).stream().map(row -> row.get(2) + " " + row.get(3) + " " + row.get(4)))
                .containsExactly(
                        "changed {\"input\": 0.002, \"output\": 0.002} costs more: input 0 → 0.002, output 0 → 0.002;"
                                + " has no longer call (1)",
                        "changed {\"input\": 0.003, \"output\": 0.003} from 2999-01-01; costs more: input 0 → 0.003,"
                                + " output 0 → 0.003; has no longer call (1)");
        assertThat(sql.rows("SELECT effective_from AT TIME ZONE 'UTC', holds FROM ruvector_list_prices('m') OFFSET 1"))
                .hasSize(2)
                .last()
                .isEqualTo(List.of("2999-01-01 00:00:00", "f"));
        assertThat(imported(list).stream().map(row -> row.get(2))).containsExactly("same", "same");
    }

    @Test
    void genaiPrices_byTheHour_areRefused() throws SQLException {
        register("m", "cost_per_call => 1");
        assertThat(imported("""
                [{"id": "p", "models": [{"id": "m", "prices": [
                 {"prices": {"input_mtok": 1, "output_mtok": 1}},
                 {"constraint": {"start_time": "00:30:00Z", "end_time": "16:30:00Z"},
                  "prices": {"input_mtok": 3, "output_mtok": 3}}]}]}]""").getFirst())
                .containsExactly("m", "p/m", "refused", null, "p/m has other prices at some hours of the day");
    }

    @Test
    void openrouter_hasTextsByToken_andMinusOneForWhatVaries() throws SQLException {
        assertThat(prices("""
                {"data": [{"id": "p/m", "pricing": {"prompt": "0.00003", "completion": "0.00015", "web_search": "0.01",
                           "input_cache_read": "0.000003", "input_cache_write": "0.0000375", "image": "0.02"}}]}"""))
                .isEqualTo("{\"image\": 0.02, \"input\": 0.03, \"output\": 0.15, \"cache_write\": 0.0375,"
                        + " \"cached_input\": 0.003}");
        register("openrouter/auto", "cost_per_call => 1");
        assertThat(imported("{\"data\": [{\"id\": \"openrouter/auto\", \"pricing\": {\"prompt\": \"-1\","
                                + " \"completion\": \"-1\"}}]}")
                        .getLast())
                .containsExactly(
                        "openrouter/auto", "openrouter/auto", "refused", null, "openrouter/auto input varies (-1)");
    }

    @Test
    void dryRun_showsAndChangesNothing_thenTheImportDoes_andThenAllIsTheSame() throws SQLException {
        register("m", "cost_per_1k_input_tokens => 0.002, cost_per_1k_output_tokens => 0.001");
        String list = "{\"m\": {\"mode\": \"chat\", \"litellm_provider\": \"x\", \"input_cost_per_token\": 1e-06,"
                + " \"output_cost_per_token\": 4e-06}}";
        List<@Nullable String> change = Arrays.asList(
                "m", "m", "changed", "{\"input\": 0.001, \"output\": 0.004}", "costs more: output 0.001 → 0.004");

        assertThat(sql.rows(call(list, "true"))).containsExactly(change);
        assertThat(sql.value("SELECT cost_per_1k_input_tokens FROM ruvector_list_agents()"))
                .isEqualTo("0.002");
        assertThat(sql.value("SELECT count(*) FROM ruvector_list_prices()")).isEqualTo("1");
        assertThat(imported(list)).containsExactly(change);
        assertThat(sql.value("SELECT cost_per_1k_input_tokens FROM ruvector_list_agents()"))
                .isEqualTo("0.001");
        assertThat(imported(list))
                .containsExactly(Arrays.asList("m", "m", "same", "{\"input\": 0.001, \"output\": 0.004}", null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL                                   | 22004 | document must not be null
            '{}'                                   | 22023 | document is not a price list of a known form
            '[]'                                   | 22023 | document is not a price list of a known form
            '1'                                    | 22023 | document is not a price list of a known form
            '{"a": {"b": 1}}'                      | 22023 | document is not a price list of a known form
            '{}', 'csv'                            | 22023 | format is unknown, got "csv"
            '{"data": [{"id": "a", "pricing": {}}]}', 'litellm' | 22023 | document is of the form openrouter, not litellm
            '{"data": [{"id": "a", "pricing": {}}]}', options => '{"a": 1}' | 22023 | a key of options is unknown, got "a"
            """)
    void import_ofWhatIsNoList_isRefused(String arguments, String state, String message) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT * FROM ruvector_import_prices(" + arguments + ")");

        assertThat(failure.getSQLState()).isEqualTo(state);
        assertThat(failure.getMessage()).isEqualTo(message);
        assertThat(String.valueOf(failure.getWhere()).lines()).hasSize(1);
    }

    /** Nothing that is not of the form stops the rest. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            litellm      | {"a": 1, "b": [], "c": {"litellm_provider": 5, "tiered_pricing": {"range": 1}}, "d": {"litellm_provider": "x", "tiered_pricing": [1, {"range": "x"}, {"range": [null, 1]}]}, "": {"litellm_provider": null, "input_cost_per_token": "1e9999999", "mode": 7}, "e": {"input_cost_per_token": 1e-400, "max_input_tokens": 1e30, "input_cost_per_token_above_99999k_tokens": "x"}}
            models_dev   | {"p": {"models": {"a": 1, "b": {"cost": 5}, "c": {"cost": {"tiers": 1, "input": []}}, "d": {"cost": {"tiers": [1, {"tier": 2}, {"tier": {"size": -1}}]}, "limit": []}}}, "q": 1, "r": {"models": 5}}
            genai_prices | [{"id": "p", "models": [1, {"id": 5}, {"id": "a"}, {"id": "b", "prices": 1}, {"id": "c", "prices": [1, {"constraint": 1}, {"constraint": {"start_date": "2026-02-31"}, "prices": 7}, {"constraint": {"start_date": "soon"}}]}, {"id": "d", "prices": {"input_mtok": {"tiers": 1}, "output_mtok": {"base": {}}}, "match": {"or": 1}}]}, 7, {"models": 1}]
            openrouter   | {"data": [{"id": "a", "pricing": {"prompt": "", "completion": "1.2.3"}}, {"id": 5}, 7, {"id": "b", "pricing": 9, "architecture": 1, "supported_parameters": 5, "top_provider": []}]}
            """)
    void lists_withWhatDoesNotBelongThere_areRead(String format, String list) throws SQLException {
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.listed_models('" + list + "', '" + format
                        + "') WHERE refusal IS NULL"))
                .isEqualTo("0");
    }

    /** The whole lists, which are not in the repository. */
    @ParameterizedTest
    @CsvSource({
        "litellm, gpt-4o, 2900",
        "models_dev, openai/gpt-4o, 600",
        "genai_prices, openai/gpt-4o, 1400",
        "openrouter, openai/gpt-4o, 360"
    })
    void wholeList_isImported(String format, String model, int least) throws IOException, SQLException {
        Path file = lists().resolve(format + ".json");
        assumeTrue(
                Files.isRegularFile(file),
                "needs the price lists beside the folder that TINY_DANCER_DATA names: " + file);
        register("gpt-4o", "cost_per_call => 1");
        register("anthropic/claude-sonnet-4", "cost_per_call => 1");
        register("nobody-has-this", "cost_per_call => 1");

        String listed;
        try (PreparedStatement statement = sql.connection().prepareStatement("""
                SELECT (SELECT count(*) FROM tiny_dancer.listed_models(list, 'auto')),
                       (SELECT string_agg(change, ' ' ORDER BY agent = 'nobody-has-this', agent DESC)
                        FROM ruvector_import_prices(list) WHERE agent IN ('gpt-4o', 'nobody-has-this')),
                       (SELECT string_agg(model, ' ') FROM ruvector_import_prices(list, dry_run => true) WHERE agent = 'gpt-4o')
                FROM (SELECT ?::jsonb AS list) AS document""")) {
            statement.setString(1, Files.readString(file));
            try (var row = statement.executeQuery()) {
                row.next();
                assertThat(row.getInt(1)).isGreaterThan(least);
                listed = row.getString(2) + " " + row.getString(3);
            }
        }
        assertThat(listed).isEqualTo("changed unmatched " + model);
        assertThat(sql.value("SELECT cost_per_1k_input_tokens FROM ruvector_get_agent('gpt-4o')"))
                .isEqualTo("0.0025");
    }

    private static Path lists() {
        String data = System.getenv("TINY_DANCER_DATA");
        return Path.of(data == null || data.isBlank() ? "../../shared/data" : data)
                .toAbsolutePath()
                .normalize()
                .resolveSibling("prices");
    }

    /** What an agent "m" costs after this list. */
    private @Nullable String prices(String list) throws SQLException {
        register("m", "cost_per_call => 1");
        sql.run(call(list, "false"));
        return sql.value("SELECT prices FROM ruvector_list_prices('m') WHERE holds");
    }

    private List<List<@Nullable String>> imported(String list) throws SQLException {
        return sql.rows(call(list, "false"));
    }

    private static String call(String list, String dryRun) {
        return "SELECT agent, model, change, after, reason FROM ruvector_import_prices('" + list + "', dry_run => "
                + dryRun + ")";
    }

    private void register(String name, String price) throws SQLException {
        sql.run("SELECT ruvector_register_agent('" + name
                + "', 'tool', '{x}', avg_latency_ms => 1, quality_score => 1, " + price + ")");
    }
}
