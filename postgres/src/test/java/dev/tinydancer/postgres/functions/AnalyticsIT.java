package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.ServerErrorMessage;

/** What ruvector_routing_analytics says, beside what counting the log one by one says. */
final class AnalyticsIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    /** What a request's group is, in a query of the requests themselves. */
    private static final Map<String, String> KEYS = Map.of(
            "agent", "agent",
            "category", "coalesce(category, '(none)')",
            "tag", "coalesce(tag, '(none)')",
            "route", "coalesce(substr(route, 7), '(none)')",
            "tenant", "tenant",
            "hour", "to_char(date_trunc('hour', decided_at), 'YYYY-MM-DD HH24:MI:SSOF')",
            "day", "to_char(decided_at, 'YYYY-MM-DD')");

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.decision, tiny_dancer.outcome, tiny_dancer.decision_hourly,"
                + " tiny_dancer.feedback, tiny_dancer.attempt");
        sql.run("UPDATE tiny_dancer.rollup_progress"
                + " SET hours_before = date_trunc('hour', now(), 'UTC') - interval '4 days', added_up = '3:3:'");
        sql.run("BEGIN");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.run("ROLLBACK");
        sql.close();
    }

    static Stream<Arguments> groupsAndZones() {
        return KEYS.keySet().stream()
                .sorted()
                .flatMap(group -> Stream.of("UTC", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe")
                        .map(zone -> Arguments.of(group, zone)));
    }

    @ParameterizedTest
    @MethodSource("groupsAndZones")
    void analytics_isWhatCountingOneByOneGives(String groupBy, String zone) throws SQLException {
        decideThousands();
        sql.run("SET TimeZone = '" + zone + "'");
        for (String range : List.of("50 hours 20 minutes", "7 days", "30 minutes")) {
            assertThat(sql.rows(analytics(range, groupBy))).as(range).isEqualTo(sql.rows(counted(range, groupBy)));
        }
        sql.run("COMMIT");
        sql.run("SELECT tiny_dancer.roll_up()");
        sql.run("BEGIN");
        for (String range : List.of("50 hours 20 minutes", "7 days", "30 minutes")) {
            assertThat(sql.rows(analytics(range, groupBy)))
                    .as("with sums, %s", range)
                    .isEqualTo(sql.rows(counted(range, groupBy)))
                    .isNotEmpty();
        }
    }

    @Test
    void p99_isWithinOnePercent() throws SQLException {
        decideThousands();
        sql.run("COMMIT");
        sql.run("SELECT tiny_dancer.roll_up()");
        assertThat(sql.rows("""
                SELECT said.agent
                FROM ruvector_routing_analytics('7 days') AS said
                JOIN (SELECT agent, percentile_disc(0.99) WITHIN GROUP (ORDER BY latency_ms) AS p99
                      FROM tiny_dancer.outcome WHERE tenant = 'default' GROUP BY agent) AS exact ON exact.agent = said.agent
                WHERE abs(said.p99_latency_ms / exact.p99 - 1) <= 0.01
                ORDER BY 1""")).containsExactly(List.of("a"), List.of("b"), List.of("c"));
        sql.run("BEGIN");
    }

    /** Sums of few latencies have low percentiles, and that of all is higher. */
    @Test
    void p99_ofManyHours_isThatOfAllLatencies() throws SQLException {
        sql.run("""
                INSERT INTO tiny_dancer.outcome (tenant, decided_at, agent, success, latency_ms)
                SELECT 'default', date_trunc('hour', now()) - make_interval(hours => 1 + n % 40), 'a', true,
                       CASE WHEN n % 40 = 7 THEN 5000 + n ELSE n % 40 END
                FROM generate_series(0, 3999) AS n""");
        sql.run("COMMIT");
        sql.run("SELECT tiny_dancer.roll_up()");
        assertThat(sql.value("SELECT abs(p99_latency_ms / (SELECT percentile_disc(0.99) WITHIN GROUP (ORDER BY"
                        + " latency_ms) FROM tiny_dancer.outcome) - 1) <= 0.01 FROM ruvector_routing_analytics()"))
                .isEqualTo("t");
        sql.run("BEGIN");
    }

    @Test
    void lateOutcome_isSeenAtOnce() throws SQLException {
        String decision = decide("now() - interval '30 hours'", "a", "{}");
        sql.run("COMMIT");
        sql.run("SELECT tiny_dancer.roll_up()");
        assertThat(sql.rows("SELECT total_requests, completed_requests FROM ruvector_routing_analytics()"))
                .containsExactly(List.of("1", "0"));

        sql.run("SELECT ruvector_record_outcome('" + decision + "', true, latency_ms => 100, cost => 0.5)");

        assertThat(sql.rows("SELECT total_requests, completed_requests, total_cost, avg_latency_ms, success_rate"
                        + " FROM ruvector_routing_analytics()"))
                .containsExactly(List.of("1", "1", "0.5", "100", "1"));
        sql.run("BEGIN");
    }

    /** A failed call and its successful retry are one request that succeeded. */
    @Test
    void attempts_areCountedApartFromRequests() throws SQLException {
        String first = decide("now() - interval '30 hours'", "a", "{}");
        String second = decide("now() - interval '30 hours' + interval '1 second'", "b", "{}");
        String third = decide("now() - interval '30 hours' + interval '2 seconds'", "b", "{}");
        decide("now() - interval '30 hours'", "a", "{}");
        sql.run("SELECT ruvector_record_outcome('" + first + "', false, kind => 'timeout')");
        sql.run("SELECT ruvector_record_outcome('" + second + "', false, kind => 'failed')");
        sql.run("SELECT ruvector_record_outcome('" + third + "', true)");
        sql.run("COMMIT");
        sql.run("SELECT tiny_dancer.roll_up()");
        assertThat(requests("tenant")).containsExactly(row("default", "4", "4", "3", "0.33", "0.04"));

        // Whose attempts they are, becomes known when everything has been added up.
        attempt(first, second, 2);
        attempt(first, third, 3);
        for (int look = 0; look < 2; look++) {
            assertThat(requests("tenant")).containsExactly(row("default", "2", "4", "1", "1", "0.02"));
            assertThat(requests("hour"))
                    .hasSize(1)
                    .first()
                    .satisfies(hour -> assertThat(hour.subList(1, 5)).containsExactly("2", "4", "1", "1"));
            assertThat(requests("agent"))
                    .containsExactlyInAnyOrder(
                            row("a", "2", "2", "1", "0", "0.02"), row("b", "0", "2", "2", "0.5", "0"));
            sql.run("SELECT tiny_dancer.roll_up()");
        }
        sql.run("SELECT tiny_dancer.tally_anew()");
        assertThat(
                        sql.rows(
                                "SELECT agent, sum(requests), sum(completed) FROM tiny_dancer.agent_tally GROUP BY 1 ORDER BY 1"))
                .containsExactly(List.of("a", "2", "1"), List.of("b", "2", "2"));
        sql.run("BEGIN");
    }

    @Test
    void savings_areWhatTheBestAndTheDearestWouldHaveCost() throws SQLException {
        String cheap = decide("now() - interval '30 hours'", "a", "{}");
        String best = decide("now() - interval '30 hours'", "b", "{}");
        String unknown = decide("now() - interval '30 hours'", "c", "{}");
        sql.run("UPDATE tiny_dancer.decision SET cost_of_best = 0.08, cost_of_dearest = 0.1 WHERE decision_id = '"
                + cheap + "'");
        sql.run("UPDATE tiny_dancer.decision SET cost_of_best = 0.01, cost_of_dearest = 0.1 WHERE decision_id = '"
                + best + "'");
        sql.run("SELECT ruvector_record_outcome('" + cheap + "', true, cost => 0.004, quality => 0.9)");
        sql.run("SELECT ruvector_record_outcome('" + best + "', true, cost => 0.02)");
        sql.run("SELECT ruvector_record_outcome('" + unknown + "', false, kind => 'wrong')");
        sql.run("COMMIT");
        String figures =
                "SELECT total_cost, mean_quality, round(cost_of_best::numeric, 9), round(cost_of_dearest::numeric, 9)"
                        + " FROM ruvector_routing_analytics(group_by => 'tenant')";

        // The best one cost 0.02 and not its estimate of 0.01; of the third nothing is known but its own estimate.
        for (int look = 0; look < 2; look++) {
            assertThat(sql.rows(figures)).containsExactly(List.of("0.034", "0.45", "0.110000000", "0.210000000"));
            sql.run("SELECT tiny_dancer.roll_up()");
        }
        sql.run("SELECT ruvector_record_feedback('" + best + "', 0.6)");
        for (int look = 0; look < 2; look++) {
            assertThat(sql.rows(figures)).containsExactly(List.of("0.034", "0.5", "0.110000000", "0.210000000"));
            sql.run("SELECT tiny_dancer.roll_up()");
        }
        sql.run("BEGIN");
    }

    private List<List<@Nullable String>> requests(String groupBy) throws SQLException {
        return sql.rows(
                "SELECT group_key, total_requests, attempts, completed_requests, round(success_rate::numeric, 2)"
                        + "::float8, cost_of_best FROM ruvector_routing_analytics(group_by => '" + groupBy + "')");
    }

    private void attempt(String first, String decision, int number) throws SQLException {
        sql.run("""
                INSERT INTO tiny_dancer.attempt (tenant, first_decision, decision_id, attempt, agent, decided_at)
                VALUES ('default', '%s', '%s', %d, 'b', tiny_dancer.decision_time('%s'))""".formatted(first, decision, number, decision));
    }

    /** On 26 October 2025 clocks in Berlin went from 3:00 back to 2:00, at 1:00 UTC. */
    @Test
    void hourThatClocksGoThroughTwice_hasTwoKeys_andTheDayHas25Hours() throws SQLException {
        sql.run("UPDATE tiny_dancer.rollup_progress SET hours_before = '2025-10-01'");
        for (int hour = 0; hour < 27; hour++) {
            decide("timestamptz '2025-10-25 21:30Z' + interval '" + hour + " hours'", "a", "{}");
        }
        sql.run("COMMIT");
        sql.run("SELECT tiny_dancer.roll_up()");
        sql.run("SET TimeZone = 'Europe/Berlin'");

        assertThat(sql.rows("SELECT group_key, total_requests FROM ruvector_routing_analytics('100 years', 'day')"))
                .containsExactly(List.of("2025-10-25", "1"), List.of("2025-10-26", "25"), List.of("2025-10-27", "1"));
        assertThat(sql.column("SELECT group_key FROM ruvector_routing_analytics('100 years', 'hour')"))
                .hasSize(27)
                .contains("2025-10-26 02:00:00+02", "2025-10-26 02:00:00+01");
        sql.run("BEGIN");
    }

    @Test
    void hoursWhoseLogIsDropped_areStillInTheSums() throws SQLException {
        decide("now() - interval '3 days'", "a", "{x}");
        decide("now()", "a", "{x}");
        sql.run("COMMIT");
        sql.run("SELECT tiny_dancer.roll_up()");
        sql.run("DELETE FROM tiny_dancer.decision WHERE decided_at < now() - interval '1 day'");
        sql.run("BEGIN");
        sql.run("UPDATE tiny_dancer.setting SET value = '1 day' WHERE name = 'log_retention'");
        for (String zone : List.of("UTC", "Asia/Kathmandu")) {
            sql.run("SET TimeZone = '" + zone + "'");
            assertThat(sql.value("SELECT sum(total_requests) FROM ruvector_routing_analytics('7 days', 'hour')"))
                    .isEqualTo("2");
        }
    }

    @Test
    void tagsAndRoutes_countARequestInEachOfItsGroups() throws SQLException {
        decide("now()", "a", "{nightly,route:support,route:docs}");
        decide("now()", "a", "{nightly}");
        decide("now()", "a", "{}");

        assertThat(sql.rows("SELECT agent, group_key, total_requests FROM ruvector_routing_analytics('1 day', 'tag')"))
                .containsExactlyInAnyOrder(
                        row(null, "nightly", "2"),
                        row(null, "route:support", "1"),
                        row(null, "route:docs", "1"),
                        row(null, "(none)", "1"));
        assertThat(sql.rows(
                        "SELECT agent, group_key, total_requests FROM ruvector_routing_analytics('1 day', 'route')"))
                .containsExactlyInAnyOrder(row(null, "support", "1"), row(null, "docs", "1"), row(null, "(none)", "2"));
        assertThat(sql.rows("SELECT agent, group_key, total_requests FROM ruvector_routing_analytics('1 day')"))
                .containsExactly(List.of("a", "a", "3"));
    }

    @Test
    void withoutOutcomes_figuresOfOutcomesAreNull() throws SQLException {
        decide("now() - interval '1 second'", "a", "{}");
        assertThat(sql.rows("SELECT total_cost, avg_latency_ms, p99_latency_ms, success_rate"
                        + " FROM ruvector_routing_analytics()"))
                .containsExactly(row("0.01", null, null, null));
        assertThat(sql.rows("SELECT * FROM ruvector_routing_analytics('1 microsecond')"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"90 minutes", "P7D", "1 mon", "00:30", "2 weeks", "1000 years"})
    void anyInterval_isUnderstood(String range) throws SQLException {
        decide("now()", "a", "{}");
        assertThat(sql.value("SELECT total_requests FROM ruvector_routing_analytics('" + range + "')"))
                .isEqualTo("1");
    }

    static Stream<Arguments> invalidArguments() {
        return Stream.of(
                Arguments.of("' '", "22023", "time_range must not be empty"),
                Arguments.of("'a week'", "22023", "time_range must be an interval, got \"a week\""),
                Arguments.of("'0 days'", "22023", "time_range must be more than no time, got 0 days"),
                Arguments.of("'-1 day'", "22023", "time_range must be more than no time, got -1 day"),
                Arguments.of("'1000000 years'", "22023", "time_range must be an interval"),
                Arguments.of("'1 day', 'model'", "22023", "group_by is unknown, got \"model\""));
    }

    @ParameterizedTest
    @MethodSource("invalidArguments")
    void invalidArgument_isNamed(String arguments, String state, String message) throws SQLException {
        ServerErrorMessage error = sql.failure("SELECT * FROM ruvector_routing_analytics(" + arguments + ")");
        assertThat(error.getSQLState()).as(error.toString()).isEqualTo(state);
        assertThat(error.getMessage()).contains(message);
        assertThat(error.getHint() == null).isEqualTo(!message.contains("interval") && !message.contains("unknown"));
    }

    @Test
    void stats_summarisesAgentsAndPeriods() throws SQLException {
        sql.run("DELETE FROM tiny_dancer.agent");
        for (String name : List.of("a", "b")) {
            sql.run("SELECT ruvector_register_agent('" + name
                    + "', 'llm', '{x}', avg_latency_ms => 1, quality_score => 1)");
        }
        sql.run("SELECT ruvector_set_agent_active('b', false)");
        decide("now() - interval '3 days'", "a", "{}");
        sql.run("SELECT ruvector_record_outcome('" + decide("now()", "a", "{}") + "', true, 250, 0.03)");

        assertThat(sql.rows("""
                SELECT stats -> 'agents', stats ->> 'tenant', stats -> 'last_hour' ->> 'total_requests',
                       stats -> 'last_day' ->> 'success_rate', stats -> 'all_time' ->> 'total_requests',
                       stats -> 'all_time' ->> 'total_cost', stats -> 'last_day' ->> 'avg_latency_ms'
                FROM ruvector_routing_stats() AS stats"""))
                .containsExactly(List.of(
                        "{\"active\": 1, \"registered\": 2, \"open_circuits\": 0}",
                        "default",
                        "1",
                        "1",
                        "2",
                        "0.04",
                        "250"));
    }

    @Test
    void readOnlyTransaction_canLook() throws SQLException {
        sql.run("ROLLBACK");
        sql.run("BEGIN READ ONLY");
        assertThat(sql.rows("SELECT * FROM ruvector_routing_analytics()")).isEmpty();
        assertThat(sql.value("SELECT ruvector_routing_stats() -> 'all_time' ->> 'total_requests'"))
                .isEqualTo("0");
    }

    private static List<@Nullable String> row(@Nullable String... values) {
        return Arrays.asList(values);
    }

    private static String analytics(String range, String groupBy) {
        return """
                SELECT group_key, total_requests, completed_requests, round(total_cost::numeric, 6),
                       round(avg_latency_ms::numeric, 6), round(success_rate::numeric, 6)
                FROM ruvector_routing_analytics('%s', '%s')
                ORDER BY group_key COLLATE "C"
                """.formatted(range, groupBy);
    }

    private static String counted(String range, String groupBy) {
        return """
                SELECT counted.*
                FROM (SELECT %s AS key, count(*), count(success), round(sum(cost)::numeric, 6),
                             round(avg(latency_ms)::numeric, 6), round(avg(success::int), 6)
                FROM (SELECT decision.*, success, latency_ms,
                             coalesce(cost, CASE WHEN success IS NOT false THEN estimated_cost ELSE 0 END) AS cost
                      FROM tiny_dancer.decision
                      LEFT JOIN tiny_dancer.outcome USING (tenant, decided_at, decision_id)) AS request
                LEFT JOIN LATERAL unnest(tags) AS tag ON '%s' = 'tag'
                LEFT JOIN LATERAL (
                    SELECT route FROM unnest(tags) AS route WHERE route LIKE 'route:%%'
                ) AS routes ON '%s' = 'route'
                WHERE tenant = 'default' AND decided_at >= now() - interval '%s'
                GROUP BY key) AS counted
                ORDER BY key COLLATE "C"
                """.formatted(KEYS.get(groupBy), groupBy, groupBy, range);
    }

    /** Of the last days, of three agents, and as many of another tenant. */
    private void decideThousands() throws SQLException {
        sql.run("""
                INSERT INTO tiny_dancer.decision (
                    tenant, decided_at, decision_id, agent, optimize_for, request_hash, category, tags, estimated_cost)
                SELECT tenant, tiny_dancer.decision_time(id), id, (ARRAY['a', 'b', 'c'])[1 + n % 3], 'cost', sha256('x'),
                       (ARRAY['code', 'math', NULL])[1 + n / 3 % 3],
                       (ARRAY['{x,y}', '{x,route:support}', '{}', NULL, '{route:docs,route:support}'])[1 + n % 5]::text[],
                       n * 0.001
                FROM generate_series(1, 1200) AS n
                CROSS JOIN (VALUES ('default'), ('other')) AS owner (tenant)
                CROSS JOIN LATERAL tiny_dancer.new_decision_id(now() - n * interval '3 minutes 7 seconds') AS id""");
        sql.run("""
                INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, success, latency_ms, cost)
                SELECT tenant, decided_at, decision_id, agent, n % 7 > 0,
                       CASE WHEN n % 4 > 0 THEN 100 * exp(4 * mod(n * 0.6180339887, 1)) END,
                       CASE WHEN n % 5 = 0 THEN n * 0.002 END
                FROM (SELECT *, row_number() OVER (ORDER BY decided_at) AS n FROM tiny_dancer.decision) AS decided
                WHERE n % 3 > 0""");
    }

    private String decide(String time, String agent, String tags) throws SQLException {
        return sql.text("""
                INSERT INTO tiny_dancer.decision (
                    tenant, decided_at, decision_id, agent, optimize_for, request_hash, tags, estimated_cost)
                SELECT 'default', tiny_dancer.decision_time(id), id, '%s', 'cost', sha256('x'), '%s', 0.01
                FROM tiny_dancer.new_decision_id(%s) AS id
                RETURNING decision_id""".formatted(agent, tags, time));
    }
}
