package dev.tinydancer.training.classifier;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.neural.NetworkShape;
import dev.tinydancer.router.neural.PhraseTable;
import dev.tinydancer.router.neural.Probabilities;
import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.neural.Temperatures;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.training.optimization.Adam;
import dev.tinydancer.training.optimization.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One training of a {@link ClassifierTrainer}. For one thread. */
final class TrainingRun {

    /**
     * Learning rates of token vectors and phrase weights as multiples of the common one. They are large because plain
     * descent, unlike Adam, scales its steps by the gradient, which for a row of a table is small.
     */
    private static final float TOKEN_RATE = 100;

    private static final float PHRASE_RATE = 6000;

    /** Euclidean length of a token vector at the start. */
    private static final float INPUT_LENGTH = 5;

    private static final float HEAD_DECAY = 0.01f;

    /** Batches between two choices of the weights to keep, while thresholding. */
    private static final int THRESHOLD_INTERVAL = 50;

    private static final int PHASES = 3;
    private static final int REPORTS_PER_EPOCH = 20;

    private final ClassifierOptions options;
    private final RequestGrammar grammar;
    private final TrainingMonitor monitor;
    private final Labels labels;
    private final TrainingSet training;
    private final List<Example> heldOut;
    private final RequestNetwork network;
    private final Adam adam = new Adam();
    private final TrainingState state;
    private final HardThreshold threshold;
    private final Dropout dropout;
    private final String fingerprint;
    private final Map<String, String> notes;
    private final long start = System.nanoTime();
    private int firstEpoch;

    TrainingRun(
            StaticEmbedder vectors,
            RequestGrammar grammar,
            ClassifierOptions options,
            List<LabelledRequest> kept,
            List<LabelledRequest> held,
            TrainingMonitor monitor) {
        this.options = options;
        this.grammar = grammar;
        this.monitor = monitor;
        this.labels = Labels.of(kept);
        ClassifierOptions.Size size = options.size();
        float smoothing = options.regularization().smoothing();
        this.training = new TrainingSet(vectors.tokenizer(), size.window(), labels, smoothing, kept);
        List<LabelledRequest> known = new ArrayList<>(held);
        known.removeIf(request -> !labels.categories().contains(request.category()));
        this.heldOut = new TrainingSet(vectors.tokenizer(), size.window(), labels, smoothing, known).requests();
        int vocabulary = vectors.tokenizer().vocabulary().size();
        PhraseTable phrases = training.phrases(grammar, size.phrases(), new Random(options.seed()));
        NetworkShape shape = new NetworkShape(
                vocabulary,
                size.dimension(),
                size.hidden(),
                phrases.size(),
                size.window(),
                labels.categories().size(),
                labels.capabilities().size());
        this.network = new RequestNetwork(
                shape, firstVectors(vectors, vocabulary, size.dimension()), phrases, new Random(options.seed()));
        addParameters();
        this.state = new TrainingState(adam);
        List<Parameter> thresholded = new ArrayList<>(network.cellMatrices());
        thresholded.add(network.phraseWeights());
        this.threshold = new HardThreshold(thresholded, options.storage().density());
        this.dropout = options.regularization().dropout();
        this.fingerprint = Integer.toHexString(Objects.hash(options, kept, held));
        this.notes = new TreeMap<>(Map.of(
                "trained_on", kept.size() + " requests of " + sources(kept) + " sources",
                "held_out", held.size() + " requests of " + sources(held) + " sources",
                "options", options.toString()));
    }

    private static long sources(List<LabelledRequest> requests) {
        return requests.stream().map(LabelledRequest::source).distinct().count();
    }

    /** The leading components of each token's vector, as long in the mean square as the network's inputs should be. */
    private static float[] firstVectors(StaticEmbedder vectors, int vocabulary, int dimension) {
        float[] first = new float[vocabulary * dimension];
        for (int token = 0; token < vocabulary; token++) {
            float[] whole = vectors.vector(token);
            double squares = 0;
            for (int i = 0; i < dimension; i++) {
                squares += whole[i] * whole[i];
            }
            float scale = squares > 0 ? (float) (INPUT_LENGTH / Math.sqrt(squares)) : 0;
            for (int i = 0; i < dimension; i++) {
                first[token * dimension + i] = scale * whole[i];
            }
        }
        return first;
    }

    private void addParameters() {
        adam.addPlain(network.tokenVectors(), TOKEN_RATE);
        adam.addPlain(network.phraseWeights(), PHRASE_RATE);
        network.cellParameters().forEach(parameter -> adam.add(parameter, 1, 0));
        adam.add(network.categoryWeights(), 1, HEAD_DECAY);
        adam.add(network.categoryBias(), 1, 0);
        adam.add(network.capabilityWeights(), 1, HEAD_DECAY);
        adam.add(network.capabilityMix(), 1, 0);
        adam.add(network.capabilityBias(), 1, 0);
    }

    /** Trains until the loss on the held-out requests has not fallen for some epochs, or to the last epoch. */
    TrainedClassifier run(@Nullable Path checkpoint) throws IOException {
        if (checkpoint != null && Files.exists(checkpoint)) {
            state.load(Safetensors.read(checkpoint), fingerprint);
            firstEpoch = state.epoch();
        }
        int epochs = options.schedule().epochs();
        int patience = options.schedule().patience();
        while (state.epoch() < epochs && state.epoch() - state.bestEpoch() < patience) {
            if (!trainEpoch(epochs)) {
                break;
            }
            HeldOutResult result = evaluate();
            state.endEpoch(result.loss(), result.accuracy());
            if (checkpoint != null) {
                state.toFile(fingerprint).write(checkpoint);
            }
        }
        if (state.bestEpoch() > 0) {
            state.restoreBest();
        }
        if (checkpoint != null && !monitor.isCancelled()) {
            Files.deleteIfExists(checkpoint);
        }
        return result(evaluate().temperatures());
    }

    /** Trains for as many epochs as were best before. */
    TrainedClassifier runLike(TrainedClassifier like) {
        while (state.epoch() < like.epoch() && trainEpoch(like.epoch())) {
            state.endEpoch(Double.NaN, Double.NaN);
        }
        return result(like.classifier().temperatures());
    }

    private TrainedClassifier result(Temperatures temperatures) {
        notes.put("epochs", Integer.toString(state.bestEpoch()));
        notes.put("held_out_accuracy", Double.toString(state.bestAccuracy()));
        Safetensors file = ClassifierFile.of(
                network, labels, temperatures, options.storage().quantize(), notes);
        return new TrainedClassifier(file, RequestClassifier.of(file), state.bestEpoch(), state.bestAccuracy());
    }

    /** One pass over the examples; false if it was cancelled on the way. */
    private boolean trainEpoch(int epochs) {
        int epoch = state.epoch();
        Random random = new Random(options.seed() * 1_000_003 + epoch);
        List<Example> examples = training.epoch(grammar, options.grammarExamples(), random);
        int batch = options.schedule().batch();
        float rate = options.schedule().rate(epoch);
        int reportEvery = Math.max(1, examples.size() / (REPORTS_PER_EPOCH * batch));
        double loss = 0;
        int batches = 0;
        for (int from = 0; from < examples.size(); from += batch) {
            if (monitor.isCancelled()) {
                return false;
            }
            List<Example> part = examples.subList(from, Math.min(from + batch, examples.size()));
            for (Example example : part) {
                int[] tokens = dropout.thin(example.tokens(), random);
                loss += network.train(tokens, example.target(), example.weight(), dropout, random);
            }
            adam.step(rate, 1f / part.size(), options.schedule().largestGradient());
            batches++;
            sparsify(epoch, epochs, batches);
            if (batches % reportEvery == 0) {
                report(epoch, epochs, (double) (from + part.size()) / examples.size(), loss / (from + part.size()));
            }
        }
        return true;
    }

    /** Dense in the first third of the epochs, chosen anew in the second, fixed in the last. */
    private void sparsify(int epoch, int epochs, int batches) {
        if (options.storage().density() == 1 || epoch * PHASES < epochs) {
            return;
        }
        if (epoch * PHASES < 2 * epochs && batches % THRESHOLD_INTERVAL == 1) {
            threshold.choose();
        } else {
            threshold.enforce();
        }
    }

    private void report(int epoch, int epochs, double doneOfEpoch, double loss) {
        double doneHere = epoch + doneOfEpoch - firstEpoch;
        long elapsed = System.nanoTime() - start;
        double left = (epochs - firstEpoch - doneHere) / doneHere;
        monitor.onProgress(new TrainingProgress(
                epoch + 1,
                epochs,
                (epoch + doneOfEpoch) / epochs,
                loss,
                state.lastLoss(),
                state.lastAccuracy(),
                Duration.ofNanos(elapsed),
                Duration.ofNanos((long) (elapsed * left))));
    }

    private record HeldOutResult(double loss, double accuracy, Temperatures temperatures) {}

    /** The loss is that at the best temperatures, because it is with these that the classifier will answer. */
    private HeldOutResult evaluate() {
        Calibrator calibrator = new Calibrator();
        int right = 0;
        for (Example example : heldOut) {
            float[] probabilities = network.classify(example.tokens());
            right += Probabilities.largest(probabilities) == example.target().index() ? 1 : 0;
            calibrator.add(network.categoryLogits(), network.capabilityLogits(), example.target());
        }
        Temperatures temperatures = calibrator.fit();
        return new HeldOutResult(
                calibrator.categoryLoss(temperatures.category()) / heldOut.size(),
                (double) right / heldOut.size(),
                temperatures);
    }
}
