package dev.tinydancer.router.budget;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The best solution of a multiple-choice knapsack if options could be mixed: its profit bounds that of every real
 * solution, and at most one group is mixed in it.
 *
 * <p>Every group starts with its lightest option. The steps along all hulls are taken in descending order of profit for
 * weight, until the capacity is used up in the middle of the <em>break step</em> (Sinha and Zoltners, "The
 * Multiple-Choice Knapsack Problem", Operations Research 27, 1979). The slope of that step is the Lagrange multiplier of
 * the capacity: at that price for weight, the options before the break, the <em>base</em>, are the best of each group.
 */
final class LinearRelaxation {

    /** One step along the hull of a group. */
    private record Step(int group, int fromPosition, double slope) {}

    private final double capacity;
    private final int[] base;
    private double baseWeight;
    private double baseProfit;
    private double slope;

    /** @param capacity at least the sum of the lightest options */
    LinearRelaxation(List<ChoiceGroup> groups, double capacity) {
        this.capacity = capacity;
        this.base = new int[groups.size()];
        for (ChoiceGroup group : groups) {
            baseWeight += group.option(0).weight();
            baseProfit += group.option(0).profit();
        }
        for (Step step : steps(groups)) {
            ChoiceGroup group = groups.get(step.group());
            int next = group.hullIndex(step.fromPosition() + 1);
            double weight = group.weightChange(base[step.group()], next);
            if (baseWeight + weight > capacity) {
                slope = step.slope();
                break;
            }
            baseWeight += weight;
            baseProfit += group.profitChange(base[step.group()], next);
            base[step.group()] = next;
        }
    }

    private static List<Step> steps(List<ChoiceGroup> groups) {
        List<Step> steps = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            ChoiceGroup group = groups.get(g);
            for (int position = 0; position + 1 < group.hullSize(); position++) {
                steps.add(new Step(g, position, group.slopeAfter(position)));
            }
        }
        // Stable, so that steps of equal slope keep the order of their groups.
        steps.sort(Comparator.comparingDouble(Step::slope).reversed());
        return steps;
    }

    /** The profit of the mixed solution, which no real one exceeds. */
    double profit() {
        return baseProfit + slope * (capacity - baseWeight);
    }

    double capacity() {
        return capacity;
    }

    /** The index of each group's option before the break; a solution within the capacity. */
    int[] base() {
        return base.clone();
    }

    double baseWeight() {
        return baseWeight;
    }

    double baseProfit() {
        return baseProfit;
    }

    /** The profit that one more unit of capacity would bring; 0 when every group has its most profitable option. */
    double slope() {
        return slope;
    }
}
