package dev.tinydancer.benchmark.demand;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.benchmark.evaluation.CurvePlot;
import dev.tinydancer.benchmark.evaluation.DataFile;
import dev.tinydancer.benchmark.evaluation.DataFolder;
import dev.tinydancer.benchmark.evaluation.EncodedRow;
import dev.tinydancer.benchmark.evaluation.EvaluationOptions;
import dev.tinydancer.benchmark.evaluation.EvaluationReport;
import dev.tinydancer.benchmark.evaluation.EvaluationResult;
import dev.tinydancer.benchmark.evaluation.EvaluationSuite;
import dev.tinydancer.benchmark.evaluation.LabelledDraw;
import dev.tinydancer.benchmark.evaluation.ModelPair;
import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.embedding.TokenizedText;
import dev.tinydancer.router.neural.DemandModel;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.training.demand.DemandLevel;
import dev.tinydancer.training.demand.DemandOptions;
import dev.tinydancer.training.demand.DemandRequest;
import dev.tinydancer.training.demand.DemandRequest.Kind;
import dev.tinydancer.training.demand.DemandRequests;
import dev.tinydancer.training.demand.DemandTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The model of how demanding a request is. Sources left out: trained without some, it ranks their requests. Easy and hard:
 * the model in use ranks the requests of {@code easy_hard.jsonl}, which it was not trained on, ordinary ones and those of
 * unusual length. Zero labels: the loss of predicted quality on every file of outcomes with the difficulty and without, and
 * again by a model that has not seen the file's questions; beside the APGR of the difficulty those of the request's length and of
 * knowing how far the models are apart on each kind. Labels: the difference that it makes beside so many outcomes of
 * the file's own, best and worst model, the same draws with and without.
 */
public final class DemandSuite implements EvaluationSuite {

    private static final String EASY_HARD = "easy_hard.jsonl";

    /** The sources of plain and demanding requests that are left out together. */
    private static final List<Set<String>> LEFT_OUT = List.of(
            Set.of("clinc150", "arena-hard-v0.1"),
            Set.of("banking77", "arena-hard-v2.0/hard_prompt", "arena-hard-v2.0/creative_writing"));

    private static final List<Integer> LABELS = List.of(20, 50, 200, 1_000);
    private static final int MOST_TESTED = 1_000;

    private final DataFolder folder;
    private final StaticEmbedder embedder;
    private final Function<String, RequestFeatures> encoder;

    /**
     * @param embedder what the model is trained with
     * @param encoder with the model in use
     */
    public DemandSuite(DataFolder folder, StaticEmbedder embedder, Function<String, RequestFeatures> encoder) {
        this.folder = requireNonNull(folder, "folder");
        this.embedder = requireNonNull(embedder, "embedder");
        this.encoder = requireNonNull(encoder, "encoder");
    }

    @Override
    public String name() {
        return "demand";
    }

    @Override
    public EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException {
        List<EvaluationResult> results = new ArrayList<>();
        List<DemandRequest> requests = DemandRequests.read(folder.path());
        leaveOutSources(requests, results, progress);
        rankEasyAndHard(results);
        for (Path file : DemandRequests.outcomeFiles(folder.path())) {
            String name = String.valueOf(file.getFileName()).replaceAll("^outcomes_|\\..*$", "");
            progress.accept(name);
            List<EncodedRow> rows = EncodedRow.encode(DataFile.readOutcomes(file), encoder);
            results.add(EvaluationResult.mean("zero labels/" + name, List.of(withoutLabels(rows))));
            DemandModel unseen = model(requests, request -> !request.source().startsWith(name + "/"));
            results.add(EvaluationResult.mean(
                    "zero labels/" + name + "/questions not seen",
                    List.of(withoutLabels(rows.stream()
                            .map(row -> withDifficulty(
                                    row, difficulty(unseen, row.row().prompt())))
                            .toList()))));
            for (int labels : LABELS) {
                if (labels < rows.size()) {
                    progress.accept(name + ", " + labels + " labels");
                    results.add(withLabels(name, rows, labels, options.seeds()));
                }
            }
        }
        return new EvaluationReport(name(), results, new CurvePlot.Axes("", ""), List.of());
    }

    private DemandModel model(List<DemandRequest> requests, Predicate<DemandRequest> seen) {
        List<DemandRequest> kept = requests.stream().filter(seen).toList();
        return DemandModel.of(new DemandTrainer(embedder, DemandOptions.STANDARD).train(kept, epoch -> {}), embedder);
    }

    private double difficulty(DemandModel model, String text) {
        TokenizedText tokenized = embedder.tokenizer().tokenize(text);
        return model.difficulty(tokenized);
    }

    private void leaveOutSources(
            List<DemandRequest> requests, List<EvaluationResult> results, Consumer<String> progress) {
        for (Set<String> leftOut : LEFT_OUT) {
            progress.accept("trained without "
                    + String.join(", ", leftOut.stream().sorted().toList()));
            DemandModel model = model(requests, request -> !leftOut.contains(request.source()));
            double[] undemanding = difficulties(model, requests, leftOut, DemandLevel.UNDEMANDING);
            double[] demanding = difficulties(model, requests, leftOut, DemandLevel.DEMANDING);
            results.add(EvaluationResult.mean(
                    "left out/" + leftOut.stream().sorted().findFirst().orElseThrow(),
                    List.of(Ranking.metrics(undemanding, demanding))));
        }
    }

    private double[] difficulties(
            DemandModel model, List<DemandRequest> requests, Set<String> sources, DemandLevel level) {
        return requests.stream()
                .filter(request -> request.kind() != Kind.BENCHMARK && request.level() == level)
                .filter(request -> sources.contains(request.source()))
                .mapToDouble(request -> difficulty(model, request.text()))
                .toArray();
    }

    private void rankEasyAndHard(List<EvaluationResult> results) throws IOException {
        Path file = folder.path().resolve(EASY_HARD);
        if (!Files.isRegularFile(file)) {
            return;
        }
        Map<String, List<Double>> difficulties = new LinkedHashMap<>();
        for (LevelledText row : LevelledText.read(file)) {
            difficulties
                    .computeIfAbsent(row.level() + (row.isUnusual() ? "/unusual" : "/usual"), key -> new ArrayList<>())
                    .add(encoder.apply(row.text()).difficulty());
        }
        for (String shape : List.of("usual", "unusual")) {
            results.add(EvaluationResult.mean(
                    "easy and hard/" + shape,
                    List.of(Ranking.metrics(
                            array(difficulties, "easy/" + shape), array(difficulties, "hard/" + shape)))));
        }
    }

    private static double[] array(Map<String, List<Double>> difficulties, String key) {
        return difficulties.getOrDefault(key, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    private static EncodedRow withDifficulty(EncodedRow row, double difficulty) {
        RequestFeatures features = row.features();
        return new EncodedRow(
                row.row(),
                new RequestFeatures(
                        features.inputTokens(),
                        features.embedding(),
                        features.categories(),
                        features.capabilities(),
                        difficulty));
    }

    private static Map<String, Double> withoutLabels(List<EncodedRow> rows) {
        double without = QualityLoss.withoutOutcomes(rows, false);
        double with = QualityLoss.withoutOutcomes(rows, true);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("difference", with - without);
        metrics.put("log_loss", with);
        metrics.put("log_loss_without", without);
        ModelPair pair = ModelPair.of(rows);
        metrics.put("apgr", QualityLoss.gapRecovered(rows, pair));
        metrics.put("apgr_by_length", QualityLoss.gapRecoveredByLength(rows, pair));
        metrics.put("apgr_by_kind", QualityLoss.gapRecoveredByKind(rows, pair));
        metrics.put(
                "mean_difficulty",
                Ranking.mean(rows.stream()
                        .mapToDouble(row -> row.features().difficulty())
                        .toArray()));
        return metrics;
    }

    private static EvaluationResult withLabels(String file, List<EncodedRow> rows, int labels, int draws) {
        ModelPair pair = ModelPair.of(rows);
        List<String> models = List.of(pair.weak(), pair.strong());
        List<Map<String, Double>> repetitions = new ArrayList<>();
        for (int seed = 0; seed < draws; seed++) {
            LabelledDraw<EncodedRow> draw = LabelledDraw.within(rows, labels, seed);
            List<EncodedRow> tested = new ArrayList<>(draw.tested());
            Collections.shuffle(tested, new Random(seed));
            List<EncodedRow> asked = tested.subList(0, Math.min(MOST_TESTED, tested.size()));
            double with = QualityLoss.learned(models, draw.labelled(), asked);
            double without = QualityLoss.learned(models, plain(draw.labelled()), plain(asked));
            Map<String, Double> metrics = new LinkedHashMap<>();
            metrics.put("difference", with - without);
            metrics.put("log_loss", with);
            metrics.put("log_loss_without", without);
            repetitions.add(metrics);
        }
        return EvaluationResult.mean("labels " + labels + "/" + file, repetitions);
    }

    private static List<EncodedRow> plain(List<EncodedRow> rows) {
        return rows.stream().map(row -> withDifficulty(row, 0)).toList();
    }
}
