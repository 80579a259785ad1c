package dev.tinydancer.workshop.train;

import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.benchmark.evaluation.InvalidDataException;
import dev.tinydancer.cli.install.DatabaseUrlConverter;
import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.cli.terminal.LogLevel;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.training.classifier.ClassifierOptions;
import dev.tinydancer.training.classifier.JsonLinesRequests;
import dev.tinydancer.training.classifier.LabelledRequest;
import dev.tinydancer.training.classifier.TrainedClassifier;
import dev.tinydancer.training.demand.DemandOptions;
import dev.tinydancer.training.demand.DemandRequest;
import dev.tinydancer.training.demand.DemandRequests;
import dev.tinydancer.training.demand.DemandTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains a request classifier. */
@Command(
        name = "train",
        description = "Trains the request classifier on labelled requests, and has engines take it up if told to.",
        footer = {
            "",
            "A line of the file is {\"text\": …, \"category\": …}, and may have \"capabilities\", an array, and"
                    + " \"source\"; .gz is read, too. A table has the columns request text and category text, and may have"
                    + " capabilities text[] and source text.",
            "It is trained twice: with a fifth of the sources (or of the requests, where there are fewer than five sources)"
                    + " held out, to find how long to train and how sure the answers may be, and then on all.",
            "Ctrl-C ends it and keeps the best so far; --resume goes on from there.",
            "Back to the classifier that comes with the program: SELECT ruvector_remove_model('classifier')."
        })
public final class TrainCommand implements Callable<Integer> {

    private static final String DATA = "requests_labelled.jsonl.gz";

    private final Terminal terminal;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "FILE",
            description = "Labelled requests (default: " + DATA + " in ../shared/data or where TINY_DANCER_DATA says).")
    private @Nullable Path data;

    @Option(
            names = "--url",
            paramLabel = "URL",
            converter = DatabaseUrlConverter.class,
            description = "The database for --table and --deploy: postgresql://user@host:port/database.")
    private @Nullable DatabaseUrl url;

    @Option(
            names = "--table",
            paramLabel = "TABLE",
            description = "Labelled requests in the database, instead of a file.")
    private @Nullable String table;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            defaultValue = "request-classifier.safetensors",
            description = "Where the classifier goes (default: ${DEFAULT-VALUE}).")
    private Path output;

    @Option(
            names = "--deploy",
            description = "Installs the classifier in the database; its engines take it up without a restart.")
    private boolean deploy;

    @Option(names = "--epochs", paramLabel = "N", description = "Most passes over the requests.")
    private @Nullable Integer epochs;

    @Option(names = "--seed", paramLabel = "N", description = "Of all random choices (default: 1).")
    private @Nullable Long seed;

    @Option(
            names = "--density",
            paramLabel = "SHARE",
            description = "Share of the weights to keep, the others are set to zero (default: 1).")
    private @Nullable Float density;

    @Option(names = "--float32", description = "Stores weights in single precision, not as bytes.")
    private boolean singlePrecision;

    @Option(names = "--resume", description = "Goes on with a training of the same requests and options.")
    private boolean resume;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    public TrainCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws SQLException {
        LogLevel.onlyWarnings();
        checkUsage();
        ClassifierOptions options = options();
        Path checkpoint = checkpoint();
        ModelDeployment deployment = deploy && url != null ? new ModelDeployment(url) : null;
        if (deployment != null) {
            deployment.check();
        }
        try {
            List<LabelledRequest> requests = requests();
            Training training = new Training(requests, options, terminal);
            TrainedClassifier classifier = training.run(checkpoint);
            classifier.file().write(output);
            Map<String, Object> card = training.card(classifier);
            if (deployment != null) {
                deployment.install(classifier.file().toBytes(), card);
            }
            report(card, training, checkpoint);
            return ExitCode.OK;
        } catch (IOException e) {
            String reason = e instanceof NoSuchFileException ? "there is no file " + e.getMessage() : e.getMessage();
            throw new CommandException(String.valueOf(reason), e);
        } catch (IllegalArgumentException | InvalidModelException | InvalidDataException e) {
            throw new CommandException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Trains the model of how demanding a request is. */
    @Command(
            name = "demand",
            description = "Trains the model of how demanding a request is, on the public requests of the data folder.",
            footer = {
                "",
                "The data is looked for in ../shared/data; the environment variable TINY_DANCER_DATA names another folder."
            })
    int demand(
            @Option(
                            names = "--output",
                            paramLabel = "FILE",
                            defaultValue = "demand.safetensors",
                            description = "Where the model goes (default: ${DEFAULT-VALUE}).")
                    Path file,
            @Option(
                            names = "--seed",
                            paramLabel = "N",
                            defaultValue = "1",
                            description = "Of all random choices (default: ${DEFAULT-VALUE}).")
                    long chosenSeed) {
        LogLevel.onlyWarnings();
        try {
            List<DemandRequest> requests =
                    DemandRequests.read(DataFolder.standard().path());
            terminal.remark("training on %,d requests".formatted(requests.size()));
            DemandOptions options = DemandOptions.STANDARD.withSeed(chosenSeed);
            new DemandTrainer(StaticEmbedder.standard(), options)
                    .train(requests, terminal::remark)
                    .write(file);
            terminal.plainResult("wrote " + file);
            return ExitCode.OK;
        } catch (IOException e) {
            String reason = e instanceof NoSuchFileException ? "there is no file " + e.getMessage() : e.getMessage();
            throw new CommandException(String.valueOf(reason), e);
        }
    }

    private void checkUsage() {
        if (table != null && data != null) {
            throw usage("either --data or --table, not both");
        }
        if (url == null && (table != null || deploy)) {
            throw usage("--table and --deploy need --url");
        }
        if (url != null && table == null && !deploy) {
            throw usage("--url needs --table or --deploy");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private ClassifierOptions options() {
        try {
            ClassifierOptions options = ClassifierOptions.STANDARD.withStorage(
                    new ClassifierOptions.Storage(density == null ? 1 : density, !singlePrecision));
            if (epochs != null) {
                options = options.withEpochs(epochs);
            }
            return seed == null ? options : options.withSeed(seed);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Where the training leaves its state; what an earlier one has left is kept only to go on from it. */
    private Path checkpoint() {
        Path folder = output.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
            throw new CommandException("cannot write " + output + ": " + folder + " is no directory to write to");
        }
        Path checkpoint = output.resolveSibling(output.getFileName() + ".checkpoint");
        boolean exists = Files.exists(checkpoint);
        if (resume && !exists) {
            throw new CommandException("nothing to go on from: there is no " + checkpoint);
        }
        if (!resume && exists) {
            try {
                Files.delete(checkpoint);
            } catch (IOException e) {
                throw new CommandException("cannot delete " + checkpoint + ": " + e.getMessage(), e);
            }
        }
        return checkpoint;
    }

    private List<LabelledRequest> requests() throws IOException, SQLException {
        if (table != null && url != null) {
            RequestTable.Content content = new RequestTable(url, table).read();
            if (content.unlabelled() > 0) {
                terminal.remark("left out " + content.unlabelled() + " rows without a request or a category");
            }
            return content.requests();
        }
        Path file = data == null ? DataFolder.standard().file(DATA) : data;
        List<LabelledRequest> requests = new ArrayList<>();
        new JsonLinesRequests(file).forEach(requests::add);
        return requests;
    }

    private void report(Map<String, Object> card, Training training, Path checkpoint) {
        if (training.isStopped()) {
            terminal.remark("stopped; this is the best so far"
                    + (Files.exists(checkpoint) ? ", --resume goes on from " + checkpoint : ""));
        }
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("file", output.toString());
            result.putAll(card);
            result.put("stopped", training.isStopped());
            result.put("deployed", deploy);
            terminal.json(result);
            return;
        }
        terminal.plainResult("wrote " + output);
        card.forEach((name, value) -> terminal.plainResult("%-18s %s"
                .formatted(name.replace('_', ' '), value instanceof List<?> list ? joined(list) : value)));
        if (deploy) {
            terminal.plainResult("installed in " + url + "; its engines take it up now");
        }
    }

    private static String joined(List<?> values) {
        return String.join(", ", values.stream().map(String::valueOf).toList());
    }
}
