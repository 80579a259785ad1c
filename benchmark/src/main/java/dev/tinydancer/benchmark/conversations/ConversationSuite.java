package dev.tinydancer.benchmark.conversations;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;

import dev.tinydancer.benchmark.evaluation.AssumedCosts;
import dev.tinydancer.benchmark.evaluation.CurvePlot;
import dev.tinydancer.benchmark.evaluation.DataFile;
import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.benchmark.evaluation.EncodedRow;
import dev.tinydancer.benchmark.evaluation.EvaluationOptions;
import dev.tinydancer.benchmark.evaluation.EvaluationReport;
import dev.tinydancer.benchmark.evaluation.EvaluationResult;
import dev.tinydancer.benchmark.evaluation.EvaluationSuite;
import dev.tinydancer.benchmark.evaluation.InvalidDataException;
import dev.tinydancer.benchmark.evaluation.Repetitions;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.RequestFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Dialogues: does it pay to know which conversation a request belongs to?
 *
 * <p>A draw teaches the router the outcomes of half the sources of a file and composes dialogues of the other half, see {@link
 * Dialogue}. The same dialogues are played in each {@link Way}; what a turn scores is recorded, what it costs is the length of
 * the whole dialogue so far at the models' prices, of which a cache that is warm takes nine tenths off its part. A row of a
 * way has the means; the rows {@code conversation - way} what conversations gain on it in the same dialogues, whose spread is
 * over the draws.
 */
public final class ConversationSuite implements EvaluationSuite {

    private static final List<String> FILES = List.of(
            "outcomes_llmrouter.jsonl.gz",
            "outcomes_mmlupro.jsonl.gz",
            "outcomes_routellm.jsonl.gz",
            "outcomes_zeroeval.jsonl.gz");

    private static final List<Policy> POLICIES = List.of(Policy.BALANCED, Policy.COST);

    private static final int LABELS = 1_500;
    private static final int MOST_OUTCOMES = 5_000;
    private static final int DIALOGUES = 100;

    private final DataFolder folder;
    private final Function<String, RequestFeatures> encoder;

    public ConversationSuite(DataFolder folder, Function<String, RequestFeatures> encoder) {
        this.folder = requireNonNull(folder, "folder");
        this.encoder = requireNonNull(encoder, "encoder");
    }

    @Override
    public String name() {
        return "conversations";
    }

    @Override
    public EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException {
        if (options.train().isPresent()) {
            throw new InvalidDataException("the suite conversations draws its labels from the data: leave --train out");
        }
        List<EvaluationResult> results = new ArrayList<>();
        for (Map.Entry<String, Path> file : folder.outcomes(options, FILES).entrySet()) {
            progress.accept("reading and encoding " + file.getKey());
            List<EncodedRow> rows = EncodedRow.encode(DataFile.readOutcomes(file.getValue()), encoder);
            List<String> models = models(file.getKey(), rows);
            int labels = Math.min(options.labels().orElse(LABELS), MOST_OUTCOMES / models.size());
            Repetitions repetitions = new Repetitions();
            for (int seed = 0; seed < options.seeds(); seed++) {
                progress.accept(file.getKey() + ", draw " + (seed + 1) + " of " + options.seeds());
                play(models, rows, labels, seed).forEach(repetitions::add);
            }
            results.addAll(repetitions.results(file.getKey()));
        }
        return new EvaluationReport(name(), results, new CurvePlot.Axes("", ""), List.of());
    }

    /** One draw: metrics by the names of their rows. */
    private Map<String, Map<String, Double>> play(List<String> models, List<EncodedRow> rows, int labels, long seed) {
        Random random = new Random(seed);
        Map<String, List<EncodedRow>> sources =
                new TreeMap<>(rows.stream().collect(groupingBy(row -> row.row().source())));
        List<String> names = new ArrayList<>(sources.keySet());
        Collections.shuffle(names, random);
        List<EncodedRow> learned = new ArrayList<>();
        for (String name : names.subList(0, names.size() / 2)) {
            learned.addAll(requireNonNull(sources.remove(name)));
        }
        Collections.shuffle(learned, random);
        Players players = Players.learn(encoder, models, learned.subList(0, Math.min(labels, learned.size())));
        List<Dialogue> dialogues = Stream.generate(() -> Dialogue.compose(sources, random))
                .limit(DIALOGUES)
                .toList();
        Map<String, Map<String, Double>> metrics = new LinkedHashMap<>();
        for (Policy policy : POLICIES) {
            Map<Way, Played> played = new LinkedHashMap<>();
            for (Way way : Way.values()) {
                played.put(way, players.play(way, policy, dialogues));
            }
            Played conversation = requireNonNull(played.get(Way.CONVERSATION));
            played.forEach((way, result) -> {
                String row = policy.name() + "/" + way.label();
                metrics.put(row, result.metrics());
                if (way != Way.CONVERSATION) {
                    String difference = policy.name() + "/conversation - " + way.label();
                    metrics.put(difference + ", score", conversation.scoreGained(result));
                    metrics.put(difference + ", cost", conversation.costSaved(result));
                }
            });
        }
        return metrics;
    }

    private static List<String> models(String file, List<EncodedRow> rows) {
        TreeSet<String> models = new TreeSet<>(rows.getFirst().row().outcomes().keySet());
        rows.forEach(row -> models.retainAll(row.row().outcomes().keySet()));
        models.removeIf(model -> AssumedCosts.price(model).isEmpty());
        long sources = rows.stream().map(row -> row.row().source()).distinct().count();
        if (models.size() < 2 || sources < 2) {
            throw new InvalidDataException(
                    file + " needs two sources, and two models of known price in every row; it has " + sources + " and "
                            + models);
        }
        return List.copyOf(models);
    }
}
