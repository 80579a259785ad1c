package dev.tinydancer.training.classifier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Splits labelled requests into folds so that each source lies wholly in one, and each fold has about the same share of
 * every category. A classifier that is tested on the sources it was trained on is only asked whether it knows them.
 * Immutable.
 *
 * <p>The greedy rule of scikit-learn's StratifiedGroupKFold: sources in order of falling deviation between their counts
 * of the categories, by name where equal; each goes to the fold that leaves the shares of the categories most even
 * between folds, and of equal ones to the smallest.
 */
public final class SourceFolds {

    /** Differences of evenness below this are rounding. */
    private static final double PRECISION = 1e12;

    private final Map<String, Integer> foldOfSource;

    private SourceFolds(Map<String, Integer> foldOfSource) {
        this.foldOfSource = foldOfSource;
    }

    /**
     * Assigns the sources of the given requests.
     *
     * @throws IllegalArgumentException if there are fewer sources than folds, or fewer than two folds
     */
    public static SourceFolds of(List<LabelledRequest> requests, int folds) {
        if (folds < 2) {
            throw new IllegalArgumentException("folds must be at least 2, got " + folds);
        }
        TreeSet<String> names = new TreeSet<>();
        requests.forEach(request -> names.add(request.category()));
        List<String> categories = new ArrayList<>(names);
        Map<String, double[]> counts = new TreeMap<>();
        double[] totals = new double[categories.size()];
        for (LabelledRequest request : requests) {
            int category = categories.indexOf(request.category());
            counts.computeIfAbsent(request.source(), source -> new double[totals.length])[category]++;
            totals[category]++;
        }
        if (counts.size() < folds) {
            throw new IllegalArgumentException(
                    "cannot split " + counts.size() + " sources into " + folds + " folds of whole sources");
        }
        List<String> order = new ArrayList<>(counts.keySet());
        order.sort(Comparator.comparingDouble(source -> -deviation(countsOf(counts, source))));
        double[][] filled = new double[folds][totals.length];
        Map<String, Integer> assigned = new HashMap<>();
        for (String source : order) {
            double[] added = countsOf(counts, source);
            int best = bestFold(filled, added, totals);
            assigned.put(source, best);
            for (int c = 0; c < totals.length; c++) {
                filled[best][c] += added[c];
            }
        }
        return new SourceFolds(assigned);
    }

    private static double[] countsOf(Map<String, double[]> counts, String source) {
        return counts.getOrDefault(source, new double[0]);
    }

    private static int bestFold(double[][] filled, double[] added, double[] totals) {
        int best = 0;
        double bestUnevenness = Double.POSITIVE_INFINITY;
        double bestSize = Double.POSITIVE_INFINITY;
        for (int fold = 0; fold < filled.length; fold++) {
            double unevenness = Math.rint(unevenness(filled, fold, added, totals) * PRECISION) / PRECISION;
            double size = Arrays.stream(filled[fold]).sum();
            if (unevenness < bestUnevenness || (unevenness == bestUnevenness && size < bestSize)) {
                best = fold;
                bestUnevenness = unevenness;
                bestSize = size;
            }
        }
        return best;
    }

    /** Mean over the categories of the deviation between the folds' shares, if the source went to {@code fold}. */
    private static double unevenness(double[][] filled, int fold, double[] added, double[] totals) {
        double sum = 0;
        double[] shares = new double[filled.length];
        for (int c = 0; c < totals.length; c++) {
            for (int f = 0; f < filled.length; f++) {
                shares[f] = (filled[f][c] + (f == fold ? added[c] : 0)) / totals[c];
            }
            sum += deviation(shares);
        }
        return sum / totals.length;
    }

    private static double deviation(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        return Math.sqrt(Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElse(0));
    }

    /**
     * The fold of a source, from 0.
     *
     * @throws IllegalArgumentException if the source was not among those assigned
     */
    public int foldOf(String source) {
        Integer fold = foldOfSource.get(source);
        if (fold == null) {
            throw new IllegalArgumentException("unknown source \"" + source + "\"");
        }
        return fold;
    }
}
