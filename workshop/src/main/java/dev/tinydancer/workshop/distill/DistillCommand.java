package dev.tinydancer.workshop.distill;

import dev.tinydancer.benchmark.distillation.DistillationTexts;
import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.benchmark.evaluation.InvalidDataException;
import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.LogLevel;
import dev.tinydancer.cli.terminal.ProgressBar;
import dev.tinydancer.cli.terminal.StopSignal;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.router.embedding.SentenceEmbedder;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import dev.tinydancer.training.distillation.DistillationSettings;
import dev.tinydancer.training.distillation.StaticDistillation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes the static token table again. */
@Command(
        name = "distill",
        description =
                "Makes the static token table from the sentence model: reads the vocabulary and the training texts"
                        + " with it, then fits token vectors whose sums stand to each other as its vectors do.",
        footer = {"", "Takes ten to thirty minutes. Ctrl-C while it fits keeps the best table so far."})
public final class DistillCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "The folder with the training data (default: TINY_DANCER_DATA, or ../shared/data).")
    private @Nullable Path data;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the table goes (default: ${DEFAULT-VALUE}).",
            defaultValue = "static-tokens.safetensors")
    private Path output;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Seed of the order of the texts (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private long seed;

    public DistillCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        LogLevel.onlyWarnings();
        Path file = output.toAbsolutePath().normalize();
        if (Files.isDirectory(file) || !Files.isDirectory(file.resolveSibling("."))) {
            throw new ParameterException(
                    spec.commandLine(), "--output must be a file in an existing folder, got " + output);
        }
        List<String> texts = texts();
        StopSignal stop = StopSignal.install();
        terminal.remark(
                String.format(Locale.ROOT, "%,d texts for training; none that anything is evaluated on", texts.size()));
        WordPieceTokenizer tokenizer = WordPieceTokenizer.bgeSmall();
        DistillationDisplay display = new DistillationDisplay(new ProgressBar(terminal), stop);
        try (SentenceEmbedder teacher = new SentenceEmbedder(tokenizer)) {
            StaticEmbedder embedder = new StaticDistillation(
                            teacher, tokenizer, DistillationSettings.STANDARD.withSeed(seed), display)
                    .distill(texts);
            embedder.toFile().write(file);
        } catch (CancellationException e) {
            throw new CommandException("stopped before there was a table; nothing was written", e);
        } finally {
            display.end();
        }
        terminal.result(String.format(
                Locale.ROOT,
                "%s: %,d tokens, loss on texts held out %.4f",
                output,
                tokenizer.vocabulary().size(),
                display.heldOutLoss()));
        return ExitCode.OK;
    }

    private List<String> texts() throws IOException {
        try {
            return DistillationTexts.read(data == null ? DataFolder.standard() : new DataFolder(data));
        } catch (InvalidDataException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }
}
