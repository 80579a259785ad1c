package dev.tinydancer.router.budget;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The groups of a multiple-choice knapsack in the order in which they are worth looking at once the relaxation is solved,
 * and bounds on what those not yet looked at can contribute.
 *
 * <p>An option's regret is what choosing it instead of the base option loses at the relaxation's price for weight, at
 * least 0. A solution's profit is the relaxation's less the regrets of its options less the price of the capacity that it
 * leaves over. So an option whose regret exceeds the distance between the relaxation and a known solution is in no better
 * one. Groups come in ascending order of the least regret of their options other than the base.
 */
final class Core {

    private final List<ChoiceGroup> groups;
    private final LinearRelaxation relaxation;
    private final int[] base;
    private final double[] leastRegret;
    private final int[] order;
    private final double[] steepestUp;
    private final double[] flattestDown;

    Core(List<ChoiceGroup> groups, LinearRelaxation relaxation) {
        this.groups = groups;
        this.relaxation = relaxation;
        this.base = relaxation.base();
        int size = groups.size();
        leastRegret = new double[size];
        for (int group = 0; group < size; group++) {
            leastRegret[group] = leastRegretOf(group);
        }
        order = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble(group -> leastRegret[group]))
                .mapToInt(Integer::intValue)
                .toArray();
        steepestUp = new double[size + 1];
        flattestDown = new double[size + 1];
        flattestDown[size] = Double.POSITIVE_INFINITY;
        for (int position = size - 1; position >= 0; position--) {
            int group = order[position];
            steepestUp[position] = Math.max(steepestUp[position + 1], steepestUpOf(group));
            flattestDown[position] = Math.min(flattestDown[position + 1], flattestDownOf(group));
        }
    }

    int size() {
        return order.length;
    }

    /** The index of the group at the given position of the order. */
    int group(int position) {
        return order[position];
    }

    /** The index of the base option of the group with the given index. */
    int base(int group) {
        return base[group];
    }

    /** The least regret of any option but the base in the group at the given position; infinite if it has no other. */
    double leastRegret(int position) {
        return leastRegret[order[position]];
    }

    /** What the option loses against the base option of its group. */
    double regret(int group, int option) {
        ChoiceGroup choices = groups.get(group);
        return relaxation.slope() * choices.weightChange(base[group], option)
                - choices.profitChange(base[group], option);
    }

    /**
     * The profit that a solution cannot exceed which comes from one with the given weight and profit by changing groups at
     * or behind the given position, where that one has the base options. Spare capacity can be used at the best slope
     * upwards that these groups still offer, excess weight be given back at the best slope downwards; negative infinity if
     * nothing can be given back.
     */
    double bound(double weight, double profit, int position) {
        double spare = relaxation.capacity() - weight;
        return profit + spare * (spare >= 0 ? steepestUp[position] : flattestDown[position]);
    }

    private double leastRegretOf(int group) {
        double least = Double.POSITIVE_INFINITY;
        for (int option = 0; option < groups.get(group).size(); option++) {
            if (option != base[group]) {
                least = Math.min(least, regret(group, option));
            }
        }
        return least;
    }

    private double steepestUpOf(int group) {
        double steepest = 0;
        for (int option = base[group] + 1; option < groups.get(group).size(); option++) {
            steepest = Math.max(steepest, groups.get(group).slope(base[group], option));
        }
        return steepest;
    }

    private double flattestDownOf(int group) {
        double flattest = Double.POSITIVE_INFINITY;
        for (int option = 0; option < base[group]; option++) {
            flattest = Math.min(flattest, groups.get(group).slope(option, base[group]));
        }
        return flattest;
    }
}
