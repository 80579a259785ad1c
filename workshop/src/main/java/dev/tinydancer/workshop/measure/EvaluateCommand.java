package dev.tinydancer.workshop.measure;

import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.benchmark.evaluation.EvaluationOptions;
import dev.tinydancer.benchmark.evaluation.EvaluationReport;
import dev.tinydancer.benchmark.evaluation.InvalidDataException;
import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.LogLevel;
import dev.tinydancer.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures how well requests are routed, on recorded outcomes and labelled texts. */
@Command(
        name = "evaluate",
        description =
                "Measures routing quality with the field's own benchmarks, on data that nothing was learned from.",
        footer = {
            "",
            "The suites' own data is looked for in ../shared/data; the environment variable TINY_DANCER_DATA names another"
                    + " folder."
        })
public final class EvaluateCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SUITE",
            completionCandidates = SuiteNames.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    private String suite = "";

    @Option(names = "--train", paramLabel = "FILE", description = "Labelled rows to learn from.")
    private @Nullable Path train;

    @Option(names = "--data", paramLabel = "FILE", description = "Rows to test on, instead of the suite's own.")
    private @Nullable Path data;

    @Option(names = "--labels", paramLabel = "N", description = "How many labelled rows to learn from.")
    private @Nullable Integer labels;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description =
                    "How often to repeat with other random choices; usually 5, for frontier 20 and for classifier 1.")
    private @Nullable Integer seeds;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Option(names = "--plot", paramLabel = "FILE.svg", description = "Draws the curves of the suites that have some.")
    private @Nullable Path plot;

    public EvaluateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        LogLevel.onlyWarnings();
        SuiteChoice choice;
        EvaluationOptions options;
        try {
            choice = SuiteChoice.named(suite);
            options = new EvaluationOptions(
                    Optional.ofNullable(train),
                    Optional.ofNullable(data),
                    labels == null ? OptionalInt.empty() : OptionalInt.of(labels),
                    seeds == null ? choice.usualSeeds() : seeds);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        EvaluationReport report = run(choice, options);
        if (plot != null) {
            Files.writeString(plot, report.toSvg());
            terminal.remark("drawn to " + plot);
        }
        terminal.plainResult(json ? report.toJson() : report.toText());
        return ExitCode.OK;
    }

    private EvaluationReport run(SuiteChoice choice, EvaluationOptions options) throws IOException {
        try {
            return choice.run(DataFolder.standard(), options, terminal::remark);
        } catch (InvalidDataException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    private static final class SuiteNames implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return SuiteChoice.names().iterator();
        }
    }
}
