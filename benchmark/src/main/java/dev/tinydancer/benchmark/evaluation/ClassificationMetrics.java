package dev.tinydancer.benchmark.evaluation;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** The usual measures of a classifier. */
public final class ClassificationMetrics {

    /** Bins of the expected calibration error. */
    private static final int CALIBRATION_BINS = 15;

    private ClassificationMetrics() {}

    /** The share of predictions that equal the truth. */
    public static double accuracy(List<String> truth, List<String> predicted) {
        requireSameLength(truth.size(), predicted.size());
        long right = IntStream.range(0, truth.size())
                .filter(i -> truth.get(i).equals(predicted.get(i)))
                .count();
        return (double) right / truth.size();
    }

    /** F1 averaged over the classes that occur in the truth or among the predictions, each counting the same. */
    public static double macroF1(List<String> truth, List<String> predicted) {
        requireSameLength(truth.size(), predicted.size());
        Map<String, Integer> hits = new HashMap<>();
        Map<String, Integer> occurrences = new HashMap<>();
        Set<String> classes = new TreeSet<>();
        for (int i = 0; i < truth.size(); i++) {
            if (truth.get(i).equals(predicted.get(i))) {
                hits.merge(truth.get(i), 1, Integer::sum);
            }
            occurrences.merge(truth.get(i), 1, Integer::sum);
            occurrences.merge(predicted.get(i), 1, Integer::sum);
            classes.add(truth.get(i));
            classes.add(predicted.get(i));
        }
        // F1 = 2 TP / (2 TP + FP + FN); the denominator is how often the class occurs in truth and predictions
        // together.
        return classes.stream()
                .mapToDouble(c -> 2.0 * hits.getOrDefault(c, 0) / occurrences.getOrDefault(c, 0))
                .average()
                .orElseThrow();
    }

    /**
     * Expected calibration error: how far stated confidence and the share of right answers lie apart, averaged over 15
     * bins of equal width, weighted by their size (Guo et al., arXiv 1706.04599).
     *
     * @param confidences the probability given to each prediction, in [0, 1]
     * @param right how good each prediction proved, in [0, 1]; 1 is right
     */
    public static double expectedCalibrationError(double[] confidences, double[] right) {
        requireSameLength(confidences.length, right.length);
        double[] confidenceSums = new double[CALIBRATION_BINS];
        double[] rightSums = new double[CALIBRATION_BINS];
        for (int i = 0; i < confidences.length; i++) {
            int bin = Math.min((int) (confidences[i] * CALIBRATION_BINS), CALIBRATION_BINS - 1);
            confidenceSums[bin] += confidences[i];
            rightSums[bin] += right[i];
        }
        double error = 0;
        for (int bin = 0; bin < CALIBRATION_BINS; bin++) {
            error += Math.abs(confidenceSums[bin] - rightSums[bin]);
        }
        return error / confidences.length;
    }

    /**
     * Area under the ROC curve: the probability that a positive scores above a negative, ties counting half.
     *
     * @throws IllegalArgumentException unless there is at least one of each
     */
    public static double areaUnderRoc(double[] scores, boolean[] positive) {
        requireSameLength(scores.length, positive.length);
        int[] order = IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double rankSum = 0;
        int positives = 0;
        for (int start = 0; start < order.length; ) {
            int end = start;
            int positivesInTie = 0;
            while (end < order.length && scores[order[end]] == scores[order[start]]) {
                positivesInTie += positive[order[end]] ? 1 : 0;
                end++;
            }
            // Ranks count from 1; all members of a tie have their mean rank.
            rankSum += positivesInTie * (start + 1 + end) / 2.0;
            positives += positivesInTie;
            start = end;
        }
        int negatives = scores.length - positives;
        if (positives == 0 || negatives == 0) {
            throw new IllegalArgumentException(
                    "the ROC curve needs positives and negatives, got " + positives + " and " + negatives);
        }
        return (rankSum - positives * (positives + 1.0) / 2) / ((double) positives * negatives);
    }

    /** How often each truth (row) got each prediction (column), classes in the given order. */
    public static int[][] confusion(List<String> classes, List<String> truth, List<String> predicted) {
        requireSameLength(truth.size(), predicted.size());
        int[][] counts = new int[classes.size()][classes.size()];
        for (int i = 0; i < truth.size(); i++) {
            counts[indexOf(classes, truth.get(i))][indexOf(classes, predicted.get(i))]++;
        }
        return counts;
    }

    private static int indexOf(List<String> classes, String name) {
        int index = classes.indexOf(name);
        if (index < 0) {
            throw new IllegalArgumentException("unknown class \"" + name + "\", valid are " + classes);
        }
        return index;
    }

    private static void requireSameLength(int expected, int actual) {
        if (expected != actual || expected == 0) {
            throw new IllegalArgumentException(
                    "truth and predictions must have one length above 0, got " + expected + " and " + actual);
        }
    }
}
