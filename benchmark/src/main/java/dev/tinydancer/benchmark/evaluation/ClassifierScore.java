package dev.tinydancer.benchmark.evaluation;

import dev.tinydancer.router.neural.Classification;
import dev.tinydancer.training.classifier.LabelledRequest;
import dev.tinydancer.training.classifier.RequestCapabilities;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** What a classifier answered to labelled requests. For one thread. */
final class ClassifierScore {

    private static final int RELIABILITY_BINS = 10;
    private static final double NEEDED = 0.5;

    private final List<String> categories;
    private final List<String> parts = new ArrayList<>();
    private final List<String> truth = new ArrayList<>();
    private final List<String> predicted = new ArrayList<>();
    private final List<Double> confidences = new ArrayList<>();
    private final List<Double> capabilityProbabilities = new ArrayList<>();
    private final List<Double> capabilityTruth = new ArrayList<>();

    /** @param categories all that occur, in the order in which they are reported */
    ClassifierScore(List<String> categories) {
        this.categories = categories;
    }

    /** Notes an answer; {@code part} is the fold or file that the request belongs to. */
    void add(String part, LabelledRequest request, Classification answer) {
        parts.add(part);
        truth.add(request.category());
        predicted.add(answer.topCategory());
        confidences.add((double) answer.confidence());
        Set<String> needed = RequestCapabilities.of(request);
        for (int i = 0; i < answer.capabilities().size(); i++) {
            capabilityProbabilities.add((double) answer.capabilityProbabilities()[i]);
            capabilityTruth.add(needed.contains(answer.capabilities().get(i)) ? 1.0 : 0.0);
        }
    }

    /** Accuracy first. The capabilities' figures are taken over all pairs of request and capability. */
    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", ClassificationMetrics.accuracy(truth, predicted));
        metrics.put("macro_f1", ClassificationMetrics.macroF1(truth, predicted));
        metrics.put("ece", ClassificationMetrics.expectedCalibrationError(array(confidences), right(truth, predicted)));
        double[] probabilities = array(capabilityProbabilities);
        double[] needed = array(capabilityTruth);
        metrics.put("capability_f1", f1(probabilities, needed));
        metrics.put("capability_ece", ClassificationMetrics.expectedCalibrationError(probabilities, needed));
        metrics.put("tested", (double) truth.size());
        return metrics;
    }

    private static double f1(double[] probabilities, double[] needed) {
        double hits = 0;
        double claimed = 0;
        double wanted = 0;
        for (int i = 0; i < needed.length; i++) {
            boolean claim = probabilities[i] > NEEDED;
            hits += claim ? needed[i] : 0;
            claimed += claim ? 1 : 0;
            wanted += needed[i];
        }
        return claimed + wanted == 0 ? 0 : 2 * hits / (claimed + wanted);
    }

    /** Accuracy, macro-F1 and calibration error of each part alone. */
    Map<String, Map<String, Double>> metricsByPart() {
        Map<String, List<Integer>> rows = new TreeMap<>();
        for (int i = 0; i < parts.size(); i++) {
            rows.computeIfAbsent(parts.get(i), part -> new ArrayList<>()).add(i);
        }
        Map<String, Map<String, Double>> metrics = new TreeMap<>();
        rows.forEach((part, indices) -> {
            List<String> truths = indices.stream().map(truth::get).toList();
            List<String> answers = indices.stream().map(predicted::get).toList();
            double[] sure = indices.stream().mapToDouble(confidences::get).toArray();
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("accuracy", ClassificationMetrics.accuracy(truths, answers));
            values.put("macro_f1", ClassificationMetrics.macroF1(truths, answers));
            values.put("ece", ClassificationMetrics.expectedCalibrationError(sure, right(truths, answers)));
            values.put("tested", (double) indices.size());
            metrics.put(part, values);
        });
        return metrics;
    }

    /** For each category its recall and precision, and as {@code as_OTHER} the shares of its requests taken for others. */
    Map<String, Map<String, Double>> metricsByCategory() {
        int[][] confusion = ClassificationMetrics.confusion(labels(), truth, predicted);
        Map<String, Map<String, Double>> metrics = new TreeMap<>();
        for (int row = 0; row < categories.size(); row++) {
            int category = row;
            int asked = IntStream.of(confusion[row]).sum();
            int answered = IntStream.range(0, confusion.length)
                    .map(other -> confusion[other][category])
                    .sum();
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("recall", share(confusion[row][row], asked));
            values.put("precision", share(confusion[row][row], answered));
            for (int other = 0; other < confusion.length; other++) {
                if (other != row) {
                    values.put("as_" + labels().get(other), share(confusion[row][other], asked));
                }
            }
            metrics.put(categories.get(row), values);
        }
        return metrics;
    }

    /** The categories tested, and after them those that only the classifier knows. */
    private List<String> labels() {
        List<String> labels = new ArrayList<>(categories);
        predicted.stream()
                .filter(label -> !labels.contains(label))
                .distinct()
                .sorted()
                .forEach(labels::add);
        return labels;
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    /** What always answering the most frequent category would achieve. */
    Map<String, Double> mostFrequent() {
        String most = Collections.max(
                categories,
                (a, b) -> Integer.compare(Collections.frequency(truth, a), Collections.frequency(truth, b)));
        List<String> answers = Collections.nCopies(truth.size(), most);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", ClassificationMetrics.accuracy(truth, answers));
        metrics.put("macro_f1", ClassificationMetrics.macroF1(truth, answers));
        return metrics;
    }

    /** Mean confidence and accuracy of tenths of the range of confidence that hold any answer. */
    List<CurveSeries.Point> reliability() {
        double[] sure = new double[RELIABILITY_BINS];
        double[] hits = new double[RELIABILITY_BINS];
        int[] counts = new int[RELIABILITY_BINS];
        double[] right = right(truth, predicted);
        for (int i = 0; i < right.length; i++) {
            int bin = Math.min((int) (confidences.get(i) * RELIABILITY_BINS), RELIABILITY_BINS - 1);
            sure[bin] += confidences.get(i);
            hits[bin] += right[i];
            counts[bin]++;
        }
        return IntStream.range(0, RELIABILITY_BINS)
                .filter(bin -> counts[bin] > 0)
                .mapToObj(bin -> new CurveSeries.Point(sure[bin] / counts[bin], hits[bin] / counts[bin]))
                .toList();
    }

    private static double[] right(List<String> truths, List<String> answers) {
        return IntStream.range(0, truths.size())
                .mapToDouble(i -> truths.get(i).equals(answers.get(i)) ? 1 : 0)
                .toArray();
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
