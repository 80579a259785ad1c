package dev.tinydancer.benchmark.evaluation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.embedding.TextEmbedder;
import dev.tinydancer.router.vector.VectorMath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Telling intents apart by the nearest centroid of example utterances: with all of them, and with five of each drawn with a
 * seed. Where the data has texts that fit no intent, the area under the ROC curve says how well the similarity to the
 * nearest centroid tells them from the others.
 */
public final class IntentSuite implements EvaluationSuite {

    private static final Map<String, String> DATA =
            Map.of("clinc150", "intents_clinc150.jsonl.gz", "banking77", "intents_banking77.jsonl.gz");

    private static final int FEW = 5;
    private static final int BATCH = 256;
    private static final String TRAIN = "train";
    private static final String TEST = "test";

    private final DataFolder folder;
    private final Map<String, TextEmbedder> embedders;

    /** @param embedders by name; each is measured */
    public IntentSuite(DataFolder folder, Map<String, TextEmbedder> embedders) {
        this.folder = requireNonNull(folder, "folder");
        this.embedders = new TreeMap<>(embedders);
    }

    @Override
    public String name() {
        return "intents";
    }

    /** {@inheritDoc} Labels are utterances of each intent. */
    @Override
    public EvaluationReport run(EvaluationOptions options, Consumer<String> progress) throws IOException {
        List<EvaluationResult> results = new ArrayList<>();
        for (Map.Entry<String, List<IntentRow>> set : read(options).entrySet()) {
            for (Map.Entry<String, TextEmbedder> embedder : embedders.entrySet()) {
                String name = set.getKey() + ", " + embedder.getKey();
                progress.accept("embedding " + set.getValue().size() + " texts of " + name);
                List<Text> texts = embed(set.getValue(), embedder.getValue());
                results.addAll(measure(name, texts, options));
            }
        }
        return new EvaluationReport(name(), results, new CurvePlot.Axes("", ""), List.of());
    }

    private Map<String, List<IntentRow>> read(EvaluationOptions options) throws IOException {
        Map<String, List<IntentRow>> sets = new TreeMap<>();
        if (options.data().isPresent()) {
            List<IntentRow> rows = new ArrayList<>();
            for (IntentRow row : DataFile.readIntents(options.data().get())) {
                // A training file brings the examples; all of the data is then to be told apart.
                rows.add(options.train().isPresent() ? new IntentRow(row.text(), row.intent(), TEST) : row);
            }
            if (options.train().isPresent()) {
                for (IntentRow row : DataFile.readIntents(options.train().get())) {
                    rows.add(new IntentRow(row.text(), row.intent(), TRAIN));
                }
            }
            sets.put(stem(options.data().get()), rows);
        } else {
            for (Map.Entry<String, String> set : DATA.entrySet()) {
                sets.put(set.getKey(), DataFile.readIntents(folder.file(set.getValue())));
            }
        }
        return sets;
    }

    private static String stem(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    /** A text and its embedding. */
    private record Text(IntentRow row, Embedded embedding) {}

    /** Keeps an array out of the record. */
    private static final class Embedded {

        private final float[] vector;

        Embedded(float[] vector) {
            this.vector = vector;
        }
    }

    private static List<Text> embed(List<IntentRow> rows, TextEmbedder embedder) {
        List<IntentRow> used = rows.stream()
                .filter(row -> row.split().equals(TRAIN) || row.split().equals(TEST))
                .toList();
        List<Text> texts = new ArrayList<>(used.size());
        for (int start = 0; start < used.size(); start += BATCH) {
            List<IntentRow> batch = used.subList(start, Math.min(used.size(), start + BATCH));
            List<float[]> vectors =
                    embedder.embedAll(batch.stream().map(IntentRow::text).toList());
            for (int i = 0; i < batch.size(); i++) {
                texts.add(new Text(batch.get(i), new Embedded(vectors.get(i))));
            }
        }
        return texts;
    }

    private static List<EvaluationResult> measure(String name, List<Text> texts, EvaluationOptions options) {
        Map<String, List<Text>> examples = new TreeMap<>();
        List<Text> tested = new ArrayList<>();
        for (Text text : texts) {
            if (text.row().split().equals(TEST)) {
                tested.add(text);
            } else if (!text.row().outOfScope()) {
                examples.computeIfAbsent(text.row().intent(), intent -> new ArrayList<>())
                        .add(text);
            }
        }
        if (examples.isEmpty() || tested.isEmpty()) {
            throw new InvalidDataException(
                    name + ": needs rows of split \"" + TRAIN + "\" and of split \"" + TEST + "\"");
        }
        int few = options.labels().orElse(FEW);
        List<Map<String, Double>> repetitions = new ArrayList<>();
        for (int seed = 0; seed < options.seeds(); seed++) {
            Map<String, List<Text>> drawn = new TreeMap<>();
            for (Map.Entry<String, List<Text>> intent : examples.entrySet()) {
                drawn.put(
                        intent.getKey(),
                        LabelledDraw.between(intent.getValue(), List.<Text>of(), few, seed)
                                .labelled());
            }
            repetitions.add(metrics(drawn, tested));
        }
        return List.of(
                EvaluationResult.mean(name + ", all utterances", List.of(metrics(examples, tested))),
                EvaluationResult.mean(name + ", " + few + " utterances", repetitions));
    }

    private static Map<String, Double> metrics(Map<String, List<Text>> examples, List<Text> tested) {
        List<String> intents = List.copyOf(examples.keySet());
        List<float[]> centroids =
                examples.values().stream().map(IntentSuite::centroid).toList();
        List<String> truth = new ArrayList<>();
        List<String> predicted = new ArrayList<>();
        double[] similarities = new double[tested.size()];
        boolean[] inScope = new boolean[tested.size()];
        for (int i = 0; i < tested.size(); i++) {
            Text text = tested.get(i);
            int nearest = 0;
            similarities[i] = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < centroids.size(); c++) {
                float similarity = VectorMath.dot(centroids.get(c), text.embedding().vector);
                if (similarity > similarities[i]) {
                    similarities[i] = similarity;
                    nearest = c;
                }
            }
            inScope[i] = !text.row().outOfScope();
            if (inScope[i]) {
                truth.add(text.row().intent());
                predicted.add(intents.get(nearest));
            }
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", ClassificationMetrics.accuracy(truth, predicted));
        metrics.put("macro_f1", ClassificationMetrics.macroF1(truth, predicted));
        if (truth.size() < tested.size()) {
            metrics.put("auroc", ClassificationMetrics.areaUnderRoc(similarities, inScope));
        }
        metrics.put("intents", (double) intents.size());
        metrics.put("tested", (double) tested.size());
        return metrics;
    }

    private static float[] centroid(List<Text> texts) {
        float[] sum = new float[texts.getFirst().embedding().vector.length];
        for (Text text : texts) {
            VectorMath.addScaled(1, text.embedding().vector, sum);
        }
        VectorMath.normalizeInPlace(sum);
        return sum;
    }
}
