package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is called often does not read the log: of 100,000 decisions and 9,000 outcomes, those functions touch a few rows. No
 * clocks; PostgreSQL counts the rows that a transaction reads.
 */
final class FlatLogIT {

    /** Of four days, so 1,042 decisions and 95 outcomes in each hour. */
    private static final String FILL = """
            INSERT INTO tiny_dancer.decision (
                tenant, decided_at, decision_id, agent, optimize_for, category, estimated_cost, input_tokens, request_hash,
                embedding)
            SELECT CASE WHEN n % 2 = 0 THEN 'default' ELSE 'tenant-' || n % 7 END, tiny_dancer.decision_time(id), id,
                   'agent-' || n % 5, 'balanced', 'category-' || n % 3, 0.001, 20, '', '\\x0101'
            FROM generate_series(1, 100000) AS n
            CROSS JOIN LATERAL tiny_dancer.new_decision_id(now() - n * interval '4 days' / 100000) AS id;
            INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, recorded_at, success, latency_ms, cost)
            SELECT tenant, decided_at, decision_id, agent, decided_at + interval '1 second', true, 100, 0.001
            FROM (SELECT decision.*, row_number() OVER (ORDER BY decided_at) AS place FROM tiny_dancer.decision) AS numbered
            WHERE place % 11 = 0;
            """;

    private static final int AGENTS = 5;

    /** Beyond so many rows it has been seen that PostgreSQL prefers the index. */
    private static final int YOUNG = 5_000;

    private static final String ROWS_READ = """
            SELECT coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0)::bigint
            FROM pg_stat_xact_all_tables
            WHERE schemaname = 'tiny_dancer' AND relname ~ '^(decision|outcome)_(default|[0-9]{8})$'""";

    private static final String COUNTED =
            "SELECT sum(requests) FROM tiny_dancer.agent_tally WHERE tenant = 'default' AND agent = 'agent-1'";

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private static SqlSession sql;

    @BeforeAll
    static void fillLog() throws SQLException {
        sql = new SqlSession(database.connect());
        // What a worker reads is not counted for the session that has started it.
        sql.run("SET max_parallel_workers_per_gather = 0");
        // Nor is what an index has instead of the table.
        sql.run("SET enable_indexonlyscan = off");
        for (int agent = 0; agent < AGENTS; agent++) {
            sql.run("SELECT ruvector_register_agent('agent-" + agent + "', 'llm', '{x}', cost_per_call => 1,"
                    + " avg_latency_ms => 1, quality_score => 1, max_concurrency => 5)");
        }
        sql.run("SELECT ruvector_set_budget('all', 100)");
        sql.run("UPDATE tiny_dancer.rollup_progress SET hours_before = '-infinity', added_up = '3:3:'");
        sql.run(FILL);
        sql.run("SELECT tiny_dancer.maintain_log()");
        sql.run("SELECT tiny_dancer.roll_up()");
        sql.run("SELECT tiny_dancer.tally()");
        sql.run("VACUUM ANALYZE");
    }

    @AfterAll
    static void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void log_isAsLargeAsItIsMeantToBe() throws SQLException {
        assertThat(rowsRead("SELECT count(*) FROM tiny_dancer.decision")).isEqualTo(100_000);
    }

    /** The rows of hours are those in which a time asked for begins, and the present one. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "100 | SELECT * FROM ruvector_list_agents()",
                "100 | SELECT * FROM ruvector_get_agent('agent-1')",
                "  0 | SELECT * FROM ruvector_budget_status()",
                "100 | SELECT tiny_dancer.catalog_of('default')",
                "100 | SELECT * FROM tiny_dancer.circuits()",
                "100 | SELECT * FROM tiny_dancer.agent_circuit WHERE circuit <> 'closed'",
                "100 | SELECT * FROM tiny_dancer.static_ranking('default', ROW ('x', 'cost', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '{}', NULL, NULL, NULL, NULL, NULL, NULL))",
                "5000 | SELECT ruvector_routing_stats()",
                "3000 | SELECT * FROM ruvector_routing_analytics('3 days', 'agent')",
                "3000 | SELECT * FROM ruvector_routing_analytics('3 days', 'day')",
                // Fifty look-ups, in a day that is young of all its rows each.
                "20000 | SELECT * FROM ruvector_latest_decisions()",
                "  0 | SELECT * FROM tiny_dancer.evidence_since(pg_current_snapshot())",
                "100 | SELECT * FROM tiny_dancer.evidence WHERE tenant = 'default' AND embedding IS NOT NULL AND agent IS NOT NULL AND decision_id IS NOT NULL ORDER BY decided_at DESC LIMIT 40",
                "  0 | SELECT tiny_dancer.tenants_to_settle()",
                "  0 | SELECT tiny_dancer.settle('default')",
                "  0 | SELECT tiny_dancer.refreshed_allowances('default')",
                "  0 | SELECT tiny_dancer.forget_settled()",
                "  0 | SELECT tiny_dancer.tally()",
                " 10 | SELECT tiny_dancer.roll_up()",
                "  0 | SELECT * FROM tiny_dancer.maintain_log()"
            })
    void call_readsAFewRowsOfTheLog(int most, String call) throws SQLException {
        // Figures of each agent; and ruvector_routing_stats asks three times.
        long readings = most == 100 ? 2 * AGENTS + 1 : 3;
        // The plans of the first calls of a session and those of later ones differ.
        for (int repetition = 0; repetition < 8; repetition++) {
            assertThat(rowsRead(call))
                    .as("repetition %d", repetition)
                    .isLessThanOrEqualTo(most + readings * ofYoungDay());
        }
    }

    /** Before 18 a table without an index then counts as so dear that each call would be compiled, for a second. */
    @Test
    void functionThatReadsNoTableAsAWhole_isNotCompiled() throws SQLException {
        assertThat(sql.rows("SELECT proname FROM pg_proc WHERE pronamespace = 'tiny_dancer'::regnamespace"
                        + " AND 'enable_seqscan=off' = ANY (proconfig) AND 'jit=off' <> ALL (proconfig)"))
                .isEmpty();
    }

    @Test
    void tally_readsWhatIsNew() throws SQLException {
        try {
            sql.run("""
                    INSERT INTO tiny_dancer.decision (tenant, decided_at, decision_id, agent, optimize_for, request_hash)
                    SELECT 'default', tiny_dancer.decision_time(id), id, 'agent-1', 'between', ''
                    FROM generate_series(1, 50) AS n
                    CROSS JOIN LATERAL tiny_dancer.new_decision_id(now() - n * interval '1 hour') AS id""");
            assertThat(rowsRead("SELECT tiny_dancer.tally()")).isBetween(50L, 50 + ofYoungDay());
            sql.run("SELECT tiny_dancer.tally()");
            assertThat(rowsRead("SELECT tiny_dancer.tally()")).isLessThanOrEqualTo(ofYoungDay());
        } finally {
            sql.run("DELETE FROM tiny_dancer.decision WHERE optimize_for = 'between'");
        }
    }

    /** What came after a transaction that is still open is read once, not again each time. */
    @Test
    void polls_besideAnOpenTransaction_readWhatIsNew() throws SQLException {
        try (SqlSession open = new SqlSession(database.connect())) {
            open.run("BEGIN");
            open.run(decisionsOf(1));
            String before = sql.text("SELECT pg_current_snapshot()");
            sql.run(decisionsOf(50));
            assertThat(rowsRead("SELECT tiny_dancer.tally()")).isBetween(50L, 50 + ofYoungDay());
            sql.run("SELECT tiny_dancer.tally()");
            String now = sql.text("SELECT pg_current_snapshot()");
            assertThat(now)
                    .as("of which the open one is the lowest")
                    .startsWith(before.substring(0, before.indexOf(':')));

            assertThat(rowsRead("SELECT tiny_dancer.tally()")).isLessThanOrEqualTo(ofYoungDay());
            sql.run("SELECT tiny_dancer.roll_up()");
            assertThat(sql.text("SELECT tiny_dancer.roll_up()")).isEqualTo("0");

            open.run("COMMIT");
            assertThat(sql.text("SELECT tiny_dancer.roll_up()")).isEqualTo("1");
            long counted = Long.parseLong(sql.text(COUNTED));
            sql.run("SELECT tiny_dancer.tally()");
            assertThat(Long.parseLong(sql.text(COUNTED))).isEqualTo(counted + 1);
        } finally {
            sql.run("DELETE FROM tiny_dancer.decision WHERE optimize_for = 'between'");
        }
    }

    private static String decisionsOf(int number) {
        return """
                INSERT INTO tiny_dancer.decision (tenant, decided_at, decision_id, agent, optimize_for, request_hash)
                SELECT 'default', tiny_dancer.decision_time(id), id, 'agent-1', 'between', ''
                FROM generate_series(1, %d) AS n
                CROSS JOIN LATERAL tiny_dancer.new_decision_id(now() - interval '3 hours' - n * interval '1 millisecond') AS id""".formatted(number);
    }

    /** Where an index would serve, the partitions of a day that is young are read as a whole. */
    private static long ofYoungDay() throws SQLException {
        long rows = 0;
        for (String table : List.of("decision", "outcome")) {
            long ofToday = Long.parseLong(sql.text("SELECT count(*) FROM tiny_dancer." + table
                    + " WHERE decided_at >= date_trunc('day', now(), 'UTC')"));
            rows += ofToday < YOUNG ? ofToday : 0;
        }
        return rows;
    }

    private static long rowsRead(String call) throws SQLException {
        sql.run("BEGIN");
        // What earlier transactions have read is counted here, too, until PostgreSQL has passed it on.
        long before = Long.parseLong(sql.text(ROWS_READ));
        sql.rows(call);
        long rows = Long.parseLong(sql.text(ROWS_READ)) - before;
        sql.run("ROLLBACK");
        return rows;
    }
}
