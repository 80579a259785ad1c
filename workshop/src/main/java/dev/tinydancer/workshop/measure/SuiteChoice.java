package dev.tinydancer.workshop.measure;

import dev.tinydancer.benchmark.conversations.ConversationSuite;
import dev.tinydancer.benchmark.demand.DemandSuite;
import dev.tinydancer.benchmark.demand.LongRequestSuite;
import dev.tinydancer.benchmark.evaluation.ClassifierSuite;
import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.benchmark.evaluation.EvaluationOptions;
import dev.tinydancer.benchmark.evaluation.EvaluationReport;
import dev.tinydancer.benchmark.evaluation.FrontierSuite;
import dev.tinydancer.benchmark.evaluation.IntentSuite;
import dev.tinydancer.benchmark.evaluation.InvalidDataException;
import dev.tinydancer.benchmark.evaluation.OnlineSuite;
import dev.tinydancer.benchmark.evaluation.RouteLlmSuite;
import dev.tinydancer.benchmark.evaluation.RouterBenchSuite;
import dev.tinydancer.benchmark.languages.LanguageSuite;
import dev.tinydancer.router.embedding.SentenceEmbedder;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.training.classifier.ClassifierOptions;
import dev.tinydancer.training.classifier.RequestGrammar;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** The suites by name, each with the models that the engine runs. */
enum SuiteChoice {
    ROUTELLM(5) {
        @Override
        EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
                throws IOException {
            RequestEncoder encoder = RequestEncoder.standard();
            return new RouteLlmSuite(folder, encoder::encode).run(options, progress);
        }
    },
    ROUTERBENCH(5) {
        @Override
        EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
                throws IOException {
            RequestEncoder encoder = RequestEncoder.standard();
            return new RouterBenchSuite(folder, encoder::encode).run(options, progress);
        }
    },
    FRONTIER(20) {
        @Override
        EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
                throws IOException {
            RequestEncoder encoder = RequestEncoder.standard();
            return new FrontierSuite(folder, encoder::encode).run(options, progress);
        }
    },
    /** Trains for each fold, which takes minutes; so one seed unless more are asked for. */
    CLASSIFIER(1) {
        @Override
        EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
                throws IOException {
            return new ClassifierSuite(
                            folder, StaticEmbedder.standard(), RequestGrammar.standard(), ClassifierOptions.STANDARD)
                    .run(options, progress);
        }
    },
    /** Trains anew for each file of outcomes, and draws labels for each, which takes half an hour. */
    DEMAND(20) {
        @Override
        EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
                throws IOException {
            RequestEncoder encoder = RequestEncoder.standard();
            return new DemandSuite(folder, encoder.embedder(), encoder::encode).run(options, progress);
        }
    },
    /** Trains anew without the requests that it asks, a minute. */
    LONG(1) {
        @Override
        EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
                throws IOException {
            return new LongRequestSuite(folder, StaticEmbedder.standard()).run(options, progress);
        }
    },
    LANGUAGES(1) {
        @Override
        EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
                throws IOException {
            return new LanguageSuite(RequestEncoder.standard()).run(options, progress);
        }
    },
    INTENTS(5) {
        @Override
        EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
                throws IOException {
            StaticEmbedder tokens = StaticEmbedder.standard();
            try (SentenceEmbedder sentences = new SentenceEmbedder(tokens.tokenizer())) {
                return new IntentSuite(folder, Map.of("sentence", sentences, "static", tokens)).run(options, progress);
            }
        }
    },
    CONVERSATIONS(20) {
        @Override
        EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
                throws IOException {
            RequestEncoder encoder = RequestEncoder.standard();
            return new ConversationSuite(folder, encoder::encode).run(options, progress);
        }
    },
    /** Learns anew again and again, as a router that serves does: a few minutes for each seed. */
    ONLINE(5) {
        @Override
        EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
                throws IOException {
            RequestEncoder encoder = RequestEncoder.standard();
            return new OnlineSuite(folder, encoder::encode).run(options, progress);
        }
    };

    private final int usualSeeds;

    SuiteChoice(int usualSeeds) {
        this.usualSeeds = usualSeeds;
    }

    /** The names that {@link #named} takes. */
    static List<String> names() {
        return Arrays.stream(values()).map(SuiteChoice::suiteName).toList();
    }

    /**
     * The suite of a name.
     *
     * @throws IllegalArgumentException if there is none; the message has the valid names
     */
    static SuiteChoice named(String name) {
        return Arrays.stream(values())
                .filter(suite -> suite.suiteName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "suite must be one of " + String.join(", ", names()) + ", got '" + name + "'"));
    }

    /** The name on the command line. */
    String suiteName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How many seeds it runs with when none are named. */
    int usualSeeds() {
        return usualSeeds;
    }

    /**
     * Loads the models and runs the suite on the calling thread.
     *
     * @throws IOException if a file cannot be read
     * @throws InvalidDataException if a file is missing or not of the form that the suite reads
     */
    abstract EvaluationReport run(DataFolder folder, EvaluationOptions options, Consumer<String> progress)
            throws IOException;
}
