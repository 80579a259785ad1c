package dev.tinydancer.benchmark.sql;

import dev.tinydancer.benchmark.measurement.Measurement;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a call of {@code ruvector_route} takes inside PostgreSQL: without the log, with the asynchronous and with the
 * ordinary one, beside the least that a dblink call to the engine can be.
 *
 * <p>Every call is a transaction of its own; its commit is not measured, for that is the disk's time. The kinds take turns,
 * so that whatever else the machine does meets all of them. Twenty agents are registered.
 */
public final class RouteFromSqlBenchmark {

    private static final int WARM_UP_ROUNDS = 3;

    /** The engine's code is compiled after some thousands of calls. */
    private static final int WARM_UP_CALLS = 1_000;

    private static final String REQUESTS = """
            ARRAY['Write a Python function to calculate Fibonacci numbers',
                  'Analyze this complex legal document and list all obligations of the tenant',
                  'What is the capital of France?',
                  'Summarize the attached article in three sentences for a newsletter',
                  'Fix the null pointer exception in the following Java method and add a test',
                  'Translate this paragraph into German and keep the formal tone of it',
                  'Plan a five day trip to Lisbon with two children on a budget',
                  'Solve the equation 3x + 7 = 22 and explain every single step of it']""";

    /** The kinds of calls, each with the PL/pgSQL that makes one; {@code request} is the text to route. */
    private enum Kind {
        BARE_DBLINK_CALL("off", "PERFORM ${dblink}.dblink_exec('bench', 'SET application_name = bench');"),
        ROUTE_NOT_LOGGED("off", "PERFORM FROM ruvector_route(request);"),
        ROUTE_LOGGED_BY_ENGINE("async", "PERFORM FROM ruvector_route(request);"),
        ROUTE_LOGGED("sync", "PERFORM FROM ruvector_route(request);");

        private final String log;
        private final String call;

        Kind(String log, String call) {
            this.log = log;
            this.call = call;
        }

        String sqlName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private RouteFromSqlBenchmark() {}

    /**
     * Measures on a server of its own.
     *
     * @param rounds how often the kinds take turns, at least 1
     * @param calls of each kind in a round, at least 1
     * @return the bare call first
     */
    public static List<Measurement> run(int rounds, int calls) throws IOException, SQLException, InterruptedException {
        try (BenchmarkedEngine engine = BenchmarkedEngine.start();
                Connection connection = engine.connect()) {
            prepare(connection, engine.enginePort());
            for (int round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
                if (round == WARM_UP_ROUNDS) {
                    execute(connection, "TRUNCATE sample");
                }
                int inRound = round < WARM_UP_ROUNDS ? WARM_UP_CALLS : calls;
                for (Kind kind : Kind.values()) {
                    execute(connection, "SET tiny_dancer.log_decisions = '" + kind.log + "'");
                    execute(connection, "CALL pg_temp.sample_" + kind.sqlName() + "(" + inRound + ")");
                }
            }
            return measurements(connection);
        }
    }

    private static void prepare(Connection connection, int enginePort) throws SQLException {
        String dblink = single(connection, """
                SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace
                WHERE extname = 'dblink'""");
        execute(connection, """
                SELECT ruvector_register_agent('agent-' || n, 'llm',
                    ARRAY[(ARRAY['reasoning', 'code', 'analysis', 'creative', 'simple-tasks'])[1 + n % 5]],
                    cost_per_1k_tokens := 0.0005 * n, avg_latency_ms := 200 + 100 * n, quality_score := 0.6 + 0.019 * n)
                FROM generate_series(1, 20) AS n""");
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT " + dblink + ".dblink_connect('bench', ?)")) {
            statement.setString(
                    1,
                    "host=127.0.0.1 dbname=any user=tiny_dancer port=" + enginePort + " password="
                            + single(connection, """
                            SELECT option_value FROM pg_user_mappings, pg_options_to_table(umoptions)
                            WHERE srvname = 'tiny_dancer_engine' AND option_name = 'password'"""));
            statement.execute();
        }
        execute(connection, "CREATE TEMPORARY TABLE sample (kind text, micros float8)");
        for (Kind kind : Kind.values()) {
            execute(connection, """
                    CREATE PROCEDURE pg_temp.sample_%1$s(calls int) LANGUAGE plpgsql AS $procedure$
                    DECLARE
                        requests constant text[] := %2$s;
                        request text;
                        began timestamptz;
                        micros float8[] := '{}';
                    BEGIN
                        FOR i IN 1..calls LOOP
                            request := requests[1 + i %% cardinality(requests)];
                            began := clock_timestamp();
                            %3$s
                            micros := micros || (extract(epoch FROM clock_timestamp() - began) * 1e6)::float8;
                            COMMIT;
                        END LOOP;
                        INSERT INTO sample SELECT '%1$s', unnest(micros);
                    END
                    $procedure$""".formatted(kind.sqlName(), REQUESTS, kind.call.replace("${dblink}", dblink)));
        }
    }

    private static List<Measurement> measurements(Connection connection) throws SQLException {
        List<Measurement> measurements = new ArrayList<>();
        double bareMicros = quantile(connection, Kind.BARE_DBLINK_CALL, 0.5);
        for (Kind kind : Kind.values()) {
            double median = quantile(connection, kind, 0.5);
            measurements.add(new Measurement(
                    kind.sqlName(),
                    median,
                    quantile(connection, kind, 0.99),
                    Kind.BARE_DBLINK_CALL.sqlName(),
                    median / bareMicros));
        }
        return measurements;
    }

    private static double quantile(Connection connection, Kind kind, double share) throws SQLException {
        return Double.parseDouble(single(
                connection,
                "SELECT percentile_cont(%s) WITHIN GROUP (ORDER BY micros) FROM sample WHERE kind = '%s'"
                        .formatted(share, kind.sqlName())));
    }

    private static String single(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
