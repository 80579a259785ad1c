package dev.tinydancer.workshop.train;

import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.cli.terminal.ProgressBar;
import dev.tinydancer.cli.terminal.StopSignal;
import dev.tinydancer.cli.terminal.Terminal;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.training.classifier.ClassifierOptions;
import dev.tinydancer.training.classifier.ClassifierTrainer;
import dev.tinydancer.training.classifier.LabelledRequest;
import dev.tinydancer.training.classifier.RequestGrammar;
import dev.tinydancer.training.classifier.TrainedClassifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** One run, from the requests to the classifier. For one thread. */
final class Training {

    private static final double CARD_DIGITS = 10_000;

    private final List<LabelledRequest> requests;
    private final ClassifierOptions options;
    private final Terminal terminal;
    private double heldOutAccuracy = Double.NaN;
    private boolean stopped;

    Training(List<LabelledRequest> requests, ClassifierOptions options, Terminal terminal) {
        this.requests = requests;
        this.options = options;
        this.terminal = terminal;
    }

    /** Whether it was ended from outside; what it has made is the best until then. */
    boolean isStopped() {
        return stopped;
    }

    /**
     * Trains with a part held out, and then on all.
     *
     * @param checkpoint where the first of the two leaves its state, and goes on from
     * @throws CommandException if it was stopped before there was anything to keep
     */
    TrainedClassifier run(Path checkpoint) throws IOException {
        terminal.remark(String.format(
                Locale.ROOT,
                "%,d requests, %d categories, %d sources",
                requests.size(),
                count(LabelledRequest::category),
                count(LabelledRequest::source)));
        ClassifierTrainer trainer =
                new ClassifierTrainer(StaticEmbedder.standard(), RequestGrammar.standard(), options);
        ProgressBar bar = new ProgressBar(terminal);
        TrainingDisplay display = new TrainingDisplay(bar, StopSignal.install());
        terminal.remark("training with a fifth held out");
        TrainedClassifier part = trainer.train(requests::forEach, Set.of(), checkpoint, display);
        bar.end();
        heldOutAccuracy = part.heldOutAccuracy();
        if (part.epoch() == 0) {
            throw new CommandException("stopped before the first epoch was over: there is nothing to keep");
        }
        stopped = display.isCancelled();
        if (stopped) {
            return part;
        }
        terminal.remark("training on all requests, epochs: " + part.epoch());
        TrainedClassifier whole = trainer.trainLike(part, requests::forEach, display);
        bar.end();
        stopped = display.isCancelled();
        return stopped ? part : whole;
    }

    private long count(Function<LabelledRequest, String> property) {
        return requests.stream().map(property).distinct().count();
    }

    /** What is to be known of the classifier, for its users and for the database. */
    Map<String, Object> card(TrainedClassifier trained) {
        Map<String, Object> card = new LinkedHashMap<>();
        card.put("requests", requests.size());
        card.put("sources", count(LabelledRequest::source));
        card.put("categories", trained.classifier().categories());
        card.put("capabilities", trained.classifier().capabilities());
        card.put("epochs", trained.epoch());
        card.put("seed", options.seed());
        if (!Double.isNaN(heldOutAccuracy)) {
            card.put("held_out_accuracy", Math.round(CARD_DIGITS * heldOutAccuracy) / CARD_DIGITS);
        }
        card.put("bytes", trained.file().toBytes().length);
        return card;
    }
}
