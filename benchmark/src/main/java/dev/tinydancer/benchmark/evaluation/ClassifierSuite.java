package dev.tinydancer.benchmark.evaluation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.embedding.StaticEmbedder;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.training.classifier.ClassifierOptions;
import dev.tinydancer.training.classifier.ClassifierTrainer;
import dev.tinydancer.training.classifier.JsonLinesRequests;
import dev.tinydancer.training.classifier.LabelledRequest;
import dev.tinydancer.training.classifier.RequestGrammar;
import dev.tinydancer.training.classifier.SourceFolds;
import dev.tinydancer.training.classifier.TrainedClassifier;
import dev.tinydancer.training.classifier.TrainingMonitor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * How well the request classifier knows categories and capabilities of requests from sources that it was not trained on:
 * five folds, each source wholly in one of them, as {@link SourceFolds} makes them. For each fold the classifier is
 * trained twice on the other four: without the next fold, which decides when to stop and how sure the answers may be,
 * and then with it. With a training file it is trained on that file and tested on all of the data. The same classifiers
 * then route the requests that they were tested on between an agent for code, one for mathematics and a generalist.
 */
public final class ClassifierSuite implements EvaluationSuite {

    static final String DATA = "requests_labelled.jsonl.gz";

    private static final int FOLDS = 5;

    private final DataFolder folder;
    private final StaticEmbedder embedder;
    private final RequestGrammar grammar;
    private final ClassifierOptions options;

    /**
     * @param embedder the token vectors that training starts from
     * @param options those of the training; the seed is counted up from theirs
     */
    public ClassifierSuite(
            DataFolder folder, StaticEmbedder embedder, RequestGrammar grammar, ClassifierOptions options) {
        this.folder = requireNonNull(folder, "folder");
        this.embedder = requireNonNull(embedder, "embedder");
        this.grammar = requireNonNull(grammar, "grammar");
        this.options = requireNonNull(options, "options");
    }

    @Override
    public String name() {
        return "classifier";
    }

    @Override
    public EvaluationReport run(EvaluationOptions evaluation, Consumer<String> progress) throws IOException {
        Path file = evaluation.data().isPresent() ? evaluation.data().get() : folder.file(DATA);
        List<LabelledRequest> data = read(file);
        List<LabelledRequest> train =
                evaluation.train().isPresent() ? read(evaluation.train().get()) : List.of();
        List<ClassifierScore> scores = new ArrayList<>();
        List<SpecialistScore> specialists = new ArrayList<>();
        for (int seed = 0; seed < evaluation.seeds(); seed++) {
            ClassifierTrainer trainer =
                    new ClassifierTrainer(embedder, grammar, options.withSeed(options.seed() + seed));
            String run = "seed " + (seed + 1) + " of " + evaluation.seeds();
            ClassifierScore score = new ClassifierScore(categories(data));
            SpecialistScore routed = new SpecialistScore();
            Test test = new Test(score, routed);
            if (train.isEmpty()) {
                byFolds(trainer, data, test, part -> progress.accept(run + ", " + part));
            } else {
                progress.accept(run);
                test.run(trained(trainer, train, Set.of()), data, "data");
            }
            scores.add(score);
            specialists.add(routed);
        }
        return report(scores, SpecialistScore.appliesTo(categories(data)) ? specialists : List.of());
    }

    private static List<LabelledRequest> read(Path file) throws IOException {
        List<LabelledRequest> requests = new ArrayList<>();
        new JsonLinesRequests(file).forEach(requests::add);
        return requests;
    }

    private static List<String> categories(List<LabelledRequest> requests) {
        return List.copyOf(
                requests.stream().map(LabelledRequest::category).collect(Collectors.toCollection(TreeSet::new)));
    }

    private void byFolds(ClassifierTrainer trainer, List<LabelledRequest> data, Test test, Consumer<String> progress)
            throws IOException {
        SourceFolds folds = SourceFolds.of(data, FOLDS);
        for (int fold = 0; fold < FOLDS; fold++) {
            progress.accept("fold " + (fold + 1) + " of " + FOLDS);
            int tested = fold;
            int decides = (fold + 1) % FOLDS;
            List<LabelledRequest> train = new ArrayList<>(data);
            train.removeIf(request -> folds.foldOf(request.source()) == tested);
            List<LabelledRequest> asked = new ArrayList<>(data);
            asked.removeIf(request -> folds.foldOf(request.source()) != tested);
            Set<String> heldOut = train.stream()
                    .map(LabelledRequest::source)
                    .filter(source -> folds.foldOf(source) == decides)
                    .collect(Collectors.toSet());
            test.run(trained(trainer, train, heldOut), asked, "fold " + (fold + 1));
        }
    }

    private static TrainedClassifier trained(
            ClassifierTrainer trainer, List<LabelledRequest> requests, Set<String> heldOut) throws IOException {
        TrainedClassifier part = trainer.train(requests::forEach, heldOut, null, TrainingMonitor.SILENT);
        return trainer.trainLike(part, requests::forEach, TrainingMonitor.SILENT);
    }

    /** Where the answers of one seed's classifiers are noted. */
    private final class Test {

        private final ClassifierScore score;
        private final SpecialistScore routed;

        Test(ClassifierScore score, SpecialistScore routed) {
            this.score = score;
            this.routed = routed;
        }

        /** Asks a classifier; {@code part} is the fold or file that the requests are of. */
        void run(TrainedClassifier trained, List<LabelledRequest> requests, String part) {
            RequestEncoder encoder = new RequestEncoder(embedder, trained.classifier());
            for (LabelledRequest request : requests) {
                score.add(part, request, encoder.classify(request.text()));
            }
            routed.add(encoder, requests);
        }
    }

    /**
     * The classifier's own figures, those of routing to specialists, of each part, of always answering the most frequent,
     * of each category.
     */
    private EvaluationReport report(List<ClassifierScore> scores, List<SpecialistScore> specialists) {
        List<EvaluationResult> results = new ArrayList<>();
        results.add(EvaluationResult.mean(
                "requests", scores.stream().map(ClassifierScore::metrics).toList()));
        if (!specialists.isEmpty()) {
            results.add(EvaluationResult.mean(
                    "specialists",
                    specialists.stream().map(SpecialistScore::metrics).toList()));
        }
        Map<String, List<Map<String, Double>>> parts = new TreeMap<>();
        Map<String, List<Map<String, Double>>> categories = new TreeMap<>();
        for (ClassifierScore score : scores) {
            score.metricsByPart().forEach((part, metrics) -> append(parts, part, metrics));
            score.metricsByCategory().forEach((category, metrics) -> append(categories, category, metrics));
        }
        parts.forEach((part, metrics) -> results.add(EvaluationResult.mean("requests/" + part, metrics)));
        results.add(EvaluationResult.fixed(
                "requests/most frequent category", scores.getFirst().mostFrequent()));
        categories.forEach((category, metrics) -> results.add(EvaluationResult.mean("category/" + category, metrics)));
        return new EvaluationReport(name(), results, new CurvePlot.Axes("confidence", "accuracy"), reliability(scores));
    }

    private static void append(Map<String, List<Map<String, Double>>> all, String name, Map<String, Double> metrics) {
        all.computeIfAbsent(name, key -> new ArrayList<>()).add(metrics);
    }

    private static List<CurveSeries> reliability(List<ClassifierScore> scores) {
        return List.of(
                new CurveSeries(
                        "calibration", "request classifier", scores.getFirst().reliability()),
                new CurveSeries(
                        "calibration", "perfect", List.of(new CurveSeries.Point(0, 0), new CurveSeries.Point(1, 1))));
    }
}
