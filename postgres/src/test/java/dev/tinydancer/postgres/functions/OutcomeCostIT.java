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

/** What outcomes cost that say tokens and no cost, and what becomes of it when prices are corrected. */
final class OutcomeCostIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("""
                TRUNCATE tiny_dancer.agent, tiny_dancer.agent_price, tiny_dancer.decision, tiny_dancer.outcome,
                    tiny_dancer.decision_hourly, tiny_dancer.budget, tiny_dancer.allowance, tiny_dancer.allowance_correction,
                    tiny_dancer.reservation, tiny_dancer.outcome_report""");
        sql.run("""
                SELECT ruvector_register_agent('a', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1);
                SELECT ruvector_set_prices('a', '{"input": 0.003, "output": 0.015}', now() - interval '30 days',
                    '{"replace_later": true}')""");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void outcome_withTokens_isBookedByThePricesOfItsTime() throws SQLException {
        record(decide("now()"), "true, input_tokens => 100000, output_tokens => 20000");
        assertThat(booked()).isEqualTo("0.6");
    }

    /** A real bill: all but one token of the request were read from the cache. */
    @Test
    void outcome_withCachedTokens_costsWhatTheProviderCharges() throws SQLException {
        sql.run("""
                SELECT ruvector_set_prices('a', '{"input": 0.0014, "cached_input": 0.00026, "output": 0.0044}',
                    now() - interval '1 day', '{"replace_later": true}')""");
        record(decide("now()"), "true, input_tokens => 27147, cached_input_tokens => 27146, output_tokens => 351");
        assertThat(booked()).isEqualTo("0.00860376");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            true, cost => 0.5, input_tokens => 100000, output_tokens => 1       | 0.5
            true, output_tokens => 1000                                         | 0.0153
            true, input_tokens => 1000                                          | 0.009
            true, cached_input_tokens => 50, output_tokens => 1000              | 0.0153
            true, cached_input_tokens => 5000, output_tokens => 0               | 0.015
            true, input_tokens => 0, reasoning_tokens => 5000                   | 0.075
            true                                                                | 0.25
            true, latency_ms => 60000                                           | 0.25
            false                                                               | 0
            false, kind => 'wrong'                                              | 0.25
            false, input_tokens => 1000, output_tokens => 0                     | 0.003
            true, input_tokens => 1000, output_tokens => 0, options => '{"cache_write_1h_tokens": 500}' | 0.003
            """)
    void outcome_costs(String report, String cost) throws SQLException {
        record(decide("now()"), report);
        assertThat(booked()).isEqualTo(cost);
    }

    @Test
    void outcome_ofAnAgentThatChargesByTheSecondAndTheImage() throws SQLException {
        sql.run("""
                SELECT ruvector_set_prices('a', '{"call": 1, "second": 0.5, "image": 0.25}', now() - interval '1 day',
                    '{"replace_later": true}')""");
        record(decide("now()"), "true, latency_ms => 2000");
        assertThat(booked()).isEqualTo("2");
        record(decide("now()"), "true, options => '{\"images\": 2}'");
        assertThat(booked()).isEqualTo("1.5");
    }

    @Test
    void laterReport_completesTheCost_andAJudgementChangesNone() throws SQLException {
        String decision = decide("now()");
        record(decision, "true, output_tokens => 1000");
        record(decision, "true, input_tokens => 1000");
        assertThat(booked()).isEqualTo("0.018");

        sql.run("""
                SELECT ruvector_set_prices('a', '{"input": 1, "output": 1}', now() - interval '30 days',
                    '{"replace_later": true}')""");
        record(decision, "true, quality => 0.5");
        assertThat(booked()).isEqualTo("0.018");
        record(decision, "true, cost => 0.5");
        assertThat(booked()).isEqualTo("0.5");
    }

    @Test
    void laterPrices_changeNothingThatWasDecidedBefore() throws SQLException {
        String decision = decide("now() - interval '1 hour'");
        sql.run("SELECT ruvector_set_prices('a', '{\"input\": 1, \"output\": 1}')");
        record(decision, "true, input_tokens => 1000, output_tokens => 1000");
        assertThat(booked()).isEqualTo("0.018");
        assertThat(sql.rows("SELECT * FROM ruvector_recost('2 days')")).isEmpty();
    }

    @Test
    void earlyOutcome_costs_whenItsDecisionIsWritten() throws SQLException {
        sql.run("SET tiny_dancer.log_decisions = async");
        String decision = sql.text("SELECT overlay(tiny_dancer.new_decision_id(now())::text PLACING '1' FROM 18)");
        reserve(decision);
        record(decision, "true, input_tokens => 1000, output_tokens => 1000");
        assertThat(sql.value("SELECT computed_cost FROM tiny_dancer.outcome")).isNull();
        insert(decision);
        sql.run("SELECT tiny_dancer.adopt_early_outcomes('{" + decision + "}')");

        assertThat(booked()).isEqualTo("0.018");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.value("SELECT charged FROM tiny_dancer.reservation")).isEqualTo("0.018");
    }

    @Test
    void recost_showsAndThenBooks_whatACorrectionChanges() throws SQLException {
        record(decide("now() - interval '2 hours'"), "true, input_tokens => 1000, output_tokens => 1000");
        record(decide("now() - interval '2 hours'"), "true, cost => 7");
        record(decide("now() - interval '2 hours'"), "true");
        record(decide("now() - interval '40 hours'"), "true, input_tokens => 1000, output_tokens => 1000");
        sql.run("SELECT tiny_dancer.roll_up()");
        correct();

        assertThat(sql.rows("SELECT * FROM ruvector_recost('1 day')"))
                .containsExactly(List.of("a", "1", "0.018", "0.06"));
        assertThat(totalCost()).isEqualTo("7.286");
        assertThat(sql.rows("SELECT * FROM ruvector_recost('1 day', dry_run => NULL)"))
                .hasSize(1);
        assertThat(totalCost()).isEqualTo("7.286");
        assertThat(sql.rows("SELECT * FROM ruvector_recost('1 day', dry_run => false)"))
                .hasSize(1);
        sql.run("SELECT tiny_dancer.roll_up()");
        assertThat(totalCost()).isEqualTo("7.328");
        assertThat(sql.rows("SELECT * FROM ruvector_recost('1 day', dry_run => false)"))
                .isEmpty();
        assertThat(sql.rows("SELECT decisions FROM ruvector_recost('2 days')")).containsExactly(List.of("1"));
        // The agent's figures count each outcome once all the same.
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.value("SELECT total_requests FROM ruvector_list_agents()"))
                .isEqualTo("4");
    }

    /** Before there were prices by time, outcomes were booked as the estimate even if they had tokens. */
    @Test
    void recost_computesWhatWasBookedAsTheEstimate() throws SQLException {
        record(decide("now()"), "true, input_tokens => 100000, output_tokens => 20000");
        sql.run("UPDATE tiny_dancer.outcome SET computed_cost = NULL");
        assertThat(sql.rows("SELECT * FROM ruvector_recost('1 day', false)"))
                .containsExactly(List.of("a", "1", "0.25", "0.6"));
        assertThat(booked()).isEqualTo("0.6");
    }

    @Test
    void recost_correctsBudgets_ofDecisionsThatAreReserved_andOfThoseThatAreForgotten() throws SQLException {
        sql.run("SELECT ruvector_set_budget('all', 100, 'total'); SELECT ruvector_set_budget('agent:a', 100, 'total')");
        String kept = decide("now()");
        String forgotten = decide("now()");
        for (String decision : List.of(kept, forgotten)) {
            reserve(decision);
            record(decision, "true, input_tokens => 1000, output_tokens => 1000");
        }
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(spent()).containsExactly("0.036", "0.036");
        sql.run("DELETE FROM tiny_dancer.reservation WHERE decision_id = '" + forgotten + "'");
        correct();
        sql.run("SELECT * FROM ruvector_recost('1 day', false)");

        assertThat(sql.column("SELECT spent FROM ruvector_budget_status()")).containsExactly("0.12", "0.12");
        assertThat(sql.column("SELECT tiny_dancer.tenants_to_settle()")).containsExactly("default");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(spent()).containsExactly("0.120", "0.120");
        assertThat(sql.column("SELECT spent FROM ruvector_budget_status()")).containsExactly("0.12", "0.12");
        assertThat(sql.column("SELECT tiny_dancer.tenants_to_settle()")).isEmpty();
    }

    @Test
    void recost_correctsTheBudgetOfAConversation_whoseReservationsAreForgotten() throws SQLException {
        sql.run("SELECT ruvector_set_budget('conversation:chat-1', 100, 'total')");
        for (String conversation : List.of("chat-1", "chat-2")) {
            String decision = decide("now()");
            sql.run("UPDATE tiny_dancer.decision SET conversation_id = '" + conversation + "' WHERE decision_id = '"
                    + decision + "'");
            record(decision, "true, input_tokens => 1000, output_tokens => 1000");
        }
        sql.run("""
                INSERT INTO tiny_dancer.allowance (tenant, kind, scope, period, period_start, period_end, capacity, spent)
                VALUES ('default', 'budget', 'conversation:chat-1', 'total', '-infinity', 'infinity', 100, 0.018)""");
        correct();
        sql.run("SELECT * FROM ruvector_recost('1 day', false); SELECT tiny_dancer.settle_all()");
        assertThat(spent()).containsExactly("0.060");
    }

    @Test
    void recost_leavesBudgetsThatCameLater() throws SQLException {
        record(decide("now() - interval '1 hour'"), "true, input_tokens => 1000, output_tokens => 1000");
        sql.run("SELECT ruvector_set_budget('all', 100, 'total')");
        reserve(decide("now()"));
        correct();
        sql.run("SELECT * FROM ruvector_recost('1 day', false)");
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.allowance_correction"))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL                        | 22004 | time_range must not be null
            'soon'                      | 22023 | time_range must be an interval, got "soon"
            '-1 day'                    | 22023 | time_range must be more than no time, got -1 day
            '1 day', options => '{"a": 1}' | 22023 | a key of options is unknown, got "a"
            """)
    void recost_invalid(String arguments, String state, String message) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT * FROM ruvector_recost(" + arguments + ")");

        assertThat(failure.getSQLState()).isEqualTo(state);
        assertThat(failure.getMessage()).isEqualTo(message);
        assertThat(String.valueOf(failure.getWhere()).lines()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            '{"images": -1}'                       | options.images must be between 0 and 1000000000
            '{"images": "2"}'                      | options.images must be a whole number in JSON, got "2"
            '{"images": 1.5}'                      | options.images must be a whole number in JSON, got 1.5
            '{"cache_write_1h_tokens": 2000}'      | cache_write_1h_tokens must be at most input_tokens less the other classes
            '{"pictures": 1}'                      | a key of options is unknown, got "pictures"
            """)
    void outcome_withOptions_invalid(String options, String message) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_record_outcome('" + decide("now()")
                + "', true, input_tokens => 1000, cached_input_tokens => 10, options => " + options + ")");

        assertThat(failure.getSQLState()).isEqualTo("22023");
        assertThat(failure.getMessage()).startsWith(message);
    }

    private void correct() throws SQLException {
        sql.run("""
                SELECT ruvector_set_prices('a', '{"input": 0.01, "output": 0.05}', now() - interval '30 days',
                    '{"replace_later": true}')""");
    }

    /** A decision whose estimate is 100 and 400 tokens and a quarter of a dollar. */
    private String decide(String at) throws SQLException {
        String decision = sql.text("SELECT tiny_dancer.new_decision_id(" + at + ")");
        insert(decision);
        return decision;
    }

    private void insert(String decision) throws SQLException {
        sql.run("INSERT INTO tiny_dancer.decision (tenant, decided_at, decision_id, agent, optimize_for, request_hash,"
                + " estimated_cost, input_tokens, output_tokens) VALUES ('default', tiny_dancer.decision_time('"
                + decision
                + "'), '" + decision + "', 'a', 'cost', '', 0.25, 100, 400)");
    }

    private void record(String decision, String report) throws SQLException {
        sql.run("SELECT ruvector_record_outcome('" + decision + "', " + report + ")");
    }

    private void reserve(String decision) throws SQLException {
        sql.run("SELECT * FROM tiny_dancer.reserve('default', '[{\"decision_id\": \"" + decision
                + "\", \"agent\": \"a\","
                + " \"cost\": 0.25, \"latency_ms\": 1, \"logged\": true, \"claims\": ["
                + "{\"kind\": \"budget\", \"scope\": \"all\", \"period\": \"total\", \"capacity\": 100, \"need\": 0.25, \"may_exceed\": false},"
                + "{\"kind\": \"budget\", \"scope\": \"agent:a\", \"period\": \"total\", \"capacity\": 100, \"need\": 0.25, \"may_exceed\": false}"
                + "]}]')");
    }

    /** What the last outcome counts. */
    private String booked() throws SQLException {
        return sql.text("""
                SELECT tiny_dancer.booked_cost(outcome.cost, outcome.computed_cost, outcome.success, outcome.kind, estimated_cost)
                FROM tiny_dancer.outcome JOIN tiny_dancer.decision USING (tenant, decided_at, decision_id)
                ORDER BY greatest(recorded_at, completed_at) DESC LIMIT 1""");
    }

    private String totalCost() throws SQLException {
        return sql.text("SELECT round(total_cost::numeric, 6)::float8 FROM ruvector_routing_analytics('7 days')");
    }

    private List<String> spent() throws SQLException {
        return sql.column("SELECT spent FROM tiny_dancer.allowance ORDER BY scope").stream()
                .map(String::valueOf)
                .toList();
    }
}
