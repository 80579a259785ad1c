package dev.tinydancer.benchmark.evaluation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.RequestFeatures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Routing between a strong and a weak model as RouteLLM measures it: labelled requests are drawn with a seed, the rest is
 * tested. A file's rows are taken apart by benchmark, the source up to its first slash; of more than two models the best
 * and the worst of the labelled requests are the pair.
 */
public final class RouteLlmSuite implements EvaluationSuite {

    private static final String DATA = "outcomes_routellm.jsonl.gz";

    /** As many labels as RouteLLM's own best routers had on MMLU. */
    private static final Map<String, Integer> USUAL_LABELS = Map.of("mmlu", 1_500, "gsm8k", 400);

    private static final int LABELS = 1_000;
    private static final double USUAL_SHARE = 0.3;

    private final DataFolder folder;
    private final Function<String, RequestFeatures> encoder;

    public RouteLlmSuite(DataFolder folder, Function<String, RequestFeatures> encoder) {
        this.folder = requireNonNull(folder, "folder");
        this.encoder = requireNonNull(encoder, "encoder");
    }

    @Override
    public String name() {
        return "routellm";
    }

    @Override
    public EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException {
        progress.accept("reading and encoding requests");
        List<OutcomeRow> data = DataFile.readOutcomes(
                options.data().isPresent() ? options.data().get() : folder.file(DATA));
        Map<String, List<EncodedRow>> tested = byBenchmark(data);
        Map<String, List<EncodedRow>> trained = options.train().isPresent()
                ? byBenchmark(DataFile.readOutcomes(options.train().get()))
                : Map.of();
        List<EvaluationResult> results = new ArrayList<>();
        List<EvaluationResult> published = new ArrayList<>();
        List<CurveSeries> curves = new ArrayList<>();
        for (Map.Entry<String, List<EncodedRow>> benchmark : tested.entrySet()) {
            String name = benchmark.getKey();
            List<LabelledDraw<EncodedRow>> draws = draws(name, benchmark.getValue(), trained, options);
            List<Map<String, Double>> learned = new ArrayList<>();
            List<Map<String, Double>> random = new ArrayList<>();
            for (int seed = 0; seed < draws.size(); seed++) {
                progress.accept(name + ", seed " + (seed + 1) + " of " + draws.size());
                Comparison comparison = compare(draws.get(seed), seed);
                learned.add(metrics(comparison.learned(), draws.get(seed)));
                random.add(metrics(comparison.random(), draws.get(seed)));
                if (seed == 0) {
                    curves.add(series(name, "learned from outcomes", comparison.learned()));
                    curves.add(series(name, "random", comparison.random()));
                    curves.add(series(name, "knows every outcome", comparison.oracle()));
                }
            }
            results.add(EvaluationResult.mean(name, learned));
            published.add(EvaluationResult.mean(name + "/random", random));
            published.addAll(PublishedRouters.on(name));
        }
        results.addAll(published);
        return new EvaluationReport(
                name(), results, new CurvePlot.Axes("calls of the strong model", "accuracy"), curves);
    }

    private Map<String, List<EncodedRow>> byBenchmark(List<OutcomeRow> rows) {
        Map<String, List<EncodedRow>> benchmarks = new TreeMap<>(Comparator.reverseOrder());
        for (EncodedRow row : EncodedRow.encode(rows, encoder)) {
            benchmarks
                    .computeIfAbsent(row.row().benchmark(), name -> new ArrayList<>())
                    .add(row);
        }
        return benchmarks;
    }

    private static List<LabelledDraw<EncodedRow>> draws(
            String benchmark, List<EncodedRow> rows, Map<String, List<EncodedRow>> trained, EvaluationOptions options) {
        int wanted = options.labels().orElse(USUAL_LABELS.getOrDefault(benchmark, LABELS));
        if (options.train().isPresent()) {
            List<EncodedRow> train = trained.getOrDefault(
                    benchmark, trained.values().stream().flatMap(List::stream).toList());
            return IntStream.range(0, options.seeds())
                    .mapToObj(seed -> LabelledDraw.between(train, rows, wanted, seed))
                    .toList();
        }
        double share = options.labels().isPresent() || USUAL_LABELS.containsKey(benchmark)
                ? EvaluationOptions.MOST_LABELLED_PERCENT / 100.0
                : USUAL_SHARE;
        int labels = Math.clamp((int) (share * rows.size()), 1, wanted);
        return IntStream.range(0, options.seeds())
                .mapToObj(seed -> LabelledDraw.within(rows, labels, seed))
                .toList();
    }

    private record Comparison(RoutingCurve learned, RoutingCurve random, RoutingCurve oracle) {}

    private Comparison compare(LabelledDraw<EncodedRow> draw, long seed) {
        ModelPair pair = ModelPair.of(draw.labelled());
        LearnedRouting routing = LearnedRouting.learn(encoder, List.of(pair.weak(), pair.strong()), draw.labelled());
        double[] gains = draw.tested().stream()
                .mapToDouble(row -> {
                    List<Prospect> prospects = routing.prospects(row.features());
                    return prospects.get(1).quality() - prospects.get(0).quality();
                })
                .toArray();
        double[] weak = scores(draw.tested(), pair.weak());
        double[] strong = scores(draw.tested(), pair.strong());
        double[] lots = new Random(seed).doubles(gains.length).toArray();
        double[] truth = IntStream.range(0, weak.length)
                .mapToDouble(i -> strong[i] - weak[i])
                .toArray();
        return new Comparison(
                RoutingCurve.of(gains, weak, strong),
                RoutingCurve.of(lots, weak, strong),
                RoutingCurve.of(truth, weak, strong));
    }

    private static double[] scores(List<EncodedRow> rows, String model) {
        return rows.stream()
                .mapToDouble(row -> row.row().outcome(model).score())
                .toArray();
    }

    private static Map<String, Double> metrics(RoutingCurve curve, LabelledDraw<EncodedRow> draw) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("apgr", curve.averagePerformanceGapRecovered());
        metrics.put("cpt50", curve.callPerformanceThreshold(0.5));
        metrics.put("cpt80", curve.callPerformanceThreshold(0.8));
        metrics.put("weak_accuracy", curve.weakAccuracy());
        metrics.put("strong_accuracy", curve.strongAccuracy());
        metrics.put("labels", (double) draw.labelled().size());
        metrics.put("tested", (double) draw.tested().size());
        return metrics;
    }

    private static CurveSeries series(String chart, String name, RoutingCurve curve) {
        return new CurveSeries(
                chart,
                name,
                curve.points().stream()
                        .map(point -> new CurveSeries.Point(point.strongShare(), point.accuracy()))
                        .toList());
    }
}
