package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The partitions of the log and the hourly sums. */
final class LogMaintenanceIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.decision, tiny_dancer.outcome, tiny_dancer.decision_hourly");
        sql.run("UPDATE tiny_dancer.rollup_progress SET hours_before = '-infinity', added_up = '3:3:'");
        sql.run("SELECT tiny_dancer.maintain_log()");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void installation_hasPartitionsForTheDaysToCome() throws SQLException {
        for (int ahead = 0; ahead <= 7; ahead++) {
            assertThat(partitions("decision")).contains("decision_" + day(ahead));
            assertThat(partitions("outcome")).contains("outcome_" + day(ahead));
        }
        assertThat(sql.rows("SELECT * FROM tiny_dancer.maintain_log()")).isEmpty();
    }

    @Test
    void moreDaysAhead_areMade() throws SQLException {
        sql.run("BEGIN");
        sql.run("UPDATE tiny_dancer.setting SET value = '9' WHERE name = 'log_partitions_ahead'");

        assertThat(sql.rows("SELECT * FROM tiny_dancer.maintain_log()"))
                .containsExactly(
                        List.of("decision_" + day(8), "made"),
                        List.of("decision_" + day(9), "made"),
                        List.of("outcome_" + day(8), "made"),
                        List.of("outcome_" + day(9), "made"));
        sql.run("ROLLBACK");
    }

    @Test
    void rowsOfTheDefaultPartition_areMovedToTheirDay() throws SQLException {
        sql.run("BEGIN");
        String decision = decide("now() - interval '3 days'", "a", null, "{}");
        sql.run("SELECT ruvector_record_outcome('" + decision + "', true)");
        assertThat(partitionOf("decision")).isEqualTo("tiny_dancer.decision_default");

        assertThat(sql.rows("SELECT * FROM tiny_dancer.maintain_log()"))
                .containsExactly(List.of("decision_" + day(-3), "made"), List.of("outcome_" + day(-3), "made"));

        assertThat(partitionOf("decision")).isEqualTo("tiny_dancer.decision_" + day(-3));
        assertThat(partitionOf("outcome")).isEqualTo("tiny_dancer.outcome_" + day(-3));
        assertThat(sql.value("SELECT ruvector_record_outcome('" + decision + "', false)"))
                .isEqualTo("f");
        sql.run("ROLLBACK");
    }

    /** Outcomes that were recorded before figures had bounds. */
    @Test
    void absurdFigures_areAddedUpWithinBounds() throws SQLException {
        for (int i = 0; i < 2; i++) {
            String decision = decide("now() - interval '2 hours'", "a", null, "{}");
            sql.run(
                    "INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, success, latency_ms, cost)"
                            + " SELECT tenant, decided_at, decision_id, agent, true, 1.7e308, 1.7e308 FROM tiny_dancer.decision"
                            + " WHERE decision_id = '" + decision + "'");
        }
        assertThat(sql.rows("SELECT total_cost, avg_latency_ms FROM ruvector_routing_analytics()"))
                .containsExactly(List.of("2000000000", "1000000000"));
        sql.run("SELECT tiny_dancer.roll_up()");
        assertThat(sql.rows("SELECT total_cost, avg_latency_ms FROM ruvector_routing_analytics()"))
                .containsExactly(List.of("2000000000", "1000000000"));
    }

    @Test
    void tenantThatCannotBeAddedUp_stopsNobodyElse() throws SQLException {
        sql.run("BEGIN");
        decide("now() - interval '2 hours'", "a", null, "{}");
        sql.run("INSERT INTO tiny_dancer.outcome (tenant, decided_at, agent, success, latency_ms)"
                + " VALUES ('bad', now() - interval '2 hours', 'a', true, 666)");
        sql.run("ALTER TABLE tiny_dancer.decision_hourly ADD CHECK (latency_sum_ms <> 666)");

        sql.run("SELECT tiny_dancer.roll_up()");

        assertThat(sql.notices()).singleElement(STRING).contains("of tenant bad cannot be added up");
        assertThat(sql.rows("SELECT DISTINCT tenant FROM tiny_dancer.decision_hourly"))
                .containsExactly(List.of("default"));
        sql.run("ROLLBACK");
    }

    @Test
    void retention_dropsWholeDays_andLeavesTheSums() throws SQLException {
        sql.run("BEGIN");
        decide("now() - interval '3 days'", "a", null, "{}");
        decide("now() - interval '1 day'", "a", null, "{}");
        sql.run("SELECT tiny_dancer.maintain_log()");
        sql.run("SELECT tiny_dancer.roll_up()");
        sql.run("UPDATE tiny_dancer.setting SET value = '2 days' WHERE name = 'log_retention'");

        assertThat(sql.rows("SELECT * FROM tiny_dancer.maintain_log()"))
                .containsExactly(List.of("decision_" + day(-3), "dropped"));

        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.decision")).isEqualTo("1");
        assertThat(sql.value("SELECT sum(total_requests) FROM tiny_dancer.decision_hourly WHERE group_by = 'tenant'"))
                .isEqualTo("2");
        sql.run("ROLLBACK");
    }

    @Test
    void retention_alsoHoldsForTheDefaultPartition() throws SQLException {
        sql.run("BEGIN");
        decide("now() - interval '200 days'", "a", null, "{}");

        assertThat(sql.rows("SELECT * FROM tiny_dancer.maintain_log()")).isEmpty();

        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.decision")).isEqualTo("0");
        sql.run("ROLLBACK");
    }

    @Test
    void maintenance_atTheSameTime_isDoneOnce() throws SQLException {
        try (SqlSession other = new SqlSession(database.connect())) {
            sql.run("BEGIN");
            sql.run("UPDATE tiny_dancer.setting SET value = '9' WHERE name = 'log_partitions_ahead'");
            sql.run("SELECT tiny_dancer.maintain_log()");

            assertThat(other.rows("SELECT * FROM tiny_dancer.maintain_log()")).isEmpty();
            sql.run("ROLLBACK");
        }
    }

    /** The reader holds what maintenance waits for, and wants what maintenance holds. */
    @Test
    void maintenance_givesWayToReaders() throws SQLException, InterruptedException, ExecutionException {
        try (SqlSession reader = new SqlSession(database.connect());
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            reader.run("BEGIN");
            reader.rows("SELECT decision_id FROM tiny_dancer.outcome");
            sql.run("BEGIN");
            sql.run("UPDATE tiny_dancer.setting SET value = '8' WHERE name = 'log_partitions_ahead'");

            Future<List<List<String>>> maintained =
                    executor.submit(() -> sql.rows("SELECT * FROM tiny_dancer.maintain_log()"));
            while (!maintained.isDone()
                    && "0".equals(reader.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))) {
                Thread.onSpinWait();
            }
            assertThat(reader.rows("SELECT decision_id FROM tiny_dancer.decision"))
                    .isEmpty();

            String put = "in the way of others, to be made next time";
            assertThat(maintained.get())
                    .containsExactly(List.of("decision_" + day(8), put), List.of("outcome_" + day(8), put));
            sql.run("ROLLBACK");
        }
    }

    @Test
    void days_areUtc_whateverTheSessionsZone() throws SQLException {
        sql.run("SET timezone = 'Pacific/Kiritimati'");
        sql.run("BEGIN");
        String id = decide("timestamptz '" + LocalDate.now(ZoneOffset.UTC) + " 23:30:00+00'", "a", null, "{}");
        sql.run("SELECT tiny_dancer.maintain_log()");

        assertThat(id).isNotNull();
        assertThat(partitionOf("decision")).isEqualTo("tiny_dancer.decision_" + day(0));
        sql.run("ROLLBACK");
    }

    @Test
    void rollUp_addsUpEachHourByEachGrouping() throws SQLException {
        String hour = "date_trunc('hour', now(), 'UTC') - interval '2 hours' + interval '1 minute' * ";
        String first = decide(hour + "1", "a", "code", "{y,x,x,route:docs}");
        String second = decide(hour + "2", "a", "code", "{x,y}");
        decide(hour + "3", "a", "code", "{x,y}");
        decide(hour + "4", "a", null, "{}");
        decide("now()", "a", "code", "{x,y}");
        sql.run("SELECT ruvector_record_outcome('" + first + "', true, 100, 0.5)");
        sql.run("SELECT ruvector_record_outcome('" + second + "', false, 300)");

        assertThat(sql.value("SELECT tiny_dancer.roll_up()")).isEqualTo("1");

        assertThat(sql.rows("""
                SELECT group_by, group_key, total_requests, completed_requests, successes, round(total_cost::numeric, 6),
                       latency_sum_ms, latency_counts
                FROM tiny_dancer.decision_hourly ORDER BY group_by COLLATE "C", group_key COLLATE "C"
                """))
                .containsExactly(
                        // The estimate of 0.01 counts where no cost was recorded, but for a failure.
                        List.of("agent", "a", "4", "2", "1", "0.520000", "400", "{1,1}"),
                        List.of("category", "(none)", "1", "0", "0", "0.010000", "0", "{}"),
                        List.of("category", "code", "3", "2", "1", "0.510000", "400", "{1,1}"),
                        List.of("route", "(none)", "3", "1", "0", "0.020000", "300", "{1}"),
                        List.of("route", "docs", "1", "1", "1", "0.500000", "100", "{1}"),
                        List.of("tag", "(none)", "1", "0", "0", "0.010000", "0", "{}"),
                        List.of("tag", "route:docs", "1", "1", "1", "0.500000", "100", "{1}"),
                        List.of("tag", "x", "3", "2", "1", "0.510000", "400", "{1,1}"),
                        List.of("tag", "y", "3", "2", "1", "0.510000", "400", "{1,1}"),
                        List.of("tenant", "default", "4", "2", "1", "0.520000", "400", "{1,1}"));
        assertThat(sql.value("SELECT bool_and(abs(tiny_dancer.latency_of_bucket(bucket) / latency - 1) <= 0.01)"
                        + " FROM tiny_dancer.decision_hourly, unnest(latency_buckets, '{100,300}'::float8[]) AS u (bucket, latency)"
                        + " WHERE group_key = 'code'"))
                .isEqualTo("t");
    }

    @Test
    void rollUp_addsAnHourUpAgain_whenALateOutcomeComes() throws SQLException {
        String late = decide("now() - interval '5 hours'", "a", null, "{}");
        sql.run("SELECT tiny_dancer.roll_up()");
        assertThat(sql.value("SELECT tiny_dancer.roll_up()")).isEqualTo("0");
        sql.run("SELECT ruvector_record_outcome('" + late + "', true)");

        assertThat(sql.value("SELECT tiny_dancer.roll_up()")).isEqualTo("1");

        assertThat(
                        sql.rows(
                                "SELECT total_requests, completed_requests, successes FROM tiny_dancer.decision_hourly WHERE group_by = 'tenant'"))
                .containsExactly(List.of("1", "1", "1"));
    }

    /** Committed after the sums were made, by a transaction that had begun before. */
    @Test
    void rollUp_findsWhatCommitsLate() throws SQLException {
        try (SqlSession slow = new SqlSession(database.connect())) {
            slow.run("BEGIN");
            slow.run("SELECT pg_current_xact_id()");
            decide("now() - interval '4 hours'", "a", null, "{}");
            sql.run("SELECT tiny_dancer.roll_up()");
            slow.run("""
                    INSERT INTO tiny_dancer.decision (tenant, decided_at, decision_id, agent, optimize_for, request_hash)
                    SELECT 'default', tiny_dancer.decision_time(id), id, 'a', 'cost', sha256('x')
                    FROM tiny_dancer.new_decision_id(now() - interval '4 hours') AS id
                    """);
            sql.run("SELECT tiny_dancer.roll_up()");
            slow.run("COMMIT");
        }
        assertThat(sql.value("SELECT sum(total_requests) FROM tiny_dancer.decision_hourly WHERE group_by = 'tenant'"))
                .isEqualTo("1");

        sql.run("SELECT tiny_dancer.roll_up()");

        assertThat(sql.value("SELECT sum(total_requests) FROM tiny_dancer.decision_hourly WHERE group_by = 'tenant'"))
                .isEqualTo("2");
    }

    @Test
    void rollUp_countsOutcomesWithoutADecision() throws SQLException {
        sql.run("INSERT INTO tiny_dancer.outcome (tenant, decided_at, agent, success, latency_ms)"
                + " VALUES ('default', now() - interval '2 hours', 'a', true, 50)");

        sql.run("SELECT tiny_dancer.roll_up()");

        assertThat(
                        sql.rows(
                                "SELECT group_key, total_requests, completed_requests, successes FROM tiny_dancer.decision_hourly WHERE group_by = 'agent'"))
                .containsExactly(List.of("a", "1", "1", "1"));
    }

    @Test
    void overview_isTheSame_beforeAndAfterTheSums() throws SQLException {
        sql.run("SELECT ruvector_register_agent('a', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1)");
        String old = decide("now() - interval '2 hours'", "a", null, "{}");
        decide("now() - interval '25 hours'", "a", null, "{}");
        decide("now()", "a", null, "{}");
        sql.run("SELECT ruvector_record_outcome('" + old + "', true)");
        sql.run("SELECT ruvector_update_agent_metrics('a', 1, false)");
        String query = "SELECT total_requests, success_rate FROM ruvector_get_agent('a')";
        assertThat(sql.rows(query)).containsExactly(List.of("4", "0.5"));

        assertThat(sql.value("SELECT tiny_dancer.roll_up()")).isEqualTo("2");

        assertThat(sql.rows(query)).containsExactly(List.of("4", "0.5"));
    }

    private List<@Nullable String> partitions(String parent) throws SQLException {
        return sql.column(
                "SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'tiny_dancer."
                        + parent + "'::regclass");
    }

    private @Nullable String partitionOf(String table) throws SQLException {
        return sql.value("SELECT tableoid::regclass FROM tiny_dancer." + table);
    }

    private static String day(int ahead) {
        return DateTimeFormatter.BASIC_ISO_DATE.format(
                LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC).plusDays(ahead));
    }

    private String decide(String time, String agent, @Nullable String category, String tags) throws SQLException {
        return sql.text("""
                INSERT INTO tiny_dancer.decision (
                    tenant, decided_at, decision_id, agent, optimize_for, request_hash, category, tags, estimated_cost)
                SELECT 'default', tiny_dancer.decision_time(id), id, '%s', 'cost', sha256('x'), nullif('%s', ''), '%s', 0.01
                FROM tiny_dancer.new_decision_id(%s) AS id
                RETURNING decision_id
                """.formatted(agent, category == null ? "" : category, tags, time));
    }
}
