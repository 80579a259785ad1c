package dev.tinydancer.router.budget;

import java.util.ArrayList;
import java.util.List;
import org.ojalgo.optimisation.Optimisation;
import org.ojalgo.optimisation.linear.LinearSolver;

/**
 * The linear programme of a budget.
 *
 * <p>A variable is the fraction of one category's requests that one of its offers answers. Rows: the budget, the mean
 * quality, and for each category that its fractions add up to at most 1. Only offers on the hull of (cost, quality) become
 * variables, because a mixture of two of these is as cheap as and better than any other. All rows and the objective are
 * divided by their largest possible sums, so that the solver sees figures of the size of 1 whatever the prices are.
 */
final class AllocationProgramme {

    /**
     * The requests of one category.
     *
     * @param requests how many, more than 0
     * @param offers by cost as weight and quality as profit, all with a profit of more than 0
     */
    record Supply(double requests, ChoiceGroup offers) {}

    /**
     * Requests answered by one offer.
     *
     * @param agent the id of the option
     */
    record Flow(int agent, double requests, double costUsd, double quality) {}

    /** Kept away from the budget, so that sums of the parts do not exceed it by rounding. */
    private static final double ROUNDING = 1e-12;

    /** Fractions below are what the simplex method's arithmetic leaves of 0. */
    private static final double NOTHING = 1e-11;

    /** The share of the largest possible cost by which the budget is raised to see what the next dollar brings. */
    private static final double RAISE = 1e-7;

    private record Variable(int category, int option) {}

    private final List<Supply> supplies;
    private final double minMeanQuality;
    private final List<Variable> variables = new ArrayList<>();
    private double totalRequests;
    private double largestCost;

    /** @param minMeanQuality in [0, 1]; 0 is no bound */
    AllocationProgramme(List<Supply> supplies, double minMeanQuality) {
        this.supplies = supplies;
        this.minMeanQuality = minMeanQuality;
        for (int category = 0; category < supplies.size(); category++) {
            ChoiceGroup offers = supplies.get(category).offers();
            for (int position = 0; position < offers.hullSize(); position++) {
                variables.add(new Variable(category, offers.hullIndex(position)));
            }
            double requests = supplies.get(category).requests();
            totalRequests += requests;
            largestCost += requests * offers.option(offers.size() - 1).weight();
        }
    }

    /** The requests that are answered for this budget, without those offers that answer none. */
    List<Flow> flows(double budgetUsd) {
        if (variables.isEmpty()) {
            return List.of();
        }
        Optimisation.Result result = solved(solver(relative(budgetUsd) * (1 - ROUNDING)));
        List<Flow> flows = new ArrayList<>();
        for (int i = 0; i < variables.size(); i++) {
            double fraction = Math.min(result.doubleValue(i), 1);
            if (fraction > NOTHING) {
                ChoiceGroup.Option offer = option(variables.get(i));
                double requests = fraction * supply(variables.get(i)).requests();
                flows.add(new Flow(offer.id(), requests, requests * offer.weight(), requests * offer.profit()));
            }
        }
        return flows;
    }

    /**
     * How much more quality one dollar on top of this budget would bring.
     *
     * <p>The sum of quality grows with the budget along a line with kinks. At a kink the dual value lies anywhere between
     * the slopes before and behind it, so it is taken a little further on.
     */
    double marginalQualityPerDollar(double budgetUsd) {
        if (variables.isEmpty() || relative(budgetUsd) >= 1) {
            return 0;
        }
        LinearSolver solver = solver(relative(budgetUsd) + RAISE);
        solved(solver);
        return Math.max(0, solver.getDualMultiplier(0)) * totalRequests / largestCost;
    }

    /** The budget as a share of the largest possible cost; 1 when there are no costs. */
    private double relative(double budgetUsd) {
        return largestCost > 0 ? budgetUsd / largestCost : 1;
    }

    /** @param relativeBudget right-hand side of the first row */
    private LinearSolver solver(double relativeBudget) {
        int size = variables.size();
        double[] lostQuality = new double[size];
        double[] cost = new double[size];
        double[] qualityBelowMean = new double[size];
        for (int i = 0; i < size; i++) {
            ChoiceGroup.Option offer = option(variables.get(i));
            double requests = supply(variables.get(i)).requests();
            lostQuality[i] = -requests * offer.profit() / totalRequests;
            cost[i] = largestCost > 0 ? requests * offer.weight() / largestCost : 0;
            qualityBelowMean[i] = requests * (minMeanQuality - ROUNDING - offer.profit()) / totalRequests;
        }
        LinearSolver.Builder builder = LinearSolver.newBuilder(lostQuality);
        builder.inequality(relativeBudget, cost);
        builder.inequality(0, qualityBelowMean);
        for (int category = 0; category < supplies.size(); category++) {
            double[] ofCategory = new double[size];
            for (int i = 0; i < size; i++) {
                ofCategory[i] = variables.get(i).category() == category ? 1 : 0;
            }
            builder.inequality(1, ofCategory);
        }
        return builder.build();
    }

    private static Optimisation.Result solved(LinearSolver solver) {
        Optimisation.Result result = solver.solve();
        if (!result.getState().isOptimal()) {
            // Answering nothing keeps every row, and no fraction can grow without bound.
            throw new IllegalStateException(
                    "the linear programme of a budget must have a solution, but is " + result.getState());
        }
        return result;
    }

    private Supply supply(Variable variable) {
        return supplies.get(variable.category());
    }

    private ChoiceGroup.Option option(Variable variable) {
        return supply(variable).offers().option(variable.option());
    }
}
