package dev.tinydancer.workshop.load;

import dev.tinydancer.benchmark.measurement.Measurement;
import dev.tinydancer.benchmark.sql.BenchmarkedServer;
import dev.tinydancer.postgres.install.EngineAddress;
import dev.tinydancer.postgres.install.Installer;
import dev.tinydancer.workshop.process.EngineProcess;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Routing from SQL as an installation does it: PostgreSQL with its ordinary settings, engines in processes of their own, six
 * agents, eight requests in turns, each call a transaction. First what a start takes, then 1 to 500 sessions, with and without
 * the log, then several engines.
 *
 * <p>The sessions are threads of this process, which needs the same processors: their own time is in no figure but the rates.
 */
public final class LoadBenchmark implements AutoCloseable {

    /** A start, the sessions, and the engines. */
    public record Report(List<Measurement> starts, List<Load> loads) {}

    private static final String REFERENCE = "select_1";
    private static final String NOT_LOGGED = "route_not_logged";
    private static final String LOGGED = "route_logged";

    private static final int CROWD = 64;
    private static final int[] SESSIONS = {1, 8, CROWD};
    private static final int HUNDREDS = 500;
    private static final int[] ENGINES = {1, 2, 4};
    private static final int FIRST_CALLS = 100;
    private static final int LATER_CALLS = 2_000;

    private static final double MICROS_PER_NANO = 1e-3;

    private static final String AGENTS = """
            SELECT ruvector_register_agent('agent-' || n, 'llm',
                ARRAY[(ARRAY['reasoning', 'code', 'analysis', 'creative', 'simple-tasks'])[1 + n % 5]],
                cost_per_1k_tokens := 0.0005 * n, avg_latency_ms := 200 + 100 * n, quality_score := 0.6 + 0.06 * n)
            FROM generate_series(1, 6) AS n""";

    private static final List<String> ROUTE = List.of(
                    "Write a Python function to calculate Fibonacci numbers",
                    "Analyze this complex legal document and list all obligations of the tenant",
                    "What is the capital of France?",
                    "Summarize the attached article in three sentences for a newsletter",
                    "Fix the null pointer exception in the following Java method and add a test",
                    "Translate this paragraph into German and keep the formal tone of it",
                    "Plan a five day trip to Lisbon with two children on a budget",
                    "Solve the equation 3x + 7 = 22 and explain every single step of it")
            .stream()
            .map("SELECT * FROM ruvector_route('%s')"::formatted)
            .toList();

    private final BenchmarkedServer server;
    private final Consumer<String> progress;
    private final Duration warmUp;
    private final Duration counted;
    private final int rounds;
    private final List<EngineProcess> engines = new ArrayList<>();
    private double referencePerSecond;

    private LoadBenchmark(BenchmarkedServer server, boolean quick, Consumer<String> progress) {
        this.server = server;
        this.progress = progress;
        this.warmUp = Duration.ofSeconds(quick ? 1 : 3);
        this.counted = Duration.ofSeconds(quick ? 2 : 8);
        this.rounds = quick ? 1 : 3;
    }

    /**
     * Measures on a server of its own.
     *
     * @param quick once and briefly, not three times
     * @param progress is told what is being measured
     */
    public static Report run(boolean quick, Consumer<String> progress)
            throws IOException, SQLException, InterruptedException {
        try (BenchmarkedServer server = BenchmarkedServer.start(HUNDREDS + CROWD);
                LoadBenchmark benchmark = new LoadBenchmark(server, quick, progress)) {
            execute(server, AGENTS);
            List<Measurement> starts = benchmark.starts();
            List<Load> loads = new ArrayList<>(benchmark.sessions());
            loads.addAll(benchmark.severalEngines());
            return new Report(starts, loads);
        }
    }

    private List<Measurement> starts() throws IOException, SQLException, InterruptedException {
        progress.accept("measuring a start");
        EngineProcess engine = newEngine();
        pointAtEngines();
        List<Double> starts = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        double later = 0;
        for (int round = 0; round < rounds; round++) {
            if (engine.isRunning()) {
                engine.terminate();
            }
            long began = System.nanoTime();
            engine.start();
            try (Connection connection = server.superuser().getConnection();
                    Statement statement = connection.createStatement()) {
                call(statement, 0);
                starts.add((System.nanoTime() - began) * MICROS_PER_NANO);
                first.add(meanOfCalls(statement, FIRST_CALLS));
                meanOfCalls(statement, LATER_CALLS);
                later = meanOfCalls(statement, LATER_CALLS);
            }
        }
        String reference = "call_after_" + 2 * LATER_CALLS;
        return List.of(
                measurement("start_to_first_answer", starts, reference, later),
                measurement("first_" + FIRST_CALLS + "_calls_mean", first, reference, later),
                measurement(reference, List.of(later), reference, later));
    }

    private static Measurement measurement(String name, List<Double> micros, String reference, double referenceMicros) {
        List<Double> ascending = micros.stream().sorted().toList();
        double median = ascending.get(ascending.size() / 2);
        return new Measurement(name, median, ascending.getLast(), reference, median / referenceMicros);
    }

    private static double meanOfCalls(Statement statement, int calls) throws SQLException {
        long began = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            call(statement, i);
        }
        return (System.nanoTime() - began) * MICROS_PER_NANO / calls;
    }

    private static void call(Statement statement, int turn) throws SQLException {
        try (ResultSet rows = statement.executeQuery(ROUTE.get(turn % ROUTE.size()))) {
            rows.next();
        }
    }

    private List<Load> sessions() throws IOException, SQLException, InterruptedException {
        List<Load> loads = new ArrayList<>();
        loads.add(load(REFERENCE, CROWD, List.of("SELECT 1"), "off"));
        for (int sessions : SESSIONS) {
            loads.add(load(NOT_LOGGED, sessions, ROUTE, "off"));
            loads.add(load(LOGGED, sessions, ROUTE, "sync"));
        }
        // What hundreds of processes cost PostgreSQL itself, on the processors that there are.
        loads.add(load(REFERENCE, HUNDREDS, List.of("SELECT 1"), "off"));
        loads.add(load(LOGGED, HUNDREDS, ROUTE, "sync"));
        return loads;
    }

    private List<Load> severalEngines() throws IOException, SQLException, InterruptedException {
        List<Load> loads = new ArrayList<>();
        for (int number : ENGINES) {
            while (engines.size() < number) {
                newEngine().start();
            }
            pointAtEngines();
            loads.add(load(NOT_LOGGED + "_" + number + "_engines", CROWD, ROUTE, "off"));
        }
        return loads;
    }

    private EngineProcess newEngine() throws IOException {
        EngineProcess engine = new EngineProcess(
                server.urlWithoutPassword(),
                server.password(),
                server.folder().resolve("engine-" + engines.size() + ".log"));
        engines.add(engine);
        return engine;
    }

    /** Sessions choose among several at random where libpq can, which it can since PostgreSQL 16. */
    private void pointAtEngines() throws SQLException {
        String hosts = String.join(",", Collections.nCopies(engines.size(), BenchmarkedServer.HOST));
        String ports =
                engines.stream().map(engine -> Integer.toString(engine.port())).collect(Collectors.joining(","));
        Installer.pointAtEngine(server.superuser(), new EngineAddress(hosts, ports));
    }

    /** The round with the median rate. */
    private Load load(String name, int sessions, List<String> statements, String log)
            throws IOException, SQLException, InterruptedException {
        List<Load> measured = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            progress.accept(String.format(Locale.ROOT, "measuring %s in %d sessions", name, sessions));
            measured.add(round(name, sessions, statements, log));
        }
        measured.sort((one, other) -> Double.compare(one.perSecond(), other.perSecond()));
        Load median = measured.get(measured.size() / 2);
        if (name.equals(REFERENCE) && sessions == CROWD) {
            referencePerSecond = median.perSecond();
        }
        return new Load(
                name,
                sessions,
                median.perSecond(),
                median.medianMicros(),
                median.p99Micros(),
                measured.stream().mapToLong(Load::failures).sum(),
                measured.stream()
                        .map(Load::firstFailure)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                median.database(),
                median.engine(),
                median.perSecond() / referencePerSecond);
    }

    private Load round(String name, int sessions, List<String> statements, String log)
            throws IOException, SQLException, InterruptedException {
        List<Long> processes = new ArrayList<>();
        List<ProcessorTime> database = new ArrayList<>();
        List<ProcessorTime> engine = new ArrayList<>();
        Callers callers = new Callers(server.superuser(), List.of("SET tiny_dancer.log_decisions = '" + log + "'"));
        // A session's first call prepares its statements, for a twentieth of a second of the processor.
        Duration prepared = warmUp.multipliedBy(Math.ceilDiv(sessions, CROWD));
        Callers.Seen seen = callers.call(sessions, statements, prepared, counted, () -> {
            if (processes.isEmpty()) {
                processes.addAll(databaseProcesses());
            }
            database.add(ProcessorTime.of(processes));
            engine.add(ProcessorTime.of(engines.stream()
                    .filter(EngineProcess::isRunning)
                    .map(EngineProcess::pid)
                    .toList()));
        });
        return new Load(
                name,
                sessions,
                seen.perSecond(),
                seen.medianMicros(),
                seen.p99Micros(),
                seen.failures(),
                seen.firstFailure(),
                database.getLast().perCallSince(database.getFirst(), seen.calls()),
                engine.getLast().perCallSince(engine.getFirst(), seen.calls()),
                Double.NaN);
    }

    private List<Long> databaseProcesses() throws SQLException {
        try (Connection connection = server.superuser().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT array_agg(pid) FROM pg_stat_activity")) {
            rows.next();
            return Arrays.stream((Integer[]) rows.getArray(1).getArray())
                    .map(Integer::longValue)
                    .toList();
        }
    }

    private static void execute(BenchmarkedServer server, String sql) throws SQLException {
        try (Connection connection = server.superuser().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        engines.forEach(EngineProcess::close);
    }
}
