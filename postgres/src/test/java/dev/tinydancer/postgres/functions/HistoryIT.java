package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postgresql.util.ServerErrorMessage;

/** What ruvector_routing_history says, beside what counting the log one by one says. */
final class HistoryIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void decideThousands() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.decision, tiny_dancer.outcome, tiny_dancer.decision_hourly");
        sql.run("UPDATE tiny_dancer.rollup_progress"
                + " SET hours_before = date_trunc('hour', now(), 'UTC') - interval '4 days', added_up = '3:3:'");
        sql.run("""
                INSERT INTO tiny_dancer.decision (
                    tenant, decided_at, decision_id, agent, optimize_for, request_hash, tags, estimated_cost)
                SELECT tenant, tiny_dancer.decision_time(id), id, (ARRAY['a', 'b', 'c'])[1 + n % 3], 'cost', sha256('x'),
                       (ARRAY['{x,y}', '{x}', '{}'])[1 + n % 3]::text[], n * 0.001
                FROM generate_series(1, 1200) AS n
                CROSS JOIN (VALUES ('default'), ('other')) AS owner (tenant)
                CROSS JOIN LATERAL tiny_dancer.new_decision_id(now() - n * interval '3 minutes 7 seconds') AS id""");
        sql.run("""
                INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, success, latency_ms, quality)
                SELECT tenant, decided_at, decision_id, agent, n % 7 > 0, 100 * exp(4 * mod(n * 0.6180339887, 1)),
                       CASE WHEN n % 2 > 0 THEN mod(n * 0.31, 1) END
                FROM (SELECT *, row_number() OVER (ORDER BY decided_at) AS n FROM tiny_dancer.decision) AS decided
                WHERE n % 3 > 0""");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    static Stream<Arguments> periodsAndZones() {
        return Stream.of("hour", "day", "all")
                .flatMap(period -> Stream.of("UTC", "Asia/Kathmandu").map(zone -> Arguments.of(period, zone)));
    }

    @ParameterizedTest
    @MethodSource("periodsAndZones")
    void history_isWhatCountingOneByOneGives(String period, String zone) throws SQLException {
        sql.run("SET TimeZone = '" + zone + "'");
        for (boolean summed : List.of(false, true)) {
            if (summed) {
                sql.run("SELECT tiny_dancer.roll_up()");
            }
            sql.run("BEGIN");
            for (String until : List.of("now()", "now() - interval '31 hours 11 minutes'")) {
                assertThat(sql.rows("""
                        SELECT period_start, group_key, total_requests, completed_requests, successes,
                               round(total_cost::numeric, 6), round(avg_latency_ms::numeric, 6),
                               judged, round(mean_quality::numeric, 6)
                        FROM ruvector_routing_history('29 hours 20 minutes', '%s', 'agent', until => %s)
                        ORDER BY period_start, group_key""".formatted(period, until)))
                        .as("until %s, with sums %s", until, summed)
                        .isEqualTo(sql.rows(counted(period, until)))
                        .isNotEmpty();
            }
            sql.run("COMMIT");
        }
    }

    @Test
    void percentiles_areWithinOnePercent() throws SQLException {
        sql.run("SELECT tiny_dancer.roll_up()");
        assertThat(sql.rows("""
                SELECT abs(said.p50_latency_ms / exact.p50 - 1) <= 0.011, abs(said.p95_latency_ms / exact.p95 - 1) <= 0.011,
                       abs(said.p99_latency_ms / exact.p99 - 1) <= 0.011
                FROM ruvector_routing_history('10 days', 'all', 'tenant') AS said
                CROSS JOIN (SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY latency_ms) AS p50,
                                   percentile_disc(0.95) WITHIN GROUP (ORDER BY latency_ms) AS p95,
                                   percentile_disc(0.99) WITHIN GROUP (ORDER BY latency_ms) AS p99
                            FROM tiny_dancer.outcome WHERE tenant = 'default') AS exact""")).containsExactly(List.of("t", "t", "t"));
    }

    @Test
    void tags_countARequestInEachOfItsGroups() throws SQLException {
        assertThat(sql.rows("SELECT group_key, total_requests FROM ruvector_routing_history('10 days', 'all', 'tag')"))
                .containsExactly(List.of("x", "800"), List.of("(none)", "400"), List.of("y", "400"));
    }

    static Stream<Arguments> invalidArguments() {
        return Stream.of(
                Arguments.of("'-1 day'", "time_range must be more than no time, got -1 day"),
                Arguments.of("'1 day', 'week'", "period is unknown, got \"week\""),
                Arguments.of("'1 day', 'day', 'hour'", "group_by is unknown, got \"hour\""),
                Arguments.of("'1 day', until => 'infinity'", "until must be a time, got infinity"),
                Arguments.of("options => '{\"colour\": 1}'", "a key of options is unknown, got \"colour\""));
    }

    @ParameterizedTest
    @MethodSource("invalidArguments")
    void invalidArgument_isNamed(String arguments, String message) throws SQLException {
        ServerErrorMessage error = sql.failure("SELECT * FROM ruvector_routing_history(" + arguments + ")");
        assertThat(error.getSQLState()).isEqualTo("22023");
        assertThat(error.getMessage()).isEqualTo(message);
    }

    private static String counted(String period, String until) {
        return """
                SELECT %s AS period, agent, count(*), count(success), count(*) FILTER (WHERE success),
                       round(sum(CASE WHEN success IS NOT false THEN estimated_cost ELSE 0 END)::numeric, 6), round(avg(latency_ms)::numeric, 6),
                       count(quality), round(avg(quality)::numeric, 6)
                FROM tiny_dancer.decision
                LEFT JOIN (SELECT tenant, decided_at, decision_id, success, latency_ms, quality FROM tiny_dancer.outcome) AS outcome
                    USING (tenant, decided_at, decision_id)
                WHERE tenant = 'default' AND decided_at >= %s - interval '29 hours 20 minutes' AND decided_at < %s
                GROUP BY period, agent
                ORDER BY period, agent
                """.formatted(
                        period.equals("all")
                                ? until + " - interval '29 hours 20 minutes'"
                                : "date_trunc('" + period + "', decided_at)",
                        until,
                        until);
    }
}
