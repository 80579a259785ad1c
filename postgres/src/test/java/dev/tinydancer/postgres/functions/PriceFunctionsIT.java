package dev.tinydancer.postgres.functions;

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
import org.postgresql.util.ServerErrorMessage;

/** What agents charge, and from when on. */
final class PriceFunctionsIT {

    private static final String LISTED = "SELECT prices, holds FROM ruvector_list_prices('a')";
    private static final String COLUMNS = """
            SELECT cost_per_1k_tokens, cost_per_1k_input_tokens, cost_per_1k_output_tokens, cost_per_call, cost_per_second
            FROM ruvector_get_agent('a')""";

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.agent, tiny_dancer.agent_price");
        register("cost_per_1k_tokens => 0.03");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void registration_isAListFromNowOn_andSoIsEachChange() throws SQLException {
        assertThat(sql.rows(LISTED)).containsExactly(List.of("{\"input\": 0.03, \"output\": 0.03}", "t"));

        pause();
        register("cost_per_1k_input_tokens => 0.01, cost_per_call => 0.5");
        pause();
        sql.run("SELECT ruvector_update_agent('a', '{\"cost_per_call\": null, \"quality_score\": 0.6}')");
        sql.run("SELECT ruvector_update_agent('a', '{\"quality_score\": 0.7}')");

        assertThat(sql.rows(LISTED))
                .containsExactly(
                        List.of("{\"input\": 0.03, \"output\": 0.03}", "f"),
                        List.of("{\"call\": 0.5, \"input\": 0.01}", "f"),
                        List.of("{\"input\": 0.01}", "t"));
    }

    @Test
    void setPrices_holdFromNowOn_asAWhole() throws SQLException {
        pause();
        assertThat(sql.value("""
                SELECT ruvector_set_prices('a', '{"input": 0.003, "output": 0.015, "cached_input": 0.0003, "second": null,
                    "tiers": [{"above_input_tokens": 500000, "input": 0.01},
                              {"above_input_tokens": 200000, "input": 0.006, "output": 0.0225}]}')""")).isEqualTo("t");

        String list =
                "{\"input\": 0.003, \"tiers\": [{\"input\": 0.006, \"output\": 0.0225, \"above_input_tokens\": 200000},"
                        + " {\"input\": 0.01, \"above_input_tokens\": 500000}], \"output\": 0.015, \"cached_input\": 0.0003}";
        assertThat(sql.rows(LISTED))
                .containsExactly(List.of("{\"input\": 0.03, \"output\": 0.03}", "f"), List.of(list, "t"));
        assertThat(sql.rows(COLUMNS)).containsExactly(Arrays.asList(null, "0.003", "0.015", null, null));
        assertThat(sql.value("SELECT tiny_dancer.catalog_of('default') #>> '{agents,0,more_prices,cached_input}'"))
                .isEqualTo("0.0003");

        pause();
        sql.run("SELECT ruvector_set_prices('a', '{\"input\": 0.003, \"output\": 0.015}')");
        assertThat(sql.notices().getFirst()).startsWith("a has no longer cached_input (0.0003), tiers ([");
        assertThat(sql.value("SELECT more_prices FROM tiny_dancer.agent")).isEqualTo("{}");
    }

    @Test
    void registration_withTheSamePrices_leavesTheListAsItIs_withOthersReplacesIt() throws SQLException {
        sql.run("SELECT ruvector_set_prices('a', '{\"input\": 0.03, \"output\": 0.03, \"cached_input\": 0.003}')");
        String before = sql.text("SELECT count(*) FROM ruvector_list_prices()");

        register("cost_per_1k_tokens => 0.03");
        assertThat(sql.value("SELECT prices FROM ruvector_list_prices('a') WHERE holds"))
                .isEqualTo("{\"input\": 0.03, \"output\": 0.03, \"cached_input\": 0.003}");
        assertThat(sql.value("SELECT count(*) FROM ruvector_list_prices()")).isEqualTo(before);

        register("cost_per_1k_tokens => 0.02");
        assertThat(sql.notices()).anySatisfy(notice -> assertThat(notice).contains("cached_input (0.003)"));
        assertThat(sql.value("SELECT prices FROM ruvector_list_prices('a') WHERE holds"))
                .isEqualTo("{\"input\": 0.02, \"output\": 0.02}");
    }

    @Test
    void setPrices_later_waitForTheirTime() throws SQLException {
        sql.run("SELECT ruvector_set_prices('a', '{\"call\": 2}', now() + interval '1 hour')");
        assertThat(sql.value("SELECT tiny_dancer.take_up_prices()")).isEqualTo("0");
        assertThat(sql.rows(LISTED))
                .containsExactly(List.of("{\"input\": 0.03, \"output\": 0.03}", "t"), List.of("{\"call\": 2}", "f"));
        assertThat(sql.rows(COLUMNS)).containsExactly(Arrays.asList("0.03", null, null, null, null));

        // As if the hour were over.
        sql.run("UPDATE tiny_dancer.agent_price SET effective_from = clock_timestamp() WHERE NOT taken_up");
        String version = sql.text("SELECT tiny_dancer.catalog_of('default') ->> 'version'");
        assertThat(sql.value("SELECT tiny_dancer.take_up_prices()")).isEqualTo("1");
        assertThat(sql.value("SELECT tiny_dancer.take_up_prices()")).isEqualTo("0");
        assertThat(sql.rows(COLUMNS)).containsExactly(Arrays.asList(null, null, null, "2", null));
        assertThat(sql.text("SELECT tiny_dancer.catalog_of('default') ->> 'version'"))
                .isNotEqualTo(version);
        assertThat(sql.value("SELECT count(*) FROM ruvector_list_prices()")).isEqualTo("2");
    }

    @Test
    void takingUp_aTenantWhoseCatalogIsBeingChanged_waitsAndKeepsNobodyWaiting() throws SQLException {
        sql.run("SELECT ruvector_set_prices('a', '{\"call\": 2}', now() + interval '1 hour')");
        sql.run("UPDATE tiny_dancer.agent_price SET effective_from = clock_timestamp() WHERE NOT taken_up");
        try (SqlSession other = new SqlSession(database.connect())) {
            other.run("BEGIN; SELECT tiny_dancer.lock_catalog('default')");
            assertThat(sql.value("SELECT tiny_dancer.take_up_prices()")).isEqualTo("0");
            other.run("ROLLBACK");
        }
        assertThat(sql.value("SELECT tiny_dancer.take_up_prices()")).isEqualTo("1");
    }

    @Test
    void setPrices_earlier_holdUntilTheNextList() throws SQLException {
        sql.run("SELECT ruvector_set_prices('a', '{\"call\": 1}', '2026-01-01')");
        assertThat(sql.notices().getFirst()).startsWith("a has other prices from ");
        assertThat(sql.value("SELECT prices FROM ruvector_list_prices('a') WHERE holds"))
                .isEqualTo("{\"input\": 0.03, \"output\": 0.03}");
        assertThat(sql.value("SELECT tiny_dancer.prices_at('default', 'a', '2026-01-02')"))
                .isEqualTo("{\"call\": 1}");
        assertThat(sql.value("SELECT tiny_dancer.prices_at('default', 'a', '2025-12-31')"))
                .isNull();

        sql.run("SELECT ruvector_set_prices('a', '{\"call\": 3}', '2026-01-01', '{\"replace_later\": true}')");
        assertThat(sql.notices()).isEmpty();
        assertThat(sql.rows(LISTED)).containsExactly(List.of("{\"call\": 3}", "t"));
        assertThat(sql.rows(COLUMNS)).containsExactly(Arrays.asList(null, null, null, "3", null));
    }

    @Test
    void setPrices_byTwoAtOnce_theLastToFinishHolds() throws SQLException {
        sql.run("BEGIN");
        sql.value("SELECT now()");
        try (SqlSession other = new SqlSession(database.connect())) {
            other.run("SELECT ruvector_set_prices('a', '{\"call\": 1}')");
        }
        pause();
        sql.run("SELECT ruvector_set_prices('a', '{\"call\": 2}')");
        sql.run("COMMIT");
        assertThat(sql.value("SELECT prices FROM ruvector_list_prices('a') WHERE holds"))
                .isEqualTo("{\"call\": 2}");
    }

    @Test
    void removedAgent_keepsWhatItCharged_notWhatItWouldHave() throws SQLException {
        sql.run("SELECT ruvector_set_prices('a', '{\"call\": 2}', now() + interval '1 hour')");
        sql.run("SELECT ruvector_remove_agent('a')");
        assertThat(sql.column("SELECT prices FROM ruvector_list_prices()"))
                .containsExactly("{\"input\": 0.03, \"output\": 0.03}");
    }

    @Test
    void setPrices_ofATokenKindAlone_says() throws SQLException {
        sql.run("SELECT ruvector_set_prices('a', '{\"input\": 1, \"output\": 1}')");
        sql.run("SELECT ruvector_set_prices('a', '{\"input\": 1}')");
        assertThat(sql.notices())
                .containsExactly("a has no longer output (1)", "a has no price of output, which is not charged");
    }

    @Test
    void setPrices_ofAnUnknownAgent_sayThereIsNone() throws SQLException {
        assertThat(sql.value("SELECT ruvector_set_prices('b', '{\"call\": 1}')"))
                .isEqualTo("f");
        assertThat(sql.value("SELECT count(*) FROM ruvector_list_prices('b')")).isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL, '{"call": 1}'                    | 22004 | agent must not be null
            ' ', '{"call": 1}'                     | 22023 | agent must not be empty
            'a', NULL                              | 22004 | prices must not be null
            'a', '[]'                              | 22023 | prices must be a JSON object, got []
            'a', '{}'                              | 22023 | prices must have at least one price, got {}
            'a', '{"call": null}'                  | 22023 | prices must have at least one price, got {"call": null}
            'a', '{"inputs": 1}'                   | 22023 | a key of prices is unknown, got "inputs"
            'a', '{"input": "1"}'                  | 22023 | prices.input must be a number in JSON, got "1"
            'a', '{"input": -1}'                   | 22023 | prices.input must be between 0 and 1e9, got -1
            'a', '{"input": 1e300}'                | 22023 | prices.input must be between 0 and 1e9, got 1000
            'a', '{"call": 1, "tiers": {}}'        | 22023 | prices.tiers must be a JSON array, got {}
            'a', '{"call": 1, "tiers": [1]}'       | 22023 | an element of prices.tiers must be a JSON object, got 1
            'a', '{"call": 1, "tiers": [{}]}'      | 22023 | prices.tiers.above_input_tokens must be a number of tokens, got null
            'a', '{"call": 1, "tiers": [{"above_input_tokens": 1, "call": 1}]}' | 22023 | a key of an element of prices.tiers is unknown, got "call"
            'a', '{"call": 1, "tiers": [{"above_input_tokens": 1.5}]}' | 22023 | prices.tiers.above_input_tokens must be a whole number that no other tier has, got 1.5
            'a', '{"call": 1, "tiers": [{"above_input_tokens": 1, "input": -2}]}' | 22023 | prices.tiers.input must be between 0 and 1e9, got -2
            'a', '{"call": 1}', 'infinity'         | 22023 | effective_from must be a time that comes, got infinity
            'a', '{"call": 1}', options => '{"b": 1}' | 22023 | a key of options is unknown, got "b"
            'a', '{"call": 1}', options => '{"replace_later": 1}' | 22023 | options.replace_later must be a boolean in JSON, got 1
            """)
    void setPrices_invalid(String arguments, String state, String message) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_set_prices(" + arguments + ")");

        assertThat(failure.getSQLState()).isEqualTo(state);
        assertThat(failure.getMessage()).startsWith(message);
        assertThat(String.valueOf(failure.getWhere()).lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            27147, 351, 27146                      | {"input": 0.0014, "cached_input": 0.00026, "output": 0.0044} | 0.00860376
            100000, 20000                          | {"input": 0.003, "output": 0.015}           | 0.6
            1000, 1000, 400, 100, 50, 300          | {"input": 1, "output": 10}                  | 11
            1000, 1000, 400, 100, 50, 300          | {"input": 1, "output": 10, "cached_input": 0.1, "cache_write": 2, "reasoning": 20} | 13.79
            1000, 1000, 400, 100, 50, 300          | {"input": 1, "output": 10, "cached_input": 0.1, "cache_write": 2, "cache_write_1h": 4, "reasoning": 20} | 13.89
            200000, 1000                           | {"input": 1, "output": 10, "tiers": [{"above_input_tokens": 200000, "input": 2}]} | 210
            200001, 1000                           | {"input": 1, "output": 10, "tiers": [{"above_input_tokens": 200000, "input": 2}]} | 410.002
            600000, 0                              | {"input": 1, "tiers": [{"above_input_tokens": 200000, "input": 2}, {"above_input_tokens": 500000, "input": 3}]} | 1800
            1, 1, latency_ms => 1500, images => 3  | {"call": 0.002, "second": 0.5, "image": 0.04} | 0.872
            NULL, NULL                             | {"input": 1, "output": 10}                  | 0
            2000000000, 0                          | {"input": 1000000000}                       | 1000000000
            """)
    void costOf_aRequest(String request, String prices, String cost) throws SQLException {
        assertThat(sql.value("SELECT tiny_dancer.cost_of('" + prices + "', " + request + ")::float8"))
                .isEqualTo(cost);
    }

    private void register(String prices) throws SQLException {
        sql.run("SELECT ruvector_register_agent('a', 'llm', '{code}', avg_latency_ms => 10, quality_score => 0.5, "
                + prices + ")");
    }

    /** Two lists of one millisecond are one. */
    private void pause() throws SQLException {
        sql.run("SELECT pg_sleep(0.002)");
    }
}
