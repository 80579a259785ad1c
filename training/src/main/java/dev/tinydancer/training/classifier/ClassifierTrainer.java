package dev.tinydancer.training.classifier;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.safetensors.InvalidModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Trains a {@link RequestClassifier} on labelled requests: back-propagation through time, Adam, early stopping on
 * sources that are held out, temperatures fitted on the same. Single-threaded; the same requests and options give the same
 * classifier but for roundings, because the order in which vector instructions add up is not laid down. Immutable.
 */
public final class ClassifierTrainer {

    private static final int PARTS = 5;

    private final StaticEmbedder vectors;
    private final RequestGrammar grammar;
    private final ClassifierOptions options;

    /**
     * @param vectors the token vectors to start from, and the tokenizer
     * @param grammar gives further examples of the categories that it knows
     * @throws IllegalArgumentException if the options ask for longer token vectors than those to start from
     */
    public ClassifierTrainer(StaticEmbedder vectors, RequestGrammar grammar, ClassifierOptions options) {
        this.vectors = Objects.requireNonNull(vectors, "vectors");
        this.grammar = Objects.requireNonNull(grammar, "grammar");
        this.options = Objects.requireNonNull(options, "options");
        if (options.size().dimension() > vectors.dimension()) {
            throw new IllegalArgumentException("dimension must be at most " + vectors.dimension()
                    + ", that of the vectors to start from, got "
                    + options.size().dimension());
        }
    }

    /**
     * Trains on all sources but those held out, which decide when to stop and how sure the answers may be.
     *
     * @param heldOut sources to hold out; if empty, a fifth of them, as {@link SourceFolds} splits them, or every fifth
     *     request if there are fewer than five sources
     * @param checkpoint where to save the state after each epoch, and to go on from if it exists; null for neither. It
     *     is deleted when training ends by itself.
     * @return the classifier that was best on what was held out; when cancelled, the best so far
     * @throws IllegalArgumentException if fewer than two categories remain to train on
     * @throws InvalidModelException if the checkpoint is damaged or belongs to other requests or options
     * @throws IOException if the requests or the checkpoint cannot be read or written
     */
    public TrainedClassifier train(
            LabelledRequests requests, Set<String> heldOut, @Nullable Path checkpoint, TrainingMonitor monitor)
            throws IOException {
        List<LabelledRequest> all = read(requests);
        Predicate<LabelledRequest> held =
                heldOut.isEmpty() ? aFifth(all) : request -> heldOut.contains(request.source());
        List<LabelledRequest> kept = new ArrayList<>();
        List<LabelledRequest> test = new ArrayList<>();
        for (LabelledRequest request : all) {
            (held.test(request) ? test : kept).add(request);
        }
        return new TrainingRun(vectors, grammar, options, kept, test, monitor).run(checkpoint);
    }

    /**
     * Trains on every request for as many epochs as were best in another training, and with its temperatures.
     *
     * @param like a training with the same options on a part of the requests
     * @throws IllegalArgumentException if fewer than two categories are labelled
     * @throws IOException if the requests cannot be read
     */
    public TrainedClassifier trainLike(TrainedClassifier like, LabelledRequests requests, TrainingMonitor monitor)
            throws IOException {
        return new TrainingRun(vectors, grammar, options, read(requests), List.of(), monitor).runLike(like);
    }

    private static List<LabelledRequest> read(LabelledRequests requests) throws IOException {
        List<LabelledRequest> all = new ArrayList<>();
        requests.forEach(all::add);
        return all;
    }

    private static Predicate<LabelledRequest> aFifth(List<LabelledRequest> requests) {
        Set<String> sources = new TreeSet<>();
        requests.forEach(request -> sources.add(request.source()));
        if (sources.size() < PARTS) {
            return request -> Math.floorMod(request.text().hashCode(), PARTS) == 0;
        }
        SourceFolds folds = SourceFolds.of(requests, PARTS);
        return request -> folds.foldOf(request.source()) == 0;
    }
}
