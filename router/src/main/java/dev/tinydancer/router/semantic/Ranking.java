package dev.tinydancer.router.semantic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Collects scored routes and puts the best of them in order. Not thread-safe; one for each query. */
final class Ranking {
    /*
     * Order: by similarity, but routes that differ from the best of their group by at most the tolerance form a group
     * and are ordered by priority in it. A group is anchored at its best member, so membership does not depend on how
     * the others are spread, and no chain of small steps carries a high priority past a clearly better match.
     */

    /** The most similar first, of equals the first in the index. */
    static final Comparator<Scored> BY_SIMILARITY =
            Comparator.comparingDouble(Scored::similarity).reversed().thenComparingInt(Scored::place);

    private static final Comparator<Scored> BY_PRIORITY =
            Comparator.comparingInt(Scored::priority).reversed().thenComparing(BY_SIMILARITY);

    /**
     * A route and what it scored.
     *
     * @param place of the route in the index
     */
    record Scored(int place, int priority, double cosine, double lexical, double similarity) {}

    private final double tolerance;
    private final List<Scored> passing = new ArrayList<>();

    /** The largest similarities of routes that pass, ascending; negative infinity where there are fewer. */
    private final double[] largestPassing;

    private double largest = Double.NEGATIVE_INFINITY;
    private double secondLargest = Double.NEGATIVE_INFINITY;

    Ranking(int topK, double tolerance) {
        this.tolerance = tolerance;
        largestPassing = new double[topK];
        Arrays.fill(largestPassing, Double.NEGATIVE_INFINITY);
    }

    /**
     * Whether a route whose similarity is at most {@code bound} could change the result: be among the best or in a group
     * with one of them, or be one of the two most similar of all, from which margins are taken.
     */
    boolean couldMatter(double bound, double threshold) {
        return bound >= secondLargest || (bound >= threshold && bound >= largestPassing[0] - tolerance);
    }

    void offer(Scored scored, double threshold) {
        double similarity = scored.similarity();
        if (similarity > largest) {
            secondLargest = largest;
            largest = similarity;
        } else if (similarity > secondLargest) {
            secondLargest = similarity;
        }
        if (similarity >= threshold) {
            passing.add(scored);
            insertPassing(similarity);
        }
    }

    private void insertPassing(double similarity) {
        if (similarity <= largestPassing[0]) {
            return;
        }
        int at = 0;
        while (at + 1 < largestPassing.length && largestPassing[at + 1] < similarity) {
            largestPassing[at] = largestPassing[at + 1];
            at++;
        }
        largestPassing[at] = similarity;
    }

    /** The best routes that pass, in order, at most as many as asked for. */
    List<Scored> best() {
        passing.sort(BY_SIMILARITY);
        int start = 0;
        while (start < passing.size() && start < largestPassing.length) {
            double anchor = passing.get(start).similarity();
            int end = start + 1;
            while (end < passing.size() && passing.get(end).similarity() >= anchor - tolerance) {
                end++;
            }
            passing.subList(start, end).sort(BY_PRIORITY);
            start = end;
        }
        return List.copyOf(passing.subList(0, Math.min(passing.size(), largestPassing.length)));
    }

    /** How much more similar a route is than the best other, negative if less; NaN if there is no other. */
    double margin(Scored scored) {
        double other = scored.similarity() == largest ? secondLargest : largest;
        return other == Double.NEGATIVE_INFINITY ? Double.NaN : scored.similarity() - other;
    }
}
