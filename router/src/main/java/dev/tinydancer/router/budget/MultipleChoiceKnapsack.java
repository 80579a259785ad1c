package dev.tinydancer.router.budget;

import java.util.List;

/**
 * Chooses exactly one option of each group for the highest sum of profits, where the weights must not add up to more than
 * a capacity. Weights and profits are finite and may be negative.
 *
 * <p>Linear relaxation, rounding, and exact search within a fixed amount of work, so that the time is bounded and the
 * answer does not depend on the machine.
 */
final class MultipleChoiceKnapsack {

    /** Rounding errors of sums, relative to the sums: 1,000 additions stay well below. */
    private static final double ROUNDING = 1e-12;

    /** Several times what most batches of 1,000 requests and 20 agents need; all of it takes some 20 ms. */
    private static final int WORK_LIMIT = 250_000;

    /**
     * @param chosen the id of the chosen option of each group; the lightest options if not {@code feasible}
     * @param feasible whether the weights keep the capacity
     * @param relaxationGap the distance of the profit to that of the linear relaxation, relative to the larger of the two;
     *     0 if not {@code feasible}
     * @param optimal whether it is proven that no solution is better
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed over once inside the package, never compared.
    record Solution(int[] chosen, boolean feasible, double relaxationGap, boolean optimal) {}

    private MultipleChoiceKnapsack() {}

    static Solution solve(List<ChoiceGroup> groups, double capacity) {
        double lightest =
                groups.stream().mapToDouble(group -> group.option(0).weight()).sum();
        double usable = capacity + ROUNDING * Math.max(Math.abs(capacity), Math.abs(lightest));
        if (lightest > usable) {
            return new Solution(ids(groups, new int[groups.size()]), false, 0, true);
        }
        LinearRelaxation relaxation = new LinearRelaxation(groups, usable);
        double relaxed = relaxation.profit();
        CoreSearch search = new CoreSearch(groups, relaxation, ROUNDING * Math.abs(relaxed));
        boolean optimal = search.run(WORK_LIMIT);
        return new Solution(ids(groups, search.choices()), true, gap(relaxed, search.profit()), optimal);
    }

    /** At least 0, though rounding may put the relaxation a hair below the solution. */
    private static double gap(double relaxed, double real) {
        return relaxed > real ? (relaxed - real) / Math.max(Math.abs(relaxed), Math.abs(real)) : 0;
    }

    private static int[] ids(List<ChoiceGroup> groups, int[] options) {
        int[] ids = new int[options.length];
        for (int g = 0; g < options.length; g++) {
            ids[g] = groups.get(g).option(options[g]).id();
        }
        return ids;
    }
}
