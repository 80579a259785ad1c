package dev.tinydancer.benchmark.evaluation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Rows divided into those whose outcomes are shown to the router and those that it is tested on.
 *
 * @param labelled to learn from
 * @param tested none of which is among the labelled
 */
public record LabelledDraw<T>(List<T> labelled, List<T> tested) {

    /**
     * Draws labelled rows at random and tests on the rest.
     *
     * @param labels how many to draw, fewer than there are rows
     */
    public static <T> LabelledDraw<T> within(List<T> rows, int labels, long seed) {
        if (labels < 1 || labels >= rows.size()) {
            throw new IllegalArgumentException(
                    "labels must be at least 1 and fewer than the " + rows.size() + " rows, got " + labels);
        }
        List<T> shuffled = shuffled(rows, seed);
        return new LabelledDraw<>(
                List.copyOf(shuffled.subList(0, labels)), List.copyOf(shuffled.subList(labels, shuffled.size())));
    }

    /** Draws labelled rows from one set, all of it if there are not as many, and tests on another. */
    static <T> LabelledDraw<T> between(List<T> train, List<T> test, int labels, long seed) {
        List<T> shuffled = shuffled(train, seed);
        return new LabelledDraw<>(List.copyOf(shuffled.subList(0, Math.min(labels, shuffled.size()))), test);
    }

    private static <T> List<T> shuffled(List<T> rows, long seed) {
        List<T> shuffled = new ArrayList<>(rows);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled;
    }
}
