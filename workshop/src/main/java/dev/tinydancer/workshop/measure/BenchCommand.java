package dev.tinydancer.workshop.measure;

import dev.tinydancer.benchmark.kernel.KernelBenchmarks;
import dev.tinydancer.benchmark.measurement.Measurement;
import dev.tinydancer.benchmark.sql.AnalyticsBenchmark;
import dev.tinydancer.benchmark.sql.RouteFromSqlBenchmark;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.LogLevel;
import dev.tinydancer.cli.terminal.Table;
import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the kernels, each in a process of its own, and routing and analytics from SQL in a PostgreSQL of its own. */
@Command(
        name = "bench",
        description = "Measures what the kernels of a decision and SQL functions take on this machine.",
        footer = {"", "Times are medians; the ratio is to the reference, measured in the same run."})
public final class BenchCommand implements Callable<Integer> {

    private static final int ROUNDS = 9;
    private static final int CALLS = 1_000;
    private static final int QUICK_ROUNDS = 3;
    private static final int QUICK_CALLS = 300;
    private static final int DECISIONS = 1_000_000;
    private static final int QUICK_DECISIONS = 100_000;

    private final Terminal terminal;

    @Option(names = "--quick", description = "Fewer repetitions: a minute instead of several, less exact.")
    private boolean quick;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        LogLevel.onlyWarnings();
        List<Measurement> measurements = new ArrayList<>(KernelBenchmarks.run(quick, terminal::remark));
        terminal.remark("measuring SQL");
        measurements.addAll(RouteFromSqlBenchmark.run(quick ? QUICK_ROUNDS : ROUNDS, quick ? QUICK_CALLS : CALLS));
        int decisions = quick ? QUICK_DECISIONS : DECISIONS;
        terminal.remark("measuring analytics of " + decisions + " decisions");
        measurements.addAll(AnalyticsBenchmark.run(decisions, quick ? QUICK_ROUNDS : ROUNDS));
        if (json) {
            terminal.json(Map.of(
                    "results", measurements.stream().map(BenchCommand::entry).toList()));
        } else {
            table(measurements).lines(terminal.width()).forEach(terminal::plainResult);
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
        return entry;
    }

    private static Table table(List<Measurement> measurements) {
        return new Table(
                List.of("name", "median", "p99", "ratio", "reference"),
                List.of(false, true, true, true, false),
                measurements.stream()
                        .map(m -> List.of(
                                m.name(),
                                String.format(Locale.ROOT, "%.1f µs", m.medianMicros()),
                                String.format(Locale.ROOT, "%.1f µs", m.p99Micros()),
                                String.format(Locale.ROOT, "%.2f", m.ratio()),
                                m.reference()))
                        .toList());
    }
}
