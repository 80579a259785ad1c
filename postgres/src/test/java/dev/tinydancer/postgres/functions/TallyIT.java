package dev.tinydancer.postgres.functions;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The figures of agents, as they are counted while the log is written. */
final class TallyIT {

    private static final String COUNTED = """
            SELECT name, total_requests, success_rate, in_flight FROM ruvector_list_agents() ORDER BY name""";

    /** The same from the log itself; two agents, of which nothing is older than the lease. */
    private static final String IN_THE_LOG = """
            SELECT agent.name,
                   (SELECT count(*) FROM tiny_dancer.decision AS d WHERE d.agent = agent.name)
                   + (SELECT count(*) FROM tiny_dancer.outcome AS o WHERE o.agent = agent.name AND decision_id IS NULL),
                   (SELECT avg(success::int)::float8 FROM tiny_dancer.outcome AS o WHERE o.agent = agent.name),
                   (SELECT count(*) FROM tiny_dancer.decision AS d LEFT JOIN tiny_dancer.outcome AS o USING (decision_id)
                    WHERE d.agent = agent.name AND o.success IS NULL)
            FROM tiny_dancer.agent
            ORDER BY agent.name""";

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.agent, tiny_dancer.decision, tiny_dancer.outcome, tiny_dancer.decision_hourly");
        for (String name : List.of("a", "b")) {
            sql.run("SELECT ruvector_register_agent('" + name
                    + "', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1)");
        }
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.run("UPDATE tiny_dancer.setting SET value = '60 seconds' WHERE name = 'in_flight_lease'");
        sql.close();
    }

    /** Nobody spends for nothing by keeping a transaction open for longer than the lease of what was decided in it. */
    @Test
    void decision_committedAfterItsLease_isTakenFromItsBudgetsAfterAll() throws SQLException {
        sql.run("TRUNCATE tiny_dancer.allowance, tiny_dancer.reservation, tiny_dancer.outcome_report");
        String standing = "SELECT spent, reserved::int FROM tiny_dancer.allowance";
        String committed = reserve(4);
        reserve(2);
        assertThat(sql.rows(standing)).containsExactly(List.of("0", "6"));
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now()");
        sql.run("SELECT tiny_dancer.tally()");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows(standing)).containsExactly(List.of("0", "0"));

        insert(sql, committed, "a");
        for (int time = 0; time < 2; time++) {
            sql.run("SELECT tiny_dancer.tally()");
            sql.run("SELECT tiny_dancer.settle_all()");
            assertThat(sql.rows(standing)).containsExactly(List.of("4", "0"));
        }
        String failed = reserve(3);
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now()");
        sql.run("SELECT tiny_dancer.settle_all()");
        sql.run("BEGIN");
        insert(sql, failed, "a");
        record(sql, failed, false);
        sql.run("COMMIT");
        sql.run("SELECT tiny_dancer.tally()");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows(standing)).containsExactly(List.of("4", "0"));
    }

    /** Where a call was repeated, the attempt that reserved last may be the one that nobody heard of. */
    @Test
    void leaseThatIsOver_countsWhatTheLogSays() throws SQLException {
        sql.run("TRUNCATE tiny_dancer.allowance, tiny_dancer.reservation, tiny_dancer.outcome_report");
        String decision = reserve(4);
        insert(sql, decision, "a");
        sql.run("UPDATE tiny_dancer.decision SET estimated_cost = 3 WHERE decision_id = '" + decision + "'");
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now()");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT spent, reserved::int FROM tiny_dancer.allowance"))
                .containsExactly(List.of("3", "0"));
    }

    /** Two minutes ago, from a budget of ten dollars. */
    private String reserve(double cost) throws SQLException {
        String decision = sql.text("SELECT tiny_dancer.new_decision_id(clock_timestamp() - interval '2 minutes')");
        sql.run("""
                SELECT tiny_dancer.reserve('default', '[{"decision_id": "%s", "agent": "a", "cost": %s, "latency_ms": 100,
                    "logged": true, "claims": [{"kind": "budget", "scope": "all", "period": "total", "capacity": 10,
                                                "need": %s, "may_exceed": false}]}]')
                """.formatted(decision, cost, cost));
        return decision;
    }

    /** An agent that does not answer, then rests, is tried and answers again, and one that is removed while it rests. */
    @Test
    void outage_lastsFromTheOpeningOfACircuit_untilItIsClosed() throws SQLException {
        sql.run("TRUNCATE tiny_dancer.outage");
        String outages = "SELECT agent, ended_at IS NOT NULL, rests_until > now() FROM ruvector_outages ORDER BY agent";
        report("a", 4, false);
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.rows(outages)).isEmpty();
        report("a", 1, false);
        sql.run("SELECT tiny_dancer.tally()");
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.rows(outages)).containsExactly(List.of("a", "f", "t"));

        sql.run("UPDATE tiny_dancer.outcome SET recorded_at = recorded_at - interval '40 seconds'");
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.value("SELECT circuit FROM tiny_dancer.agent_circuit WHERE agent = 'a'"))
                .isEqualTo("half_open");
        assertThat(sql.rows(outages)).containsExactly(List.of("a", "f", "f"));
        report("a", 3, true);
        report("b", 5, false);
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.rows(outages)).containsExactly(List.of("a", "t", "f"), List.of("b", "f", "t"));

        sql.run("SELECT ruvector_remove_agent('b')");
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.rows("SELECT agent, ended_at >= began_at FROM ruvector_outages ORDER BY agent"))
                .containsExactly(List.of("a", "t"), List.of("b", "t"));
        sql.run("UPDATE tiny_dancer.outage SET ended_at = now() - interval '400 days' WHERE agent = 'a'");
        sql.run("SELECT tiny_dancer.forget_settled()");
        assertThat(sql.rows("SELECT agent FROM ruvector_outages")).containsExactly(List.of("b"));
        sql.run("SELECT tiny_dancer.assign_tenant(current_user, 'other')");
        try {
            assertThat(sql.rows("SELECT agent FROM ruvector_outages")).isEmpty();
        } finally {
            sql.run("SELECT tiny_dancer.assign_tenant(current_user, 'default')");
        }
    }

    private void report(String agent, int times, boolean answered) throws SQLException {
        for (int time = 0; time < times; time++) {
            sql.run("SELECT ruvector_update_agent_metrics('" + agent + "', 1, " + answered + ")");
        }
        if (!answered) {
            sql.run("UPDATE tiny_dancer.outcome SET kind = 'timeout' WHERE agent = '" + agent + "' AND NOT success");
        }
    }

    @Test
    void figures_areThoseOfTheLog_whateverComesBetweenTallies() throws SQLException {
        // Long enough for a slow machine.
        sql.run("UPDATE tiny_dancer.setting SET value = '1 hour' WHERE name = 'in_flight_lease'");
        Random random = new Random(7);
        List<String> decisions = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            boolean success = random.nextBoolean();
            switch (random.nextInt(5)) {
                case 0, 1 -> decisions.add(decide(sql, random.nextBoolean() ? "a" : "b"));
                case 2 -> sql.run("SELECT ruvector_update_agent_metrics('a', 1, " + success + ")");
                case 3 -> sql.run("SELECT tiny_dancer.tally()");
                default -> {
                    if (!decisions.isEmpty()) {
                        // Often one that has an outcome already.
                        record(sql, decisions.get(random.nextInt(decisions.size())), success);
                    }
                }
            }
            assertThat(sql.rows(COUNTED)).as("step %d", step).isEqualTo(sql.rows(IN_THE_LOG));
        }
        assertThat(sql.value("SELECT count(*) > 0 FROM tiny_dancer.agent_tally"))
                .isEqualTo("t");
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.replaced_outcome"))
                .isEqualTo("0");
    }

    @Test
    void transactionThatCommitsAfterOthersWereCounted_countsOnce() throws SQLException {
        String early = decide(sql, "a");
        record(sql, early, true);
        try (SqlSession slow = new SqlSession(database.connect())) {
            slow.run("BEGIN");
            String own = decide(slow, "a");
            record(slow, own, false);
            record(slow, early, false);
            assertThat(slow.rows(COUNTED)).contains(List.of("a", "2", "0", "0"));

            decide(sql, "a");
            sql.run("SELECT tiny_dancer.tally()");
            assertThat(sql.rows(COUNTED)).contains(List.of("a", "2", "1", "1"));
            assertThat(slow.rows(COUNTED)).contains(List.of("a", "3", "0", "1"));
            slow.run("COMMIT");
        }
        for (int tally = 0; tally < 3; tally++) {
            assertThat(sql.rows(COUNTED)).contains(List.of("a", "3", "0", "1"));
            sql.run("SELECT tiny_dancer.tally()");
        }
    }

    @Test
    void transactionThatRollsBack_neverCounts() throws SQLException {
        decide(sql, "a");
        sql.run("SELECT tiny_dancer.tally()");
        try (SqlSession other = new SqlSession(database.connect())) {
            other.run("BEGIN");
            decide(other, "a");
            other.run("ROLLBACK");
        }
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.value("SELECT total_requests FROM ruvector_get_agent('a')"))
                .isEqualTo("1");
    }

    @Test
    void decisionsOfWhichTheLeaseIsOver_areNoLongerInFlight_andStillCount() throws SQLException {
        decide(sql, "a");
        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.rows(COUNTED)).contains(figures("a", "1", null, "1"));

        sql.run("UPDATE tiny_dancer.setting SET value = '0 seconds' WHERE name = 'in_flight_lease'");
        sql.run("SELECT pg_sleep(1.1)");
        assertThat(sql.rows(COUNTED)).contains(figures("a", "1", null, "0"));

        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.rows("SELECT decided_from, requests FROM tiny_dancer.agent_tally"))
                .containsExactly(List.of("-infinity", "1"));
        assertThat(sql.rows(COUNTED)).contains(figures("a", "1", null, "0"));
    }

    /** Outcomes of old decisions come late; who asks does not open all partitions for them. */
    @Test
    void outcomeOfAnOldDecision_countsWithTheNextTally() throws SQLException {
        String old = sql.text("SELECT tiny_dancer.new_decision_id(now() - interval '3 days')");
        insert(sql, old, "a");
        sql.run("SELECT tiny_dancer.tally()");
        record(sql, old, true);
        assertThat(sql.rows(COUNTED)).contains(figures("a", "1", null, "0"));

        sql.run("SELECT tiny_dancer.tally()");
        assertThat(sql.rows(COUNTED)).contains(figures("a", "1", "1", "0"));
    }

    @Test
    void anotherCluster_countsAnew() throws SQLException {
        String decision = decide(sql, "a");
        record(sql, decision, true);
        sql.run("INSERT INTO tiny_dancer.agent_tally VALUES ('default', 'a', '-infinity', 7, 7, 0, 0)");
        sql.run("UPDATE tiny_dancer.tally_progress SET system_identifier = 1, counted = '999999999:999999999:'");

        sql.run("SELECT tiny_dancer.tally()");

        assertThat(sql.rows(COUNTED)).contains(List.of("a", "1", "1", "0"));
    }

    @Test
    void emptiedLog_countsAnew() throws SQLException {
        record(sql, decide(sql, "a"), true);
        decide(sql, "a");
        sql.run("SELECT tiny_dancer.tally()");

        sql.run("TRUNCATE tiny_dancer.outcome");
        assertThat(sql.rows(COUNTED)).contains(figures("a", "2", null, "2"));
        sql.run("TRUNCATE tiny_dancer.decision");
        assertThat(sql.rows(COUNTED)).contains(figures("a", "0", null, "0"));
    }

    private static List<@Nullable String> figures(@Nullable String... values) {
        return asList(values);
    }

    private static String decide(SqlSession session, String agent) throws SQLException {
        String decision = session.text("SELECT tiny_dancer.new_decision_id(clock_timestamp())");
        insert(session, decision, agent);
        return decision;
    }

    private static void insert(SqlSession session, String decision, String agent) throws SQLException {
        session.run("""
                INSERT INTO tiny_dancer.decision (tenant, decided_at, decision_id, agent, optimize_for, request_hash)
                SELECT 'default', tiny_dancer.decision_time(id), id, '%s', 'balanced', '' FROM CAST('%s' AS uuid) AS id
                """.formatted(agent, decision));
    }

    private static void record(SqlSession session, String decision, boolean success) throws SQLException {
        session.run("SELECT ruvector_record_outcome('" + decision + "', " + success + ")");
    }
}
