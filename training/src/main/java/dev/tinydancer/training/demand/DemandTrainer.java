package dev.tinydancer.training.demand;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.training.classifier.RequestGrammar;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Trains a {@link dev.tinydancer.router.neural.DemandModel} on requests of which the kind says about how demanding they are,
 * and on those of a grammar. The same requests, options and seed give the same model but for roundings.
 */
public final class DemandTrainer {

    private static final String GRAMMAR = "demand-grammar.txt";
    private static final int BATCH = 32;

    /** Requests of known place beside a batch. */
    private static final int PLACED_IN_BATCH = 8;

    private final StaticEmbedder embedder;
    private final RequestGrammar grammar;
    private final DemandOptions options;

    /** @param embedder whose vectors the model will read */
    public DemandTrainer(StaticEmbedder embedder, DemandOptions options) {
        this.embedder = requireNonNull(embedder, "embedder");
        this.grammar = RequestGrammar.ofResource(DemandTrainer.class, GRAMMAR);
        this.options = requireNonNull(options, "options");
    }

    /**
     * The file of a model.
     *
     * @param progress told of each epoch
     */
    public Safetensors train(List<DemandRequest> requests, Consumer<String> progress) {
        Random random = new Random(options.seed());
        DemandTrainingSet set = new DemandTrainingSet(embedder, grammar, requests);
        DemandNetwork network = new DemandNetwork(set.phrases(options.phrases(), random), embedder.dimension());
        PlacedTasks placed = new PlacedTasks(embedder, network.phraseTable(), requests);
        Random places = new Random(options.seed());
        for (int epoch = 0; epoch < options.epochs(); epoch++) {
            List<DemandExample> examples = set.epoch(network.phraseTable(), options.grammarExamples(), random);
            double loss = 0;
            double misplaced = 0;
            for (int from = 0; from < examples.size(); from += BATCH) {
                List<DemandExample> batch = examples.subList(from, Math.min(from + BATCH, examples.size()));
                for (DemandExample example : batch) {
                    loss += network.train(example, options.smoothing(), options.phraseDropout(), random);
                }
                for (int i = 0; i < PLACED_IN_BATCH; i++) {
                    misplaced += network.train(placed.next(places), options.phraseDropout(), places);
                }
                network.step(options.rate(epoch), batch.size());
            }
            progress.accept("epoch %d of %d, %,d examples, loss %.3f, of the task's place %.3f"
                    .formatted(
                            epoch + 1,
                            options.epochs(),
                            examples.size(),
                            loss / examples.size(),
                            misplaced / examples.size() * BATCH / PLACED_IN_BATCH));
        }
        Map<String, String> notes = new TreeMap<>(Map.of(
                "trained_on",
                requests.size() + " requests of "
                        + requests.stream()
                                .map(DemandRequest::source)
                                .distinct()
                                .count() + " sources",
                "options",
                options.toString()));
        return network.toFile(embedder.tokenizer().vocabulary().size(), options.temperature(), notes);
    }
}
