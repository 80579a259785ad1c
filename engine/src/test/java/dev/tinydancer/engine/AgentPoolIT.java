package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.ServerErrorMessage;

/** The agents as a pool: limits, circuits and equal shares, across sessions and two engines. */
@Tag("once")
@Timeout(180)
final class AgentPoolIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private Connection connection;

    @BeforeEach
    void registerAgents() throws SQLException {
        connection = database.connect();
        Rows.truncate(connection, """
                tiny_dancer.agent, tiny_dancer.allowance, tiny_dancer.reservation,
                    tiny_dancer.outcome_report, tiny_dancer.decision, tiny_dancer.outcome""");
        Rows.execute(connection, "UPDATE tiny_dancer.setting SET value = '60 seconds' WHERE name = 'in_flight_lease'");
        Rows.execute(
                connection, "UPDATE tiny_dancer.setting SET value = '30 seconds' WHERE name = 'circuit_cool_down'");
        Rows.execute(connection, "UPDATE tiny_dancer.setting SET value = 'on' WHERE name = 'circuit_last_resort'");
        register("next", 0.6, "NULL");
    }

    @AfterEach
    void closeSession() throws SQLException {
        connection.close();
    }

    @Test
    void limitReached_sendsRequestsToTheNext_untilAnOutcome() throws SQLException {
        register("best", 0.95, "2");
        List<String> first = routed();
        assertThat(first.getFirst()).isEqualTo("best");
        assertThat(routed().getFirst()).isEqualTo("best");
        assertThat(inFlight("best")).isEqualTo("2");

        assertThat(routed().getFirst()).isEqualTo("next");
        assertThat(Rows.first(connection, """
                        SELECT excluded_by FROM ruvector_explain_route('Hello') WHERE agent_name = 'best'""")).containsExactly("max_concurrency 2 reached");

        record(first.get(1), false);
        assertThat(inFlight("best")).isEqualTo("1");
        assertThat(routed().getFirst()).isEqualTo("best");
        assertThat(routed().getFirst()).isEqualTo("next");
    }

    @Test
    void limitReached_withoutAnotherAgent_isTold() throws SQLException {
        Rows.execute(connection, "SELECT ruvector_remove_agent('next')");
        register("only", 0.9, "1");
        routed();
        ServerErrorMessage error = SqlFailure.of(connection, "SELECT ruvector_route('Hello')");
        assertThat(error.getSQLState()).isEqualTo("TD404");
        assertThat(error.getDetail()).isEqualTo("max_concurrency 1 reached removed only");
        assertThat(error.getHint()).contains("waiting for one of its outcomes");
    }

    @Test
    void sessionThatDies_leavesItsPlaceToItsLease() throws SQLException {
        register("best", 0.95, "1");
        database.execute("UPDATE tiny_dancer.setting SET value = '1 second' WHERE name = 'in_flight_lease'");
        try (Connection dying = database.connect()) {
            dying.setAutoCommit(false);
            assertThat(Rows.first(dying, "SELECT agent_name FROM ruvector_route('Hello')"))
                    .containsExactly("best");
            assertThat(inFlight("best")).isEqualTo("1");
            String backend = Rows.first(dying, "SELECT pg_backend_pid()").getFirst();
            Rows.execute(connection, "SELECT pg_terminate_backend(" + backend + ")");
        }
        assertThat(routed().getFirst()).isEqualTo("next");
        Eventually.succeeds(() -> assertThat(routed().getFirst()).isEqualTo("best"));
    }

    @Test
    void limit_isKeptByAllSessionsOfTwoEnginesTogether() throws Exception {
        register("best", 0.95, "5");
        try (Engine other = Engine.start(TestEngine.config(database.engineUrl(), Map.of()));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = engine.engine().address().getPort();
            List<Callable<String>> work = new ArrayList<>();
            for (int session = 0; session < 24; session++) {
                work.add(() -> {
                    try (Connection own = database.connect()) {
                        return Rows.first(own, "SELECT agent_name FROM ruvector_route('Hello', 'quality')")
                                .getFirst();
                    }
                });
            }
            List<Future<String>> answers = new ArrayList<>();
            for (int half = 0; half < 2; half++) {
                database.pointAtEngine(half == 0 ? port : other.address().getPort());
                answers.addAll(threads.invokeAll(work.subList(12 * half, 12 * half + 12)));
            }
            int best = 0;
            for (Future<String> answer : answers) {
                best += answer.get().equals("best") ? 1 : 0;
            }
            assertThat(best).isEqualTo(5);
            assertThat(inFlight("best")).isEqualTo("5");
            database.pointAtEngine(port);
        }
    }

    @Test
    void openCircuit_isPassedOver_thenTriedByAShare_thenClosed() throws SQLException {
        register("best", 0.95, "NULL");
        trip("best");
        assertThat(circuit("best")).isEqualTo("open");
        Eventually.succeeds(() -> assertThat(routed().getFirst()).isEqualTo("next"));
        assertThat(explained("best")).matches("circuit open \\(until 20.*Z\\)");

        database.execute("UPDATE tiny_dancer.setting SET value = '0 seconds' WHERE name = 'circuit_cool_down'");
        assertThat(circuit("best")).isEqualTo("half_open");
        Eventually.succeeds(() -> assertThat(explained("best")).isEqualTo("circuit half open (few requests try it)"));
        // The outcomes have taught that it fails; so the other is no better.
        database.execute("UPDATE tiny_dancer.agent SET quality_score = 0 WHERE name = 'next'");
        int tried = 0;
        for (int i = 0; i < 300; i++) {
            tried += Rows.first(connection, "SELECT agent_name FROM ruvector_route('Hello', 'quality')")
                            .getFirst()
                            .equals("best")
                    ? 1
                    : 0;
        }
        // A tenth, give or take four standard deviations; none of them has an outcome yet.
        assertThat(tried).isBetween(9, 51);

        for (int i = 0; i < 3; i++) {
            Rows.execute(connection, "SELECT ruvector_update_agent_metrics('best', 1, true)");
        }
        assertThat(circuit("best")).isEqualTo("closed");
        assertThat(Rows.first(connection, "SELECT circuits ->> 'best' FROM ruvector_engine_status()"))
                .containsExactly("closed");
        Eventually.succeeds(() -> assertThat(explained("best")).isEqualTo("null"));
    }

    /** Four models that answer hard questions right four times of ten are no outage, however that is reported. */
    @ParameterizedTest
    @ValueSource(strings = {"", ", kind => 'wrong'", ", quality => 0.2"})
    void wrongAnswers_reportedAsSuch_openNoCircuit(String why) throws SQLException {
        for (String agent : List.of("second", "third", "fourth")) {
            register(agent, 0.6, "NULL");
        }
        List<String> agents = List.of("next", "second", "third", "fourth");
        for (int request = 0; request < 40; request++) {
            String agent = agents.get(request % 4);
            boolean right = request / 4 % 5 < 2;
            Rows.execute(connection, """
                    SELECT ruvector_record_outcome(decision_id, %s)
                    FROM ruvector_route('A hard question', excluded_agents => array_remove('{next,second,third,fourth}', '%s'))
                    """.formatted(right ? "true" : "false" + why, agent));
        }

        assertThat(agents).allSatisfy(agent -> assertThat(circuit(agent)).isEqualTo("closed"));
        assertThat(routed()).hasSize(2);
    }

    /** By a name of its own: an engine remembers what other tests have reported of theirs. */
    @Test
    void rateLimit_pausesTheAgent_forSoLong_andIsNoEvidenceOfItsQuality() throws SQLException {
        register("limited", 0.95, "NULL");
        String decision = routed().get(1);
        Rows.execute(
                connection,
                "SELECT ruvector_record_outcome('" + decision
                        + "', false, kind => 'rate_limited', retry_after_ms => 15000)");

        assertThat(circuit("limited")).isEqualTo("open");
        Eventually.succeeds(() -> assertThat(routed().getFirst()).isEqualTo("next"));
        assertThat(explained("limited")).matches("circuit open \\(until 20.*Z\\)");
        Eventually.succeeds(() -> assertThat(routed().getFirst()).isEqualTo("limited"));
        assertThat(circuit("limited")).isEqualTo("closed");
        assertThat(Rows.first(connection, """
                        SELECT quality_evidence FROM ruvector_explain_route('Hello', 'quality')
                        WHERE agent_name = 'limited'""")).containsExactly("0");
    }

    /** Agents that fail must not lead to an outage of the router's own. */
    @Test
    void allCircuitsOpen_theOneThatReturnsFirstAnswers_andSaysSo() throws SQLException {
        register("best", 0.95, "NULL");
        register("third", 0.9, "NULL");
        trip("next");
        trip("third");
        trip("best");
        Eventually.succeeds(() -> {
            List<String> answer =
                    Rows.first(connection, "SELECT agent_name, reasoning FROM ruvector_route('Hello', 'quality')");
            assertThat(answer.getFirst()).isEqualTo("next");
            assertThat(answer.get(1))
                    .matches(
                            "next: best quality of 1 fitting agent \\(3 registered\\); "
                                    + "excluded by circuit open: best, third; circuit open \\(until 20.*Z\\), asked for want of another; expected quality .*");
        });
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT ruvector_route('Hello')");
            assertThat(statement.getWarnings().getMessage())
                    .isEqualTo("no agent fits whose circuit is closed, asked all the same: next");
        }
        // Its failure gives the next one a turn.
        Rows.execute(connection, "SELECT ruvector_update_agent_metrics('next', 1, false)");
        Eventually.succeeds(() -> assertThat(routed().getFirst()).isEqualTo("third"));
        assertThat(Rows.first(connection, """
                        SELECT agent_name FROM ruvector_route('Hello', excluded_agents => '{third}')""")).containsExactly("best");

        database.execute("UPDATE tiny_dancer.setting SET value = 'off' WHERE name = 'circuit_last_resort'");
        Eventually.succeeds(() -> {
            ServerErrorMessage error = SqlFailure.of(connection, "SELECT ruvector_route('Hello')");
            assertThat(error.getSQLState()).isEqualTo("TD404");
            assertThat(error.getDetail())
                    .matches("circuit open removed best \\(until 20.*Z\\), next .*, third \\(until 20.*Z\\)");
            assertThat(error.getHint()).matches("Smallest relaxation: waiting until 20.*Z would admit third.");
        });
        Rows.truncate(connection, "tiny_dancer.outcome");
        Eventually.succeeds(() -> assertThat(explained("best")).isEqualTo("null"));
    }

    @Test
    void equalAgents_shareTheRequests() throws SQLException {
        Rows.execute(connection, "SELECT ruvector_remove_agent('next')");
        for (String name : List.of("a", "b", "c")) {
            register(name, 0.9, "NULL");
        }
        Map<String, Integer> shares = new HashMap<>();
        for (int i = 0; i < 150; i++) {
            shares.merge(routed().getFirst(), 1, Integer::sum);
        }
        // Fifty each, give or take five standard deviations.
        assertThat(shares)
                .hasSize(3)
                .allSatisfy((name, share) -> assertThat(share).isBetween(21, 79));
    }

    @Test
    void equalAgentsWithLimits_areAskedInTurn() throws SQLException {
        Rows.execute(connection, "SELECT ruvector_remove_agent('next')");
        for (String name : List.of("a", "b", "c")) {
            register(name, 0.9, "4");
        }
        Map<String, Integer> shares = new HashMap<>();
        for (int i = 0; i < 9; i++) {
            shares.merge(routed().getFirst(), 1, Integer::sum);
        }
        assertThat(shares).containsOnly(Map.entry("a", 3), Map.entry("b", 3), Map.entry("c", 3));
    }

    private void register(String name, double quality, String maxConcurrency) throws SQLException {
        Rows.execute(connection, """
                SELECT ruvector_register_agent('%s', 'llm', '{all}', cost_per_call => 0.01, avg_latency_ms => 100,
                    quality_score => %s, max_concurrency => %s)""".formatted(name, quality, maxConcurrency));
    }

    /** The agent and the decision. */
    private List<String> routed() throws SQLException {
        return Rows.first(connection, "SELECT agent_name, decision_id FROM ruvector_route('Hello', 'quality')");
    }

    private void trip(String agent) throws SQLException {
        for (int i = 0; i < 5; i++) {
            Rows.execute(connection, "SELECT ruvector_update_agent_metrics('" + agent + "', 1, false)");
        }
    }

    /** What excludes the agent. */
    private String explained(String agent) throws SQLException {
        return Rows.first(
                        connection,
                        "SELECT excluded_by FROM ruvector_explain_route('Hello') WHERE agent_name = '" + agent + "'")
                .getFirst();
    }

    private void record(String decisionId, boolean success) throws SQLException {
        Rows.execute(connection, "SELECT ruvector_record_outcome('" + decisionId + "', " + success + ")");
    }

    private String inFlight(String agent) throws SQLException {
        return Rows.first(connection, "SELECT in_flight FROM ruvector_get_agent('" + agent + "')")
                .getFirst();
    }

    private String circuit(String agent) throws SQLException {
        return Rows.first(connection, "SELECT circuit FROM ruvector_get_agent('" + agent + "')")
                .getFirst();
    }
}
