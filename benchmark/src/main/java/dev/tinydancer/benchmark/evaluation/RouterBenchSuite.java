package dev.tinydancer.benchmark.evaluation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.RequestFeatures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Routing between many models under a price for quality, as RouterBench measures it: the router takes the model with the
 * highest worth · quality - cost, the worth of a good answer runs from nothing to everything, and the area under the hull of
 * the resulting (cost, quality) points is AIQ, taken between the costs of the cheapest and of the dearest single model.
 *
 * <p>Rows are divided by the file's own {@code split}, or by a training file. The spread is that of bootstrap samples of the
 * tested rows.
 */
public final class RouterBenchSuite implements EvaluationSuite {

    private static final String DATA = "outcomes_routerbench.jsonl.gz";
    private static final String TRAIN = "train";
    private static final int NEIGHBOURS = 40;

    /** Bootstrap samples for each seed asked for. */
    private static final int SAMPLES_PER_SEED = 20;

    private static final double[] WORTHS_USD = IntStream.rangeClosed(0, 96)
            .mapToDouble(i -> Math.pow(10, -5 + i / 16.0))
            .toArray();

    private final DataFolder folder;
    private final Function<String, RequestFeatures> encoder;

    public RouterBenchSuite(DataFolder folder, Function<String, RequestFeatures> encoder) {
        this.folder = requireNonNull(folder, "folder");
        this.encoder = requireNonNull(encoder, "encoder");
    }

    @Override
    public String name() {
        return "routerbench";
    }

    @Override
    public EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException {
        progress.accept("reading and encoding requests");
        LabelledDraw<EncodedRow> draw = draw(options);
        List<String> models = commonModels(draw);
        OutcomeTable table = OutcomeTable.of(draw.tested(), models);
        progress.accept("learning from " + draw.labelled().size() + " requests");
        LearnedRouting routing = LearnedRouting.learn(encoder, models, draw.labelled());
        NearestNeighbours neighbours = new NearestNeighbours(draw.labelled(), models, NEIGHBOURS);
        List<List<Prospect>> prospects = draw.tested().stream()
                .map(row -> routing.prospects(row.features()))
                .toList();
        double[][] qualities = table(prospects, Prospect::quality);
        double[][] costs = table(prospects, Prospect::costUsd);
        Map<String, List<int[]>> routers = new LinkedHashMap<>();
        routers.put("learned from outcomes", OutcomeTable.choices(WORTHS_USD, qualities, costs));
        routers.put(
                NEIGHBOURS + " nearest neighbours",
                OutcomeTable.choices(WORTHS_USD, predict(draw.tested(), neighbours::qualities), costs));
        routers.put("oracle", table.bestInHindsight(WORTHS_USD));
        routers.put("hull of single models", table.singleModels());
        routers.put("random", List.of(table.randomModels(new Random(0))));
        List<int[]> singles = table.singleModels();
        for (int model = 0; model < models.size(); model++) {
            routers.put(models.get(model), List.of(singles.get(model)));
        }
        List<EvaluationResult> results = new ArrayList<>();
        List<CurveSeries> curves = new ArrayList<>();
        routers.forEach((router, choices) -> {
            progress.accept("measuring " + router);
            results.add(
                    result(results.isEmpty() ? name() : name() + "/" + router, choices, table, draw, options.seeds()));
            curves.add(series(router, table.hull(choices, table.allRows())));
        });
        return new EvaluationReport(
                name(), results, new CurvePlot.Axes("US dollars for 1,000 requests", "mean score"), curves);
    }

    private LabelledDraw<EncodedRow> draw(EvaluationOptions options) throws IOException {
        List<EncodedRow> rows = EncodedRow.encode(
                DataFile.readOutcomes(
                        options.data().isPresent() ? options.data().get() : folder.file(DATA)),
                encoder);
        List<EncodedRow> train = options.train().isPresent()
                ? EncodedRow.encode(DataFile.readOutcomes(options.train().get()), encoder)
                : rows.stream().filter(RouterBenchSuite::isTrain).toList();
        List<EncodedRow> test = options.train().isPresent()
                ? rows
                : rows.stream().filter(row -> !isTrain(row)).toList();
        if (train.isEmpty() || test.isEmpty()) {
            throw new InvalidDataException("the data has " + train.size() + " rows with \"split\": \"" + TRAIN
                    + "\" and " + test.size() + " others; it needs both, or a training file");
        }
        return LabelledDraw.between(train, test, options.labels().orElse(train.size()), 0);
    }

    private static boolean isTrain(EncodedRow row) {
        return TRAIN.equals(row.row().split());
    }

    private static List<String> commonModels(LabelledDraw<EncodedRow> draw) {
        TreeSet<String> models =
                new TreeSet<>(draw.tested().getFirst().row().outcomes().keySet());
        draw.labelled().forEach(row -> models.retainAll(row.row().outcomes().keySet()));
        draw.tested().forEach(row -> models.retainAll(row.row().outcomes().keySet()));
        if (models.size() < 2) {
            throw new InvalidDataException(
                    "routing needs two models with an outcome in every row, the rows have in common " + models);
        }
        return List.copyOf(models);
    }

    private static double[][] table(List<List<Prospect>> prospects, ToDoubleFunction<Prospect> figure) {
        return prospects.stream()
                .map(ofRequest -> ofRequest.stream().mapToDouble(figure).toArray())
                .toArray(double[][]::new);
    }

    private static double[][] predict(List<EncodedRow> rows, Function<RequestFeatures, double[]> predictor) {
        return rows.stream().map(row -> predictor.apply(row.features())).toArray(double[][]::new);
    }

    private static EvaluationResult result(
            String name, List<int[]> choices, OutcomeTable table, LabelledDraw<EncodedRow> draw, int seeds) {
        Random random = new Random(0);
        double[] samples = IntStream.range(0, seeds * SAMPLES_PER_SEED)
                .mapToDouble(i -> table.averageImprovementInQuality(choices, table.bootstrap(random)))
                .toArray();
        CostQualityHull hull = table.hull(choices, table.allRows());
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("aiq", table.averageImprovementInQuality(choices, table.allRows()));
        metrics.put("best_score", hull.points().getLast().quality());
        metrics.put("cost_of_best_usd", hull.points().getLast().cost());
        metrics.put("labels", (double) draw.labelled().size());
        metrics.put("tested", (double) draw.tested().size());
        return new EvaluationResult(
                name, metrics, DoubleStream.of(samples).boxed().toList());
    }

    private static CurveSeries series(String name, CostQualityHull hull) {
        return new CurveSeries(
                "cost and quality",
                name,
                hull.points().stream()
                        .skip(1)
                        .map(point -> new CurveSeries.Point(point.cost() * 1_000, point.quality()))
                        .toList());
    }
}
