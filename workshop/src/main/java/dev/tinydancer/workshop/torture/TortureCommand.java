package dev.tinydancer.workshop.torture;

import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.LogLevel;
import dev.tinydancer.cli.terminal.Table;
import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs {@link Torture} on an installation that it makes and throws away. */
@Command(
        name = "torture",
        description =
                "Breaks an installation under load, and checks that nothing is lost, overspent or answered wrongly.",
        footer = {
            "",
            "PostgreSQL and two engines run in processes of their own on loopback, in a temporary directory. Exit code 0"
                    + " if everything held."
        })
public final class TortureCommand implements Callable<Integer> {

    private static final int MOST_SESSIONS = 500;

    private final Terminal terminal;

    @Spec
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    @Option(names = "--minutes", defaultValue = "5", description = "How long (default: ${DEFAULT-VALUE}).")
    private double minutes;

    @Option(names = "--sessions", defaultValue = "64", description = "How many at a time (default: ${DEFAULT-VALUE}).")
    private int sessions;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "What is drawn, and in which order (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public TortureCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        if (!(minutes > 0 && minutes <= 7 * 24 * 60)) {
            throw new ParameterException(
                    spec.commandLine(), "--minutes must be above 0 and at most a week, got " + minutes);
        }
        if (sessions < 1 || sessions > MOST_SESSIONS) {
            throw new ParameterException(
                    spec.commandLine(), "--sessions must be from 1 to " + MOST_SESSIONS + ", got " + sessions);
        }
        LogLevel.onlyWarnings();
        Duration duration = Duration.ofMillis(Math.round(minutes * 60_000));
        TortureReport report =
                new Torture(duration, sessions, seed, EnumSet.allOf(Fault.class), terminal::remark).run();
        if (json) {
            terminal.json(report.figures());
        } else {
            Table table = new Table(
                    List.of("what", "figure"),
                    List.of(false, true),
                    report.figures().entrySet().stream()
                            .map(figure ->
                                    List.of(figure.getKey(), figure.getValue().toString()))
                            .toList());
            terminal.table(table);
        }
        return report.holds() ? ExitCode.OK : ExitCode.FAILED;
    }
}
