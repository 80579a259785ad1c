package dev.tinydancer.router.budget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The options of which exactly one is chosen, without those that are never worth choosing.
 *
 * <p>What remains is ordered by strictly ascending weight and strictly ascending profit. The options on the upper convex
 * hull of (weight, profit) are the only ones that a fractional solution needs; the first and the last always are.
 */
final class ChoiceGroup {

    /** @param id the caller's number for the option */
    record Option(int id, double weight, double profit) {}

    private static final Comparator<Option> LIGHTEST_THEN_RICHEST = Comparator.comparingDouble(Option::weight)
            .thenComparing(Comparator.comparingDouble(Option::profit).reversed())
            .thenComparingInt(Option::id);

    private final Option[] options;
    private final int[] hull;

    /** @param all the options of the group, in any order, at least one */
    ChoiceGroup(List<Option> all) {
        options = undominated(all);
        hull = upperHull(options);
    }

    /** How many options are worth choosing, at least 1. */
    int size() {
        return options.length;
    }

    Option option(int index) {
        return options[index];
    }

    /** How many of the options are on the hull, at least 1. */
    int hullSize() {
        return hull.length;
    }

    /** The index of the option at the given position on the hull. */
    int hullIndex(int position) {
        return hull[position];
    }

    /** The {@link #slope} from one position on the hull to the next; descends with the position. */
    double slopeAfter(int position) {
        return slope(hull[position], hull[position + 1]);
    }

    /** The profit gained for each unit of weight from a lighter to a heavier option, at least 0 and finite. */
    double slope(int lighter, int heavier) {
        return slope(options[lighter], options[heavier]);
    }

    double weightChange(int from, int to) {
        return options[to].weight() - options[from].weight();
    }

    double profitChange(int from, int to) {
        return options[to].profit() - options[from].profit();
    }

    /** The most profitable option that is heavier than the given one by at most {@code spare}, or that one itself. */
    int richestWithin(int from, double spare) {
        int richest = from;
        while (richest + 1 < options.length && weightChange(from, richest + 1) <= spare) {
            richest++;
        }
        return richest;
    }

    private static Option[] undominated(List<Option> all) {
        Option[] sorted = all.toArray(Option[]::new);
        Arrays.sort(sorted, LIGHTEST_THEN_RICHEST);
        List<Option> kept = new ArrayList<>(sorted.length);
        for (Option option : sorted) {
            if (kept.isEmpty() || option.profit() > kept.getLast().profit()) {
                kept.add(option);
            }
        }
        return kept.toArray(Option[]::new);
    }

    private static int[] upperHull(Option[] options) {
        int[] hull = new int[options.length];
        int size = 0;
        for (int i = 0; i < options.length; i++) {
            // Compared by the quotients themselves, so that they descend along the hull whatever rounding does to them.
            while (size >= 2
                    && slope(options[hull[size - 1]], options[i])
                            >= slope(options[hull[size - 2]], options[hull[size - 1]])) {
                size--;
            }
            hull[size++] = i;
        }
        return Arrays.copyOf(hull, size);
    }

    private static double slope(Option lighter, Option heavier) {
        // Two weights may differ by so little that the quotient overflows.
        return Math.min(
                (heavier.profit() - lighter.profit()) / (heavier.weight() - lighter.weight()), Double.MAX_VALUE);
    }
}
