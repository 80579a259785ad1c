package dev.tinydancer.workshop.measure;

import dev.tinydancer.benchmark.kernel.KernelBenchmarks;
import dev.tinydancer.benchmark.measurement.Measurement;
import dev.tinydancer.benchmark.sql.AnalyticsBenchmark;
import dev.tinydancer.benchmark.sql.RouteFromSqlBenchmark;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.LogLevel;
import dev.tinydancer.cli.terminal.Table;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.workshop.load.Load;
import dev.tinydancer.workshop.load.LoadBenchmark;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the kernels, each in a process of its own, routing and analytics from SQL, and what many sessions get, each in a
 * PostgreSQL of its own.
 */
@Command(
        name = "bench",
        description = "Measures what the kernels of a decision, SQL functions and many sessions take on this machine.",
        footer = {
            "",
            "Times are medians; a ratio is to the reference, measured in the same run. Under \"plan\" stands what the plan "
                    + "of the original extension promised for the same."
        })
public final class BenchCommand implements Callable<Integer> {

    private static final int ROUNDS = 9;
    private static final int CALLS = 1_000;
    private static final int QUICK_ROUNDS = 3;
    private static final int QUICK_CALLS = 300;
    private static final int DECISIONS = 1_000_000;
    private static final int QUICK_DECISIONS = 100_000;

    /** The table "Benchmarks" of the original extension's integration plan. */
    private static final Map<String, Double> PLANNED_MICROS = Map.of(
            "fastgrnn_step_768x64", 45.0,
            "classify_text", 120.0,
            "semantic_match_1000x768", 250.0,
            "route_20_agents", 500.0);

    private final Terminal terminal;

    @Option(names = "--quick", description = "Fewer repetitions: two minutes instead of ten, less exact.")
    private boolean quick;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        LogLevel.onlyWarnings();
        LoadBenchmark.Report load = LoadBenchmark.run(quick, terminal::remark);
        List<Measurement> measurements = new ArrayList<>(KernelBenchmarks.run(quick, terminal::remark));
        terminal.remark("measuring SQL");
        measurements.addAll(RouteFromSqlBenchmark.run(quick ? QUICK_ROUNDS : ROUNDS, quick ? QUICK_CALLS : CALLS));
        int decisions = quick ? QUICK_DECISIONS : DECISIONS;
        terminal.remark("measuring analytics of " + decisions + " decisions");
        measurements.addAll(AnalyticsBenchmark.run(decisions, quick ? QUICK_ROUNDS : ROUNDS));
        measurements.addAll(load.starts());
        if (json) {
            terminal.json(Map.of(
                    "environment", BenchEnvironment.read(),
                    "results", measurements.stream().map(BenchCommand::entry).toList(),
                    "loads", load.loads().stream().map(BenchCommand::entry).toList()));
        } else {
            terminal.table(table(measurements));
            terminal.plainResult("");
            terminal.table(loadTable(load.loads()));
        }
        return ExitCode.OK;
    }

    private static Map<String, Object> entry(Measurement measurement) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", measurement.name());
        entry.put("value", measurement.medianMicros());
        entry.put("unit", "us");
        entry.put("p99", measurement.p99Micros());
        entry.put("reference", measurement.reference());
        entry.put("ratio", measurement.ratio());
        entry.put("plan", PLANNED_MICROS.get(measurement.name()));
        return entry;
    }

    private static Map<String, @Nullable Object> entry(Load load) {
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        entry.put("name", load.name());
        entry.put("sessions", load.sessions());
        entry.put("per_second", load.perSecond());
        entry.put("median_us", load.medianMicros());
        entry.put("p99_us", load.p99Micros());
        entry.put("failures", load.failures());
        entry.put("first_failure", load.firstFailure());
        entry.put("database_user_us", load.database().userMicros());
        entry.put("database_system_us", load.database().systemMicros());
        entry.put("engine_user_us", load.engine().userMicros());
        entry.put("engine_system_us", load.engine().systemMicros());
        entry.put("ratio", load.ratio());
        return entry;
    }

    private static Table table(List<Measurement> measurements) {
        return new Table(
                List.of("name", "median", "p99", "plan", "ratio", "reference"),
                List.of(false, true, true, true, true, false),
                measurements.stream()
                        .map(m -> List.of(
                                m.name(),
                                micros(m.medianMicros()),
                                micros(m.p99Micros()),
                                PLANNED_MICROS.containsKey(m.name()) ? micros(PLANNED_MICROS.get(m.name())) : "",
                                String.format(Locale.ROOT, "%.2f", m.ratio()),
                                m.reference()))
                        .toList());
    }

    private static Table loadTable(List<Load> loads) {
        return new Table(
                List.of(
                        "sessions",
                        "name",
                        "a second",
                        "ratio",
                        "median",
                        "p99",
                        "database",
                        "kernel",
                        "engine",
                        "failed"),
                List.of(true, false, true, true, true, true, true, true, true, true),
                loads.stream()
                        .map(load -> List.of(
                                Integer.toString(load.sessions()),
                                load.name(),
                                String.format(Locale.ROOT, "%.0f", load.perSecond()),
                                String.format(Locale.ROOT, "%.3f", load.ratio()),
                                micros(load.medianMicros()),
                                micros(load.p99Micros()),
                                micros(load.database().userMicros()),
                                micros(load.database().systemMicros()
                                        + load.engine().systemMicros()),
                                micros(load.engine().userMicros()),
                                Long.toString(load.failures())))
                        .toList());
    }

    private static String micros(double micros) {
        return String.format(Locale.ROOT, micros < 1_000 ? "%.1f µs" : "%.0f µs", micros);
    }
}
