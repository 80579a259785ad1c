package dev.tinydancer.workshop.load;

import dev.tinydancer.workshop.process.EngineProcess;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * 1 to 500 sessions, with and without the log, then several engines; eight requests in turns, each call a transaction.
 *
 * <p>The sessions are threads of this process, which needs the same processors: their own time is in no figure but the rates.
 */
final class SessionLoads {

    static final int CROWD = 64;
    static final int HUNDREDS = 500;

    private static final String REFERENCE = "select_1";
    private static final String NOT_LOGGED = "route_not_logged";
    private static final String LOGGED = "route_logged";
    private static final int[] SESSIONS = {1, 8, CROWD};

    private final Site site;
    private final Sizes sizes;
    private final Consumer<String> progress;
    private double referencePerSecond;

    /** @param progress is told what is being measured */
    SessionLoads(Site site, Sizes sizes, Consumer<String> progress) {
        this.site = site;
        this.sizes = sizes;
        this.progress = progress;
    }

    /** The reference first. */
    List<Load> sessions() throws IOException, SQLException, InterruptedException {
        List<Load> loads = new ArrayList<>();
        loads.add(load(REFERENCE, CROWD, List.of("SELECT 1"), "off"));
        for (int sessions : SESSIONS) {
            loads.add(load(NOT_LOGGED, sessions, Site.ROUTE, "off"));
            loads.add(load(LOGGED, sessions, Site.ROUTE, "sync"));
        }
        if (sizes.hundredsOfReference()) {
            // What hundreds of processes cost PostgreSQL itself, on the processors that there are.
            loads.add(load(REFERENCE, HUNDREDS, List.of("SELECT 1"), "off"));
        }
        loads.add(load(LOGGED, HUNDREDS, Site.ROUTE, "sync"));
        return loads;
    }

    /** After {@link #sessions()}; leaves one engine. */
    List<Load> severalEngines() throws IOException, SQLException, InterruptedException {
        List<Load> loads = new ArrayList<>();
        for (int number : sizes.engines()) {
            while (site.engines().size() < number) {
                site.newEngine().start();
            }
            site.pointAtEngines();
            loads.add(load(NOT_LOGGED + "_" + number + "_engines", CROWD, Site.ROUTE, "off"));
        }
        site.keepFirstEngine();
        return loads;
    }

    /** The round with the median rate. */
    private Load load(String name, int sessions, List<String> statements, String log)
            throws IOException, SQLException, InterruptedException {
        List<Load> measured = new ArrayList<>();
        for (int round = 0; round < sizes.rounds(); round++) {
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
        Callers callers = new Callers(site.database(), List.of("SET tiny_dancer.log_decisions = '" + log + "'"));
        Callers.Seen seen = callers.call(sessions, statements, warmUp(name, sessions), sizes.counted(), () -> {
            if (processes.isEmpty()) {
                processes.addAll(databaseProcesses());
            }
            database.add(ProcessorTime.of(processes));
            engine.add(ProcessorTime.of(site.engines().stream()
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

    /** A session's first call of a function prepares its statements, for a twentieth of a second of the processor. */
    private Duration warmUp(String name, int sessions) {
        return name.equals(REFERENCE) ? sizes.warmUp() : sizes.warmUp().multipliedBy(Math.ceilDiv(sessions, CROWD));
    }

    private List<Long> databaseProcesses() throws SQLException {
        try (Connection connection = site.database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT array_agg(pid) FROM pg_stat_activity")) {
            rows.next();
            return Arrays.stream((Integer[]) rows.getArray(1).getArray())
                    .map(Integer::longValue)
                    .toList();
        }
    }
}
