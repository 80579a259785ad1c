package dev.tinydancer.benchmark.evaluation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.benchmark.evaluation.CostQualityHull.Point;
import dev.tinydancer.router.policy.Baseline;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.RequestFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What each policy costs and achieves beside a coin: whoever mixes two single models at random has every point on the hull
 * of single models, without looking at a request. A policy is worth its name where it is above that hull at its cost.
 *
 * <p>Labelled requests are drawn with a seed from each file of outcomes, the rest is tested; the router learns from the
 * labelled ones. Each policy is a point, {@code curve} is the balanced policy with a good answer worth ever more, and its
 * area is what it has above the coin, a mean over all costs between those of the cheapest and of the dearest single model.
 * Spreads are those over the draws.
 */
public final class FrontierSuite implements EvaluationSuite {

    private static final List<String> FILES = List.of(
            "outcomes_llmrouter.jsonl.gz",
            "outcomes_routerarena.jsonl.gz",
            "outcomes_routerbench.jsonl.gz",
            "outcomes_mmlupro.jsonl.gz",
            "outcomes_zeroeval.jsonl.gz");

    private static final int LABELS = 1_500;

    /** As much as a router remembers usually; of a file with many models fewer requests are labelled. */
    private static final int MOST_OUTCOMES = 20_000;

    /** More would say the same. */
    private static final int MOST_TESTED = 2_000;

    private static final double[] WORTHS_IN_DEAREST = IntStream.rangeClosed(-16, 24)
            .mapToDouble(i -> Math.pow(10, i / 8.0))
            .toArray();

    private final DataFolder folder;
    private final Function<String, RequestFeatures> encoder;

    public FrontierSuite(DataFolder folder, Function<String, RequestFeatures> encoder) {
        this.folder = requireNonNull(folder, "folder");
        this.encoder = requireNonNull(encoder, "encoder");
    }

    @Override
    public String name() {
        return "frontier";
    }

    @Override
    public EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException {
        if (options.train().isPresent()) {
            throw new InvalidDataException("the suite frontier draws its labels from the data: leave --train out");
        }
        List<EvaluationResult> results = new ArrayList<>();
        List<CurveSeries> curves = new ArrayList<>();
        for (Map.Entry<String, Path> file : folder.outcomes(options, FILES).entrySet()) {
            progress.accept("reading and encoding " + file.getKey());
            List<EncodedRow> rows = priced(EncodedRow.encode(DataFile.readOutcomes(file.getValue()), encoder));
            List<String> models = models(file.getKey(), rows);
            int labels = Math.min(
                    Math.min(options.labels().orElse(LABELS), MOST_OUTCOMES / models.size()),
                    rows.size() * EvaluationOptions.MOST_LABELLED_PERCENT / 100);
            Repetitions repetitions = new Repetitions();
            for (int seed = 0; seed < options.seeds(); seed++) {
                progress.accept(file.getKey() + ", draw " + (seed + 1) + " of " + options.seeds());
                LabelledDraw<EncodedRow> draw = LabelledDraw.within(rows, labels, seed);
                Frontier frontier = Frontier.of(encoder, models, draw, seed);
                frontier.metrics().forEach(repetitions::add);
                if (seed == 0) {
                    curves.addAll(frontier.curves(file.getKey()));
                }
            }
            results.addAll(repetitions.results(file.getKey()));
        }
        return new EvaluationReport(
                name(), results, new CurvePlot.Axes("US dollars for 1,000 requests", "mean score"), curves);
    }

    /** Those of the outcomes whose cost is known or can be assumed. */
    private static List<EncodedRow> priced(List<EncodedRow> rows) {
        List<EncodedRow> priced = new ArrayList<>(rows.size());
        for (EncodedRow row : rows) {
            Map<String, ModelOutcome> outcomes = new TreeMap<>();
            row.row().outcomes().forEach((model, outcome) -> {
                if (!Double.isNaN(outcome.costUsd())) {
                    outcomes.put(model, outcome);
                } else {
                    AssumedCosts.of(model, row.features().inputTokens())
                            .ifPresent(cost -> outcomes.put(
                                    model,
                                    new ModelOutcome(
                                            outcome.score(), cost, outcome.inputTokens(), outcome.outputTokens())));
                }
            });
            if (!outcomes.isEmpty()) {
                OutcomeRow read = row.row();
                priced.add(new EncodedRow(
                        new OutcomeRow(read.id(), read.source(), read.split(), read.prompt(), outcomes),
                        row.features()));
            }
        }
        return priced;
    }

    private static List<String> models(String file, List<EncodedRow> rows) {
        TreeSet<String> models = new TreeSet<>();
        rows.forEach(row -> models.addAll(row.row().outcomes().keySet()));
        rows.forEach(row -> models.retainAll(row.row().outcomes().keySet()));
        if (models.size() < 2) {
            throw new InvalidDataException(file
                    + " needs two models with an outcome and a cost in every row, its rows have in common " + models);
        }
        return List.copyOf(models);
    }

    /**
     * One draw.
     *
     * @param ways what each policy chose, by its name, and whoever draws lots
     * @param worths what the balanced policy chose for each worth
     */
    private record Frontier(OutcomeTable table, CostQualityHull coin, Map<String, int[]> ways, List<int[]> worths) {

        static Frontier of(
                Function<String, RequestFeatures> encoder,
                List<String> models,
                LabelledDraw<EncodedRow> draw,
                long seed) {
            List<EncodedRow> tested =
                    draw.tested().subList(0, Math.min(MOST_TESTED, draw.tested().size()));
            LearnedRouting routing = LearnedRouting.learn(encoder, models, draw.labelled());
            List<List<Prospect>> prospects = tested.stream()
                    .map(row -> routing.prospects(row.features()))
                    .toList();
            OutcomeTable table = OutcomeTable.of(tested, models);
            Map<String, int[]> ways = new LinkedHashMap<>();
            Policy.standard().forEach(policy -> ways.put(policy.name(), choices(policy, prospects)));
            ways.put("random", table.randomModels(new Random(seed)));
            List<int[]> worths = new ArrayList<>();
            for (double worth : WORTHS_IN_DEAREST) {
                worths.add(choices(Policy.BALANCED.withWorthInDearest(worth), prospects));
            }
            return new Frontier(table, table.hull(table.singleModels(), table.allRows()), ways, worths);
        }

        Map<String, Map<String, Double>> metrics() {
            Map<String, Map<String, Double>> metrics = new LinkedHashMap<>();
            ways.forEach((way, choice) -> metrics.put(way, metrics(choice)));
            Map<String, Double> area = new LinkedHashMap<>();
            area.put(
                    "area_above_coin",
                    table.averageImprovementInQuality(worths, table.allRows())
                            - table.averageImprovementInQuality(table.singleModels(), table.allRows()));
            metrics.put("curve", area);
            metrics.put("best single model", metrics(bestSingle()));
            metrics.put(
                    "oracle", metrics(table.bestInHindsight(new double[] {1e6}).getFirst()));
            return metrics;
        }

        private Map<String, Double> metrics(int[] choice) {
            Point point = table.point(choice, table.allRows());
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("above_coin", point.quality() - coin.quality(point.cost()));
            metrics.put("score", point.quality());
            metrics.put("usd_per_1000", 1_000 * point.cost());
            metrics.put("models_used", (double) IntStream.of(choice).distinct().count());
            return metrics;
        }

        private int[] bestSingle() {
            int[] best = table.singleModels().getFirst();
            for (int[] single : table.singleModels()) {
                if (table.point(single, table.allRows()).quality()
                        > table.point(best, table.allRows()).quality()) {
                    best = single;
                }
            }
            return best;
        }

        List<CurveSeries> curves(String chart) {
            List<CurveSeries> curves = new ArrayList<>();
            curves.add(series(chart, "worth from a hundredth of the dearest to a thousand", worths));
            curves.add(new CurveSeries(
                    chart,
                    "coin",
                    coin.points().stream().skip(1).map(Frontier::shown).toList()));
            ways.forEach((way, choice) -> curves.add(series(chart, way, List.of(choice))));
            return curves;
        }

        private CurveSeries series(String chart, String name, List<int[]> choices) {
            return new CurveSeries(
                    chart,
                    name,
                    choices.stream()
                            .map(choice -> shown(table.point(choice, table.allRows())))
                            .toList());
        }

        private static CurveSeries.Point shown(Point point) {
            return new CurveSeries.Point(1_000 * point.cost(), point.quality());
        }

        private static int[] choices(Policy policy, List<List<Prospect>> requests) {
            return requests.stream().mapToInt(request -> best(policy, request)).toArray();
        }

        private static int best(Policy policy, List<Prospect> candidates) {
            Baseline baseline = Baseline.of(candidates);
            int best = 0;
            double highest = Double.NEGATIVE_INFINITY;
            for (int model = 0; model < candidates.size(); model++) {
                double utility = policy.utility(candidates.get(model), baseline, Double.POSITIVE_INFINITY);
                if (utility > highest) {
                    best = model;
                    highest = utility;
                }
            }
            return best;
        }
    }
}
