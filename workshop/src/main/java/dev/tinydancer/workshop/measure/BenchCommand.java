package dev.tinydancer.workshop.measure;

import dev.tinydancer.benchmark.kernel.KernelBenchmarks;
import dev.tinydancer.benchmark.sql.AnalyticsBenchmark;
import dev.tinydancer.benchmark.sql.RouteFromSqlBenchmark;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.LogLevel;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.workshop.load.LoadBenchmark;
import dev.tinydancer.workshop.load.Section;
import dev.tinydancer.workshop.load.Sizes;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures an installation: what sessions get, starts, bulk, growth, a large log, a frozen engine; then calls within
 * PostgreSQL, the kernels, each in a process of its own, and analytics.
 */
@Command(
        name = "bench",
        description = "Measures what the kernels of a decision, SQL functions and many sessions take on this machine.",
        footer = {
            "",
            "Times are medians; a ratio is to the nearest row above with \"= 1\", measured in the same run. Under \"plan\" "
                    + "stands what the plan of the original extension promised for the same, under \"bar\" what the figure is "
                    + "held to on two processors that do nothing else; \"!\" says that it missed it."
        })
public final class BenchCommand implements Callable<Integer> {

    private static final int ROUNDS = 9;
    private static final int CALLS = 1_000;
    private static final int QUICK_ROUNDS = 3;
    private static final int QUICK_CALLS = 300;
    private static final int DECISIONS = 1_000_000;
    private static final int QUICK_DECISIONS = 20_000;

    private final Terminal terminal;

    @Option(
            names = "--quick",
            description = "Fewer repetitions and smaller sizes: two minutes instead of fifteen, less exact.")
    private boolean quick;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        LogLevel.onlyWarnings();
        LoadBenchmark.Report load = LoadBenchmark.run(quick ? Sizes.quick() : Sizes.full(), terminal::remark);
        List<Section> sections = new ArrayList<>();
        terminal.remark("measuring SQL");
        sections.add(new Section(
                "A call within PostgreSQL, one session, 20 agents, without its commit",
                RouteFromSqlBenchmark.run(quick ? QUICK_ROUNDS : ROUNDS, quick ? QUICK_CALLS : CALLS)));
        sections.addAll(load.sections());
        sections.add(new Section("Kernels", KernelBenchmarks.run(quick, terminal::remark)));
        int decisions = quick ? QUICK_DECISIONS : DECISIONS;
        terminal.remark("measuring analytics of " + decisions + " decisions");
        sections.add(new Section(
                "Analytics of %,d decisions".formatted(decisions),
                AnalyticsBenchmark.run(decisions, quick ? QUICK_ROUNDS : ROUNDS)));
        BenchReport report = new BenchReport(load.sessions(), load.engines(), sections);
        if (json) {
            terminal.json(report.json(BenchEnvironment.read(quick)));
        } else {
            report.print(terminal);
        }
        return ExitCode.OK;
    }
}
