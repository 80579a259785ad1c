package dev.tinydancer.cli.demo;

import dev.tinydancer.cli.local.LocalInstance;
import dev.tinydancer.cli.local.LocalInstanceConfig;
import dev.tinydancer.cli.local.Passwords;
import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.LogLevel;
import dev.tinydancer.cli.terminal.ResultTable;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.Installation;
import dev.tinydancer.postgres.embedded.TemporaryDirectory;
import java.io.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what Tiny Dancer does, and leaves nothing behind. */
@Command(
        name = "demo",
        description = "Registers agents and routes requests in a PostgreSQL of its own, and shows every result.",
        footer = {"", "Works in a temporary directory, which is gone afterwards, also when you press Ctrl-C."})
public final class DemoCommand implements Callable<Integer> {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final int TIMED_CALLS = 500;
    private static final int WARM_UP_CALLS = 3_000;
    private static final String TIMED_STATEMENT = "SELECT * FROM ruvector_route(request := ?)";
    private static final String TIMED_REQUEST = "Write a Python function to calculate Fibonacci numbers";

    private final Terminal terminal;

    @Option(names = "--json", description = "Prints one JSON object at the end, with every statement and its rows.")
    private boolean json;

    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (TemporaryDirectory directory = TemporaryDirectory.create("tiny-dancer-demo-")) {
            run(directory.path());
        }
        return ExitCode.OK;
    }

    private void run(Path directory) throws InterruptedException {
        LogLevel.onlyWarnings();
        if (!json) {
            terminal.remark(LocalInstance.STARTING);
        }
        long start = System.nanoTime();
        Passwords passwords = Passwords.fleeting();
        LocalInstanceConfig config = new LocalInstanceConfig(
                EmbeddedServerConfig.fleeting(Installation.bundled(), directory, passwords.superuser()),
                passwords.owner(),
                OptionalInt.of(EmbeddedServerConfig.ANY_PORT));
        try (LocalInstance instance = LocalInstance.start(config);
                Connection connection = instance.database().getConnection()) {
            if (json) {
                tell(connection, instance, start);
                return;
            }
            terminal.result("@|bold PostgreSQL %d and the engine answer|@ after %s."
                    .formatted(instance.postgresVersion(), duration(System.nanoTime() - start)));
            String title = "";
            for (Tour.Station station : Tour.load().stations()) {
                if (!station.title().equals(title)) {
                    title = station.title();
                    terminal.plainResult("");
                    terminal.result("@|bold,underline " + title + "|@");
                }
                show(connection, station);
            }
            long[] nanos = time(connection);
            terminal.plainResult("");
            terminal.result(
                    "@|bold ruvector_route takes %s|@ (median of %d logged calls of one session, 95 %% within %s)."
                            .formatted(
                                    duration(nanos[TIMED_CALLS / 2]),
                                    TIMED_CALLS,
                                    duration(nanos[TIMED_CALLS * 95 / 100])));
            showPage(instance);
            terminal.plainResult("To keep a database and try it yourself: ./tiny-dancer up");
        } catch (SQLException e) {
            throw new CommandException("the tour stopped: " + e.getMessage(), e);
        }
    }

    private void show(Connection connection, Tour.Station station) throws SQLException {
        terminal.plainResult("");
        (station.sql() + ";").lines().forEach(line -> terminal.result("  @|cyan " + line + "|@"));
        terminal.plainResult("");
        try (Statement statement = connection.createStatement()) {
            long start = System.nanoTime();
            boolean hasRows = statement.execute(station.sql());
            String time = duration(System.nanoTime() - start);
            if (hasRows) {
                try (ResultSet rows = statement.getResultSet()) {
                    terminal.table(ResultTable.of(rows));
                }
            }
            terminal.result("@|faint (" + time + ")|@");
        }
    }

    /** The tour as one object. */
    private void tell(Connection connection, LocalInstance instance, long start) throws SQLException {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("postgresql", instance.postgresVersion());
        told.put("started_ms", (System.nanoTime() - start) / NANOS_PER_MILLI);
        List<Map<String, Object>> stations = new ArrayList<>();
        for (Tour.Station station : Tour.load().stations()) {
            stations.add(answered(connection, station));
        }
        told.put("stations", stations);
        long[] nanos = time(connection);
        told.put("route_calls", TIMED_CALLS);
        told.put("route_median_ms", nanos[TIMED_CALLS / 2] / NANOS_PER_MILLI);
        told.put("route_p95_ms", nanos[TIMED_CALLS * 95 / 100] / NANOS_PER_MILLI);
        terminal.json(told);
    }

    private static Map<String, Object> answered(Connection connection, Tour.Station station) throws SQLException {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("title", station.title());
        told.put("sql", station.sql());
        try (Statement statement = connection.createStatement()) {
            long start = System.nanoTime();
            boolean hasRows = statement.execute(station.sql());
            told.put("ms", (System.nanoTime() - start) / NANOS_PER_MILLI);
            if (hasRows) {
                try (ResultSet rows = statement.getResultSet()) {
                    told.put("rows", ResultTable.objects(rows));
                }
            }
        }
        return told;
    }

    /** What calls took, in nanoseconds, the shortest first. */
    private static long[] time(Connection connection) throws SQLException {
        long[] nanos = new long[TIMED_CALLS];
        try (PreparedStatement statement = connection.prepareStatement(TIMED_STATEMENT)) {
            statement.setString(1, TIMED_REQUEST);
            for (int call = -WARM_UP_CALLS; call < TIMED_CALLS; call++) {
                long start = System.nanoTime();
                statement.executeQuery().close();
                if (call >= 0) {
                    nanos[call] = System.nanoTime() - start;
                }
            }
        }
        Arrays.sort(nanos);
        return nanos;
    }

    /** Where somebody sits who can look, the page waits for him. */
    private void showPage(LocalInstance instance) {
        String address = LocalInstance.pageAddress(instance.httpPort().orElseThrow());
        Optional<Console> watching = Optional.ofNullable(System.console()).filter(Console::isTerminal);
        if (watching.isPresent()) {
            terminal.result("@|bold The page shows all of this|@ at " + address + " until you press Enter.");
            watching.get().readLine();
        } else {
            terminal.plainResult("The page that shows all of this was at " + address);
        }
    }

    /** In the unit that suits it. */
    private static String duration(long nanos) {
        Duration duration = Duration.ofNanos(nanos);
        double micros = nanos / 1e3;
        if (duration.compareTo(Duration.ofMillis(1)) < 0) {
            return String.format(Locale.ROOT, "%.0f µs", micros);
        }
        return duration.compareTo(Duration.ofSeconds(1)) < 0
                ? String.format(Locale.ROOT, "%.1f ms", micros / 1e3)
                : String.format(Locale.ROOT, "%.2f s", micros / 1e6);
    }
}
