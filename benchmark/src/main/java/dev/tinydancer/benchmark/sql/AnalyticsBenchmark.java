package dev.tinydancer.benchmark.sql;

import dev.tinydancer.benchmark.measurement.Measurement;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What {@code ruvector_routing_analytics} takes for a week of decisions with their outcomes, of eight agents and twelve
 * categories, after the hours have been added up: for each grouping, beside counting the log itself by agent.
 */
public final class AnalyticsBenchmark {

    private static final String COUNTED = "counted_without_sums";

    private static final List<String> GROUPINGS = List.of("agent", "category", "route", "tag", "tenant", "hour", "day");

    private static final String COUNT_LOG = """
            SELECT decision.agent, count(*), count(success), sum(coalesce(cost, estimated_cost)), avg(latency_ms),
                   percentile_disc(0.99) WITHIN GROUP (ORDER BY latency_ms), avg(success::int)
            FROM tiny_dancer.decision
            LEFT JOIN tiny_dancer.outcome USING (tenant, decided_at, decision_id)
            WHERE tenant = 'default' AND decided_at > now() - interval '7 days'
            GROUP BY decision.agent""";

    private static final double MICROS_PER_NANO = 1e-3;

    private AnalyticsBenchmark() {}

    /**
     * Measures on a server of its own.
     *
     * @param decisions how many there are, at least 1
     * @param rounds how often each is measured, at least 1
     * @return the reference first
     */
    public static List<Measurement> run(int decisions, int rounds) throws IOException, SQLException {
        try (BenchmarkedServer server = BenchmarkedServer.start();
                Connection connection = server.connect()) {
            prepare(connection, decisions);
            List<Measurement> measurements = new ArrayList<>();
            double[] counted = sample(connection, COUNT_LOG, rounds);
            measurements.add(measurement(COUNTED, counted, median(counted)));
            for (String grouping : GROUPINGS) {
                double[] sample = sample(
                        connection, "SELECT * FROM ruvector_routing_analytics('7 days', '" + grouping + "')", rounds);
                measurements.add(measurement("routing_analytics_by_" + grouping, sample, median(counted)));
            }
            return measurements;
        }
    }

    private static void prepare(Connection connection, int decisions) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO tiny_dancer.decision (
                        tenant, decided_at, decision_id, agent, optimize_for, request_hash, category, estimated_cost, tags)
                    SELECT 'default', tiny_dancer.decision_time(id), id, 'agent-' || n %% 8, 'balanced', sha256('x'),
                           'category-' || n / 8 %% 12, 0.001, CASE WHEN n %% 2 = 0 THEN '{batch,route:support}'::text[] END
                    FROM generate_series(1, %1$d) AS n
                    CROSS JOIN LATERAL tiny_dancer.new_decision_id(now() - n * interval '7 days' / %1$d) AS id
                    """.formatted(decisions));
            statement.execute("""
                    INSERT INTO tiny_dancer.outcome (
                        tenant, decided_at, decision_id, agent, success, latency_ms, cost)
                    SELECT tenant, decided_at, decision_id, agent, random() < 0.97, 200 * exp(random() + random() + random()),
                           0.001
                    FROM tiny_dancer.decision""");
            int hours;
            do {
                hours = addUp(statement);
            } while (hours > 0);
            statement.execute("VACUUM ANALYZE");
        }
    }

    /** Adds up some of the hours and says how many; none when nothing is left. */
    private static int addUp(Statement statement) throws SQLException {
        try (ResultSet hours = statement.executeQuery("SELECT tiny_dancer.roll_up()")) {
            hours.next();
            return hours.getInt(1);
        }
    }

    /** Ascending, in microseconds. */
    private static double[] sample(Connection connection, String query, int rounds) throws SQLException {
        double[] micros = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            long began = System.nanoTime();
            int rows = rows(connection, query);
            if (rows == 0) {
                throw new IllegalStateException("there is nothing to analyse: " + query);
            }
            if (round >= 0) {
                micros[round] = (System.nanoTime() - began) * MICROS_PER_NANO;
            }
        }
        Arrays.sort(micros);
        return micros;
    }

    private static int rows(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            int rows = 0;
            while (result.next()) {
                rows++;
            }
            return rows;
        }
    }

    private static Measurement measurement(String name, double[] micros, double referenceMicros) {
        return new Measurement(
                name, median(micros), micros[micros.length * 99 / 100], COUNTED, median(micros) / referenceMicros);
    }

    private static double median(double[] ascending) {
        return ascending[ascending.length / 2];
    }
}
