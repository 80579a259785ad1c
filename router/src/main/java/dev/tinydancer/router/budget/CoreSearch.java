package dev.tinydancer.router.budget;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a real solution of a multiple-choice knapsack out of its relaxation: fills the capacity that the base leaves over,
 * then searches the groups of the {@link Core}, and proves that no other solution is better or stops when that gets too
 * much work.
 */
final class CoreSearch {

    /*
     * The search is a dynamic programme over the groups in the order of the core. Its states are partial solutions that
     * are neither dominated (another is lighter and richer) nor out of reach (their bound does not exceed the best known
     * solution). Each state is a whole solution with the base options elsewhere, so the best known solution improves on
     * the way and takes ever more groups out of consideration: in random instances some ten groups of 1,000 decide.
     *
     * D. Pisinger, "A minimal algorithm for the multiple-choice knapsack problem", European Journal of Operational
     * Research 83, 1995. Differences: groups are ordered by least regret, and too many states are thinned out.
     */

    /** The base options but for a chain of changes. What is above the capacity may yet be given back by later changes. */
    private record State(
            double weight,
            double profit,
            int group,
            int option,
            @Nullable State previous) {

        static int lightestThenRichest(State a, State b) {
            int order = Double.compare(a.weight, b.weight);
            return order != 0 ? order : Double.compare(b.profit, a.profit);
        }
    }

    /** Where quality grows in proportion to cost, nothing is dominated and states would grow without end. */
    private static final int MOST_STATES = 1_000;

    /** What fits is used up after two or three; the rest is left to the search. */
    private static final int MOST_FILLINGS = 8;

    private final List<ChoiceGroup> groups;
    private final LinearRelaxation relaxation;
    private final Core core;
    private final double tolerance;

    private final int[] filled;
    private double bestProfit;
    private @Nullable State best;

    /** @param tolerance how much more profit is not worth searching for */
    CoreSearch(List<ChoiceGroup> groups, LinearRelaxation relaxation, double tolerance) {
        this.groups = groups;
        this.relaxation = relaxation;
        this.core = new Core(groups, relaxation);
        this.tolerance = tolerance;
        this.filled = relaxation.base();
        this.bestProfit = relaxation.baseProfit();
        fill();
    }

    /**
     * Searches for better solutions.
     *
     * @param workLimit how many states to make
     * @return whether the solution is now proven to be the best up to the tolerance
     */
    boolean run(int workLimit) {
        List<State> states = List.of(new State(relaxation.baseWeight(), relaxation.baseProfit(), -1, -1, null));
        boolean complete = true;
        long work = 0;
        for (int position = 0; position < core.size() && !states.isEmpty(); position++) {
            if (!mayBeBetter(relaxation.profit() - core.leastRegret(position))) {
                break;
            }
            work += (long) states.size() * groups.get(core.group(position)).size();
            if (work > workLimit) {
                return false;
            }
            states = expand(states, position);
            if (states.size() > MOST_STATES) {
                states = thinOut(states, position + 1);
                complete = false;
            }
        }
        return complete;
    }

    /** The profit of the best solution found. */
    double profit() {
        return bestProfit;
    }

    /** The index of the option that the best solution found has in each group. */
    int[] choices() {
        if (best == null) {
            return filled.clone();
        }
        int[] choices = relaxation.base();
        for (State state = best; state.previous() != null; state = state.previous()) {
            choices[state.group()] = state.option();
        }
        return choices;
    }

    /** Takes the change that gains the most of all that still fit, a few times. */
    private void fill() {
        double spare = relaxation.capacity() - relaxation.baseWeight();
        for (int filling = 0; filling < MOST_FILLINGS; filling++) {
            double mostGain = 0;
            int richestGroup = -1;
            int richestOption = -1;
            for (int group = 0; group < filled.length; group++) {
                int option = groups.get(group).richestWithin(filled[group], spare);
                double gain = groups.get(group).profitChange(filled[group], option);
                if (gain > mostGain) {
                    mostGain = gain;
                    richestGroup = group;
                    richestOption = option;
                }
            }
            if (richestGroup < 0) {
                return;
            }
            spare -= groups.get(richestGroup).weightChange(filled[richestGroup], richestOption);
            bestProfit += mostGain;
            filled[richestGroup] = richestOption;
        }
    }

    /** The states with each option of the group at the position, without those that cannot lead to a better solution. */
    private List<State> expand(List<State> states, int position) {
        int group = core.group(position);
        ChoiceGroup choices = groups.get(group);
        int base = core.base(group);
        List<State> expanded = new ArrayList<>(states);
        for (int option = 0; option < choices.size(); option++) {
            if (option == base || !mayBeBetter(relaxation.profit() - core.regret(group, option))) {
                continue;
            }
            double weightChange = choices.weightChange(base, option);
            double profitChange = choices.profitChange(base, option);
            for (State state : states) {
                State changed =
                        new State(state.weight() + weightChange, state.profit() + profitChange, group, option, state);
                keepIfBest(changed);
                if (mayBeBetter(bound(changed, position + 1))) {
                    expanded.add(changed);
                }
            }
        }
        return undominated(expanded, position + 1);
    }

    private List<State> undominated(List<State> states, int position) {
        states.sort(State::lightestThenRichest);
        List<State> kept = new ArrayList<>(states.size());
        double richest = Double.NEGATIVE_INFINITY;
        for (State state : states) {
            // The tolerance unites states that differ by rounding only, of which equal groups make very many.
            if (state.profit() > richest + tolerance && mayBeBetter(bound(state, position))) {
                richest = state.profit();
                kept.add(state);
            }
        }
        return kept;
    }

    /** The state with the highest bound in each of many equal ranges of weight, so that all ranges stay within reach. */
    private List<State> thinOut(List<State> states, int position) {
        double lightest = states.getFirst().weight();
        double range = (states.getLast().weight() - lightest) / (MOST_STATES / 2);
        List<State> kept = new ArrayList<>(MOST_STATES / 2 + 1);
        int previousRange = -1;
        for (State state : states) {
            int rangeOfState = (int) ((state.weight() - lightest) / range);
            if (rangeOfState != previousRange) {
                kept.add(state);
                previousRange = rangeOfState;
            } else if (bound(state, position) > bound(kept.getLast(), position)) {
                kept.set(kept.size() - 1, state);
            }
        }
        return kept;
    }

    private void keepIfBest(State state) {
        if (state.weight() <= relaxation.capacity() && state.profit() > bestProfit) {
            best = state;
            bestProfit = state.profit();
        }
    }

    private boolean mayBeBetter(double bound) {
        return bound > bestProfit + tolerance;
    }

    private double bound(State state, int position) {
        return core.bound(state.weight(), state.profit(), position);
    }
}
