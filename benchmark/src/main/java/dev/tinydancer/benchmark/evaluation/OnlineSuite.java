package dev.tinydancer.benchmark.evaluation;

import static java.util.Objects.requireNonNull;

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
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A router's life: recorded requests come in one after the other, the router chooses, what the chosen model made of the
 * request becomes known to it sooner, later or never, and the next decisions know of it.
 *
 * <p>Of the models nothing is registered but their price, the mean of what a call cost, and a quality guessed from the price
 * alone: the dearer, the better, which is what an owner without figures would believe and is wrong for several.
 *
 * <p>Each row has what the router got and what it cost, how far that is above a coin that mixes two single models at the
 * same cost, and its regret: the mean by which the worth of the answers, less their costs, falls short of the best single
 * model's and of the best model's for each request, both known in hindsight. Of lives whose outcomes come late there is
 * a second row, how far the worst hundred requests fall below what the best single model makes of the same hundred; a mean over
 * the seeds before the worst is taken, since a hundred answers of one life say little.
 */
public final class OnlineSuite implements EvaluationSuite {

    private static final String DATA = "outcomes_routerbench.jsonl.gz";
    private static final int REQUESTS = 2_000;

    /** What the lives are lived under; the others differ from balanced in how outcomes come back. */
    private static final List<Policy> POLICIES = List.of(
            Policy.BALANCED,
            Policy.COST,
            Policy.COST.withMinRelativeQuality(0.95).named("cost with a floor of 0.95"),
            Policy.QUALITY_PER_DOLLAR,
            Policy.QUALITY);

    private final DataFolder folder;
    private final Function<String, RequestFeatures> encoder;

    public OnlineSuite(DataFolder folder, Function<String, RequestFeatures> encoder) {
        this.folder = requireNonNull(folder, "folder");
        this.encoder = requireNonNull(encoder, "encoder");
    }

    @Override
    public String name() {
        return "online";
    }

    /** {@inheritDoc} Labels are the number of requests; nothing is learned beforehand, so that there is no training file. */
    @Override
    public EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException {
        if (options.train().isPresent()) {
            throw new InvalidDataException(
                    "the suite online learns from nothing but its own outcomes: leave --train out");
        }
        Path file = options.data().isPresent() ? options.data().get() : folder.file(DATA);
        List<EncodedRow> rows = EncodedRow.encode(DataFile.readOutcomes(file), encoder);
        List<String> models = models(rows);
        int requests = Math.min(options.labels().orElse(REQUESTS), rows.size());
        Repetitions repetitions = new Repetitions();
        Map<String, List<double[]>> hundreds = new LinkedHashMap<>();
        List<CurveSeries> curves = new ArrayList<>();
        for (int seed = 0; seed < options.seeds(); seed++) {
            List<EncodedRow> shuffled = new ArrayList<>(rows);
            Collections.shuffle(shuffled, new Random(seed));
            List<EncodedRow> lived = shuffled.subList(0, requests);
            for (Map.Entry<String, Circumstances> circumstances :
                    circumstances(models, lived).entrySet()) {
                progress.accept("seed " + (seed + 1) + " of " + options.seeds() + ", " + circumstances.getKey());
                SimulatedLife life = SimulatedLife.live(encoder, models, lived, circumstances.getValue(), seed);
                repetitions.add(circumstances.getKey(), life.metrics());
                if (circumstances.getValue().lateness() > 0) {
                    hundreds.computeIfAbsent(circumstances.getKey(), unseen -> new ArrayList<>())
                            .add(life.hundredsBelowBestSingle());
                }
                if (seed == 0) {
                    curves.addAll(life.curves(circumstances.getKey()));
                }
            }
        }
        List<EvaluationResult> results = new ArrayList<>(repetitions.results(name()));
        hundreds.forEach((life, ofSeeds) ->
                results.add(EvaluationResult.fixed(name() + "/" + life + ", worst hundred", worst(ofSeeds))));
        return new EvaluationReport(
                name(), results, new CurvePlot.Axes("requests", "mean score of the last tenth"), curves);
    }

    private static Map<String, Double> worst(List<double[]> hundredsOfSeeds) {
        int worst = 0;
        double[] means = new double[hundredsOfSeeds.getFirst().length];
        for (int hundred = 0; hundred < means.length; hundred++) {
            int at = hundred;
            means[hundred] = hundredsOfSeeds.stream()
                    .mapToDouble(hundreds -> hundreds[at])
                    .average()
                    .orElseThrow();
            worst = means[hundred] > means[worst] ? hundred : worst;
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("below_best", means[worst]);
        metrics.put("hundred", worst + 1.0);
        metrics.put("mean_below_best", Statistics.mean(means));
        return metrics;
    }

    private static Map<String, Circumstances> circumstances(List<String> models, List<EncodedRow> requests) {
        Map<String, Circumstances> lives = new LinkedHashMap<>();
        POLICIES.forEach(policy -> lives.put(policy.name() + ", outcomes at once", Circumstances.usual(policy)));
        Circumstances balanced = Circumstances.usual(Policy.BALANCED);
        lives.put("balanced, outcomes 100 late", balanced.late(100));
        lives.put("balanced, outcomes 1000 late", balanced.late(1_000));
        lives.put("balanced, one outcome of ten never", balanced.losing(0.1));
        String best = Collections.max(models, (a, b) -> Double.compare(meanScore(requests, a), meanScore(requests, b)));
        lives.put("balanced, the best gets worse in the middle", balanced.worsening(best));
        lives.put("balanced, the best is added in the middle", balanced.adding(best));
        lives.put(
                "quality, outcomes 100 late",
                Circumstances.usual(Policy.QUALITY).late(100));
        return lives;
    }

    private static double meanScore(List<EncodedRow> requests, String model) {
        return requests.stream()
                .mapToDouble(request -> request.row().outcome(model).score())
                .average()
                .orElseThrow();
    }

    private static List<String> models(List<EncodedRow> rows) {
        TreeSet<String> models = new TreeSet<>(rows.getFirst().row().outcomes().keySet());
        rows.forEach(row -> models.retainAll(row.row().outcomes().keySet()));
        for (String model : models) {
            if (rows.stream()
                    .anyMatch(row -> Double.isNaN(row.row().outcome(model).costUsd()))) {
                throw new InvalidDataException("the requests do not all have a cost_usd of \"" + model + "\"");
            }
        }
        if (models.size() < 2) {
            throw new InvalidDataException("the requests have fewer than two models in common");
        }
        return List.copyOf(models);
    }
}
