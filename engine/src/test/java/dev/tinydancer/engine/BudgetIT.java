package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.ServerErrorMessage;

/** Budgets from SQL, end to end: reserved by a decision, settled by its outcome, kept by all sessions together. */
@Timeout(180)
final class BudgetIT {

    /** Neither so plain that the small agent does as well, nor demanding. */
    private static final String ORDINARY = "'What were the main consequences of the Treaty of Versailles?'";

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database, Map.of("database-timeout-ms", "20000"));

    private static final AtomicInteger TESTS = new AtomicInteger();

    /** Other agents for each test, because an engine remembers the outcomes of those before. */
    private final int test = TESTS.incrementAndGet();

    private final String large = "large" + test;
    private final String small = "small" + test;
    private final String free = "free" + test;
    private Connection connection;

    @BeforeEach
    void registerAgents() throws SQLException {
        connection = database.connect();
        Rows.truncate(connection, """
                tiny_dancer.agent, tiny_dancer.budget, tiny_dancer.allowance, tiny_dancer.reservation,
                    tiny_dancer.outcome_report, tiny_dancer.decision, tiny_dancer.outcome, tiny_dancer.budget_alert""");
        Rows.execute(connection, """
                UPDATE tiny_dancer.setting SET value = '60 seconds' WHERE name = 'in_flight_lease'""");
        register(large, 0.95, 0.4);
        register(small, 0.85, 0.1);
    }

    @AfterEach
    void closeSession() throws SQLException {
        connection.close();
    }

    @Test
    void decision_reservesItsEstimate_andItsOutcomeSettlesTheCost() throws SQLException {
        setBudget("'all', 10");
        String id = routed("'quality'").get(1);
        assertThat(status("all")).containsExactly("10", "0", "0.4", "9.6");

        record(id, "true, cost => 0.3");
        assertThat(status("all")).containsExactly("10", "0.3", "0", "9.7");
        Eventually.succeeds(() -> assertThat(booked()).containsExactly("0.3", "0", "0"));
        assertThat(status("all")).containsExactly("10", "0.3", "0", "9.7");
    }

    @Test
    void outcome_withoutCost_countsTheEstimate_andAFailureNothing() throws SQLException {
        setBudget("'all', 10");
        record(routed("'quality'").get(1), "true");
        assertThat(status("all")).containsExactly("10", "0.4", "0", "9.6");
        record(routed("'quality'").get(1), "false");
        assertThat(status("all")).containsExactly("10", "0.4", "0", "9.6");
        record(routed("'quality'").get(1), "false, cost => 0.05");
        assertThat(status("all")).containsExactly("10", "0.45", "0", "9.55");
    }

    @Test
    void outcome_thatIsReplaced_correctsWhatWasSpent() throws SQLException {
        setBudget("'all', 10");
        String id = routed("'quality'").get(1);
        record(id, "true, cost => 0.3");
        Eventually.succeeds(() -> assertThat(booked()).containsExactly("0.3", "0", "0"));
        record(id, "true, cost => 0.25");
        assertThat(status("all")).containsExactly("10", "0.25", "0", "9.75");
        Eventually.succeeds(() -> assertThat(booked()).containsExactly("0.25", "0", "0"));
    }

    @Test
    void outcome_dearerThanEverything_isBookedAsItIs() throws SQLException {
        setBudget("'all', 1");
        record(routed("'quality'").get(1), "true, cost => 3");
        assertThat(status("all")).containsExactly("1", "3", "0", "-2");
        Eventually.succeeds(() -> assertThat(booked()).containsExactly("3", "0", "2"));
        assertThat(failure("'cost'").getSQLState()).isEqualTo("TD402");
    }

    @Test
    void outcome_ofARepeatableTransaction_settles() throws SQLException {
        setBudget("'all', 10");
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        record(routed("'quality'").get(1), "true, cost => 0.3");
        connection.commit();
        connection.setAutoCommit(true);
        Eventually.succeeds(() -> assertThat(booked()).containsExactly("0.3", "0", "0"));
    }

    @Test
    void outcome_rolledBack_leavesTheReservation() throws SQLException {
        setBudget("'all', 10");
        String id = routed("'quality'").get(1);
        connection.setAutoCommit(false);
        record(id, "true, cost => 0.3");
        assertThat(status("all")).containsExactly("10", "0.3", "0", "9.7");
        connection.rollback();
        connection.setAutoCommit(true);
        assertThat(status("all")).containsExactly("10", "0", "0.4", "9.6");
    }

    @Test
    void budgetUsedUp_leavesOutWhatIsDearer_thenRejects() throws SQLException {
        setBudget("'all', 1");
        assertThat(routed("'quality', min_quality => 0.9").getFirst()).isEqualTo(large);
        assertThat(routed("'quality', min_quality => 0.9").getFirst()).isEqualTo(large);
        ServerErrorMessage tooDear = failure("'quality', min_quality => 0.9");
        assertThat(tooDear.getSQLState()).isEqualTo("TD402");
        assertThat(tooDear.getDetail()).contains(large, "is estimated at 0.4");
        assertThat(routed("'quality'").getFirst()).isEqualTo(small);
        assertThat(routed("'quality'").getFirst()).isEqualTo(small);

        ServerErrorMessage error = failure("'quality'");
        assertThat(error.getSQLState()).isEqualTo("TD402");
        assertThat(error.getMessage()).isEqualTo("budget all exhausted");
        assertThat(error.getDetail())
                .startsWith("scope all: amount 1 for each month, spent 0, reserved 1, until ")
                .contains(small, "is estimated at 0.1");
        assertThat(error.getHint()).contains("ruvector_set_budget('all', ...)", "on_exhausted => 'cheapest'");
        assertThat(status("all")).containsExactly("1", "0", "1", "0");
        assertThat(Rows.all(connection, """
                        SELECT agent_name, excluded_by FROM ruvector_explain_route('Hello') ORDER BY 1"""))
                .containsExactly(
                        List.of(large, "budget all with 0 left (0.4)"), List.of(small, "budget all with 0 left (0.1)"));
    }

    @Test
    void budgetExhausted_withCheapest_goesOnWithTheCheapest() throws SQLException {
        setBudget("'all', 0.5, 'day', 'cheapest'");
        assertThat(routed("'quality', min_quality => 0.9").getFirst()).isEqualTo(large);
        for (int i = 0; i < 3; i++) {
            assertThat(routed("'quality'").getFirst()).isEqualTo(small);
        }
        assertThat(status("all")).containsExactly("0.5", "0", "0.7", "-0.2");
        assertThat(Rows.first(connection, "SELECT reasoning FROM ruvector_route(" + ORDINARY + ", 'quality')")
                        .getFirst())
                .startsWith(small + ": budget all has $0 left, cheapest of 2 fitting agents");
    }

    @Test
    void budgetOfAnAgent_sendsRequestsToTheNext() throws SQLException {
        setBudget("'agent:" + large + "', 0.4");
        assertThat(routed("'quality', min_quality => 0.9").getFirst()).isEqualTo(large);
        assertThat(routed("'quality'").getFirst()).isEqualTo(small);
        assertThat(status("agent:" + large)).containsExactly("0.4", "0", "0.4", "0");
    }

    @Test
    void budgetOfATag_countsRequestsWithThatTag() throws SQLException {
        setBudget("'tag:team', 0.1");
        assertThat(routed("'cost', tags => '{other}'").getFirst()).isEqualTo(small);
        assertThat(status("tag:team")).containsExactly("0.1", "0", "0", "0.1");
        routed("'cost', tags => '{other,team}'");
        assertThat(status("tag:team")).containsExactly("0.1", "0", "0.1", "0");
        assertThat(failure("'cost', tags => '{team}'").getSQLState()).isEqualTo("TD402");
        assertThat(routed("'cost'").getFirst()).isEqualTo(small);
    }

    @Test
    void budgetsOfAUser_andMoneyOnTop() throws SQLException {
        setBudget("'user:ann', 0.1, 'day'");
        routed("'cost', tags => '{user:ann}'");
        assertThat(status("user:ann")).containsExactly("0.1", "0", "0.1", "0");
        assertThat(failure("'cost', tags => '{user:ann}'").getSQLState()).isEqualTo("TD402");
        assertThat(routed("'cost', tags => '{user:bob}'").getFirst()).isEqualTo(small);

        Rows.execute(connection, "SELECT ruvector_top_up_budget('user:ann', 0.1)");
        assertThat(routed("'cost', tags => '{user:ann}'").getFirst()).isEqualTo(small);
        assertThat(status("user:ann")).containsExactly("0.2", "0", "0.2", "0");
        assertThat(failure("'cost', tags => '{user:ann}'").getDetail())
                .startsWith("scope user:ann: amount 0.2 for each day, spent 0, reserved 0.2");
    }

    @Test
    void budgetOfAConversation_countsItsTurns() throws SQLException {
        setBudget("'conversation:7', 0.1, 'total'");
        routed("'cost', conversation_id => '7'");
        assertThat(status("conversation:7")).containsExactly("0.1", "0", "0.1", "0");
        assertThat(failure("'cost', conversation_id => '7'").getSQLState()).isEqualTo("TD402");
        assertThat(failure("'cost', tags => '{conversation:7}'").getSQLState()).isEqualTo("TD402");
        assertThat(routed("'cost', conversation_id => '8'").getFirst()).isEqualTo(small);
    }

    @Test
    void alert_isRaisedByTheEngine_asSoonAsTheCostIsBooked() throws SQLException {
        setBudget("'all', 1, 'day', alert_at => '{0.3}'");
        record(routed("'quality'").get(1), "true, cost => 0.35");
        Eventually.succeeds(() -> assertThat(Rows.all(connection, """
                        SELECT scope, threshold, spent FROM ruvector_budget_alerts()
                        """)).containsExactly(List.of("all", "0.3", "0.35")));
        Rows.execute(connection, "SELECT ruvector_reset_budget('all')");
        assertThat(status("all")).containsExactly("1", "0", "0", "1");
    }

    @Test
    void severalBudgets_areReservedTogetherOrNotAtAll() throws SQLException {
        setBudget("'all', 10");
        setBudget("'agent:" + small + "', 0.2");
        setBudget("'tag:team', 0.1");
        routed("'cost', tags => '{team}', excluded_agents => '{" + large + "}'");
        failure("'cost', tags => '{team}', excluded_agents => '{" + large + "}'");
        assertThat(status("all")).containsExactly("10", "0", "0.1", "9.9");
        assertThat(status("agent:" + small)).containsExactly("0.2", "0", "0.1", "0.1");
        assertThat(status("tag:team")).containsExactly("0.1", "0", "0.1", "0");
    }

    @Test
    void freeAgent_isChosenWhenNothingMayBeSpent() throws SQLException {
        setBudget("'all', 0");
        assertThat(failure("'quality'").getSQLState()).isEqualTo("TD402");
        register(free, 0.6, 0);
        assertThat(routed("'quality'").getFirst()).isEqualTo(free);
    }

    @Test
    void budgetOfAnUncommittedTransaction_holdsForItAlone() throws SQLException {
        connection.setAutoCommit(false);
        setBudget("'all', 0.1");
        assertThat(routed("'quality'").getFirst()).isEqualTo(small);
        assertThat(status("all")).containsExactly("0.1", "0", "0.1", "0");
        try (Connection other = database.connect()) {
            assertThat(Rows.first(other, "SELECT agent_name FROM ruvector_route(" + ORDINARY + ", 'quality')"))
                    .containsExactly(large);
        }
        connection.rollback();
        connection.setAutoCommit(true);
        assertThat(routed("'quality'").getFirst()).isEqualTo(large);
        assertThat(Rows.all(connection, "SELECT * FROM ruvector_budget_status()"))
                .isEmpty();
    }

    @Test
    void budgetThatIsYoungerThanTheCallersSnapshot_holds() throws SQLException {
        Rows.execute(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ");
        Rows.execute(connection, "SELECT FROM tiny_dancer.catalog_version");
        try (Connection other = database.connect()) {
            Rows.execute(other, "SELECT ruvector_set_budget('all', 0.3)");
        }

        assertThat(routed("'quality'").getFirst()).isEqualTo(small);

        Rows.execute(connection, "COMMIT");
        assertThat(status("all")).containsExactly("0.3", "0", "0.1", "0.2");
    }

    /** Notices take milliseconds, in which a caller of an old snapshot may ask. */
    @Test
    void budgetOfWhichTheEngineHasNotHeardYet_holdsForAnOldSnapshot() throws SQLException {
        for (int attempt = 0; attempt < 10; attempt++) {
            setBudget("'all', 100");
            assertThat(routed("'quality'").getFirst()).isEqualTo(large);
            Rows.execute(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ");
            Rows.execute(connection, "SELECT FROM tiny_dancer.catalog_version");
            try (Connection other = database.connect()) {
                Rows.execute(other, "SELECT ruvector_set_budget('all', 0)");
            }

            assertThat(failure("'quality'").getSQLState()).isEqualTo("TD402");

            Rows.execute(connection, "ROLLBACK");
        }
    }

    @Test
    void leaseThatEnds_countsTheEstimateOfALoggedDecision_andReleasesOneRolledBack() throws SQLException {
        setBudget("'all', 10");
        shortLease();
        routed("'quality'");
        connection.setAutoCommit(false);
        routed("'cost'");
        connection.rollback();
        connection.setAutoCommit(true);
        assertThat(booked()).containsExactly("0", "0.5", "0");
        Eventually.succeeds(() -> assertThat(booked()).containsExactly("0.4", "0", "0"));
        assertThat(status("all")).containsExactly("10", "0.4", "0", "9.6");
    }

    @Test
    void decisionWithoutLog_countsItsEstimateWhenTheLeaseEnds() throws SQLException {
        setBudget("'all', 10");
        shortLease();
        Rows.execute(connection, "SET tiny_dancer.log_decisions = off");
        routed("'cost'");
        Rows.execute(connection, "RESET tiny_dancer.log_decisions");
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        routed("'quality'");
        connection.commit();
        connection.setReadOnly(false);
        connection.setAutoCommit(true);
        Eventually.succeeds(() -> assertThat(booked()).containsExactly("0.5", "0", "0"));
    }

    @Test
    void decisionWrittenByTheEngine_isSettledLikeAnyOther() throws SQLException {
        setBudget("'all', 10");
        Rows.execute(connection, "SET tiny_dancer.log_decisions = async");
        String id = routed("'quality'").get(1);
        record(id, "true, cost => 0.3");
        assertThat(status("all")).containsExactly("10", "0.3", "0", "9.7");
    }

    @Test
    void lateOutcome_correctsWhatTheEndOfTheLeaseCounted() throws SQLException {
        setBudget("'all', 10");
        shortLease();
        String id = routed("'quality'").get(1);
        Eventually.succeeds(() -> assertThat(booked()).containsExactly("0.4", "0", "0"));
        record(id, "false");
        assertThat(status("all")).containsExactly("10", "0", "0", "10");
    }

    @Test
    void budgetRaised_letsRequestsThroughAtOnce_andKeepsWhatWasSpent() throws SQLException {
        setBudget("'all', 0.1");
        routed("'cost'");
        assertThat(failure("'cost'").getSQLState()).isEqualTo("TD402");
        setBudget("'all', 0.2");
        routed("'cost'");
        assertThat(status("all")).containsExactly("0.2", "0", "0.2", "0");
        assertThat(failure("'cost'").getSQLState()).isEqualTo("TD402");
        assertThat(Rows.first(connection, "SELECT ruvector_remove_budget('all')"))
                .containsExactly("t");
        assertThat(routed("'quality'").getFirst()).isEqualTo(large);
    }

    @Test
    void releasedMoney_isThereForTheNextRequestAtOnce() throws SQLException {
        setBudget("'all', 0.1");
        for (int i = 0; i < 20; i++) {
            // Not as failures, which would open the agent's circuit.
            record(routed("'cost'").get(1), "true, cost => 0");
        }
        assertThat(status("all")).containsExactly("0.1", "0", "0", "0.1");
    }

    @Test
    void batch_isReservedRequestByRequest() throws SQLException {
        setBudget("'all', 0.3");
        assertThat(Rows.all(connection, """
                        SELECT agent_name, left(error, 5) FROM ruvector_batch_route(ARRAY['a', 'b', 'c', 'd'], 'cost')"""))
                .containsExactly(
                        List.of(small, "null"),
                        List.of(small, "null"),
                        List.of(small, "null"),
                        List.of("null", "TD402"));
        assertThat(status("all")).containsExactly("0.3", "0", "0.3", "0");
    }

    /** In one transaction: a thousand of them would take longer than the deadline of a call. */
    @ParameterizedTest
    @ValueSource(strings = {"cost", "total_cost"})
    void largeBatch_isReservedToTheLastCent(String optimizeFor) throws SQLException {
        setBudget("'all', 50");
        Rows.execute(connection, "SELECT ruvector_set_budget('tag:night', 60)");
        assertThat(Rows.first(connection, """
                        SELECT count(agent_name), count(*) FILTER (WHERE starts_with(error, 'TD402'))
                        FROM ruvector_batch_route((SELECT array_agg('Request ' || n) FROM generate_series(1, 1000) AS n),
                                                  '%s', tags => '{night}')""".formatted(optimizeFor))).containsExactly("500", "500");
        assertThat(status("all")).containsExactly("50", "0", "50", "0");
        assertThat(status("tag:night")).containsExactly("60", "0", "50", "10");
        assertThat(Rows.first(connection, "SELECT count(*), sum(cost) FROM tiny_dancer.reservation"))
                .containsExactly("500", "50.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cost", "total_cost"})
    void batch_takesNoMorePlacesThanThereAre(String optimizeFor) throws SQLException {
        Rows.execute(
                connection,
                "SELECT ruvector_register_agent('few', 'llm', '{reasoning}', avg_latency_ms => 100,"
                        + " quality_score => 0.99, cost_per_call => 0.001, max_concurrency => 3)");
        assertThat(Rows.first(connection, """
                        SELECT count(agent_name), count(*) FILTER (WHERE agent_name = 'few'), count(error)
                        FROM ruvector_batch_route(array_fill('Hello'::text, ARRAY[20]), '%s')""".formatted(optimizeFor))).containsExactly("20", "3", "0");
    }

    @Test
    void batchAsAWhole_staysWithinWhatIsLeft() throws SQLException {
        setBudget("'all', 0.35");
        assertThat(Rows.first(connection, """
                        SELECT count(agent_name), sum(estimated_cost::numeric)
                        FROM ruvector_batch_route(ARRAY['a', 'b', 'c', 'd'], 'total_cost')""")).containsExactly("3", "0.3");
        assertThat(status("all")).containsExactly("0.35", "0", "0.3", "0.05");
    }

    @Test
    void plan_reservesEveryStep() throws SQLException {
        setBudget("'all', 0.5");
        assertThat(Rows.first(connection, "SELECT count(*) FROM ruvector_route_multi('Hello', 2)"))
                .containsExactly("2");
        assertThat(status("all")).containsExactly("0.5", "0", "0.5", "0");
        assertThat(SqlFailure.of(connection, "SELECT ruvector_route_multi('Hello', 2)")
                        .getSQLState())
                .isEqualTo("TD402");
    }

    @Test
    void sixtyFourSessions_neverSpendMoreThanTheBudget() throws Exception {
        setBudget("'all', 30");
        int sessions = 64;
        int requests = 8;
        AtomicInteger rejected = new AtomicInteger();
        AtomicInteger routed = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int session = 0; session < sessions; session++) {
                String outcome = session % 4 == 0 ? "true, cost => 0" : "true";
                Connection own = database.connect();
                // They connect to the engine one after the other, and then all spend at once.
                Rows.execute(own, "SET tiny_dancer.deadline_ms = 60000");
                Rows.execute(own, "SELECT ruvector_engine_status()");
                work.add(() -> {
                    try (own) {
                        spend(own, requests, outcome, routed, rejected);
                    }
                    return null;
                });
            }
            for (Future<Void> session : threads.invokeAll(work)) {
                session.get();
            }
        }
        assertThat(routed.get() + rejected.get()).isEqualTo(sessions * requests);
        // 384 requests that cost a dime want 38.4 dollars.
        assertThat(rejected.get()).isPositive();
        // The last to be released may have come after the last that was rejected.
        spend(connection, sessions, "true", routed, rejected);
        assertThat(status("all")).containsExactly("30", "30", "0", "0");
        Eventually.succeeds(() -> assertThat(booked()).containsExactly("30", "0", "0"));
    }

    /** Routes and records so many requests; a budget that is used up is counted and is no failure. */
    private static void spend(
            Connection session, int requests, String outcome, AtomicInteger routed, AtomicInteger rejected)
            throws SQLException {
        for (int i = 0; i < requests; i++) {
            try {
                String id = Rows.first(session, "SELECT decision_id FROM ruvector_route('Hello', 'cost')")
                        .getFirst();
                routed.incrementAndGet();
                Rows.execute(session, "SELECT ruvector_record_outcome('" + id + "', " + outcome + ")");
            } catch (SQLException e) {
                assertThat(e.getSQLState()).as("%s", e).isEqualTo("TD402");
                rejected.incrementAndGet();
            }
        }
    }

    private void register(String name, double quality, double costPerCall) throws SQLException {
        Rows.execute(connection, """
                SELECT ruvector_register_agent('%s', 'llm', '{all}', cost_per_call => %s, avg_latency_ms => 100,
                    quality_score => %s)""".formatted(name, costPerCall, quality));
    }

    private void setBudget(String arguments) throws SQLException {
        Rows.execute(connection, "SELECT ruvector_set_budget(" + arguments + ")");
    }

    private static void shortLease() throws SQLException {
        database.execute("UPDATE tiny_dancer.setting SET value = '1 second' WHERE name = 'in_flight_lease'");
    }

    /** The agent and the decision. */
    private List<String> routed(String arguments) throws SQLException {
        return Rows.first(
                connection, "SELECT agent_name, decision_id FROM ruvector_route(" + ORDINARY + ", " + arguments + ")");
    }

    private ServerErrorMessage failure(String arguments) throws SQLException {
        return SqlFailure.of(connection, "SELECT * FROM ruvector_route(" + ORDINARY + ", " + arguments + ")");
    }

    private void record(String decisionId, String arguments) throws SQLException {
        Rows.execute(connection, "SELECT ruvector_record_outcome('" + decisionId + "', " + arguments + ")");
    }

    private List<String> status(String scope) throws SQLException {
        return Rows.first(connection, """
                SELECT amount, spent, reserved, remaining FROM ruvector_budget_status() WHERE scope = '%s'""".formatted(scope));
    }

    /** Spent, reserved and excess, as the engines have booked them for the budget of everything. */
    private List<String> booked() throws SQLException {
        return Rows.first(connection, """
                SELECT spent::float8, reserved::float8, excess::float8
                FROM tiny_dancer.allowance WHERE kind = 'budget' AND scope = 'all'""");
    }
}
