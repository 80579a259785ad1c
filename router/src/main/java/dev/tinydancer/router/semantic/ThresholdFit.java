package dev.tinydancer.router.semantic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Learns thresholds from queries: first what all routes share, then what sets each apart. */
final class ThresholdFit {
    /*
     * The aim is balanced accuracy, a sum over queries in which each weighs the inverse of how many are of its kind (with
     * a route or without). A common shift of the default thresholds is found on a grid. Then, route after route, the
     * threshold is moved to where the sum is largest while the others stay: only queries on which this route would win
     * depend on it, and between two of their similarities nothing changes, so a sort and a running sum find the best
     * gap exactly.
     *
     * A route that few queries come near has learned little. With n queries that it wins under the lower of the shifted
     * and the learned threshold, it goes only the part n / (n + shrinkage) of the way between them.
     */

    private static final int SHIFT_STEPS = 50;
    private static final double SHIFT_STEP = 0.005;
    private static final int PASSES = 3;

    /** Below the weight of a single query, above the rounding of their sum. */
    private static final double EQUAL_GAIN = 1e-12;

    /** A query on which a route would win, and what accuracy gains if it does. */
    private record Contest(double similarity, double gain) {}

    private final List<FitQuery> queries;
    private final double routedWeight;
    private final double noneWeight;

    ThresholdFit(List<FitQuery> queries) {
        this.queries = queries;
        long none =
                queries.stream().filter(query -> query.label == FitQuery.NONE).count();
        noneWeight = 1.0 / Math.max(1, none);
        routedWeight = 1.0 / Math.max(1, queries.size() - none);
    }

    /**
     * The learned thresholds, in [0, 1].
     *
     * @param defaults where to start from
     * @param shrinkage how many queries it takes to go half of the way from the common shift; infinite for staying there
     */
    double[] fit(double[] defaults, double shrinkage) {
        double[] prior = shifted(defaults, bestShift(defaults));
        double[] thresholds = prior.clone();
        if (shrinkage == Double.POSITIVE_INFINITY) {
            return thresholds;
        }
        List<List<FitQuery>> queriesOf = queriesByRoute(defaults.length);
        for (int pass = 0; pass < PASSES; pass++) {
            for (int place = 0; place < thresholds.length; place++) {
                List<Contest> contests = contests(place, queriesOf.get(place), thresholds);
                double learned = bestThreshold(contests, prior[place]);
                double lower = Math.min(learned, prior[place]);
                long won = contests.stream()
                        .filter(contest -> contest.similarity() >= lower)
                        .count();
                double share = won == 0 ? 0 : won / (won + shrinkage);
                thresholds[place] = prior[place] + share * (learned - prior[place]);
            }
        }
        return thresholds;
    }

    private double bestShift(double[] defaults) {
        double best = 0;
        double bestValue = value(defaults);
        for (int step = 1; step <= SHIFT_STEPS; step++) {
            for (double shift : new double[] {step * SHIFT_STEP, -step * SHIFT_STEP}) {
                double value = value(shifted(defaults, shift));
                if (value > bestValue) {
                    best = shift;
                    bestValue = value;
                }
            }
        }
        return best;
    }

    private double value(double[] thresholds) {
        double value = 0;
        for (FitQuery query : queries) {
            value += value(query, query.answer(thresholds));
        }
        return value;
    }

    /** What an answer is worth. */
    private double value(FitQuery query, int answer) {
        if (query.label != answer) {
            return 0;
        }
        return answer == FitQuery.NONE ? noneWeight : routedWeight;
    }

    private List<List<FitQuery>> queriesByRoute(int routes) {
        List<List<FitQuery>> byRoute = Stream.generate(() -> (List<FitQuery>) new ArrayList<FitQuery>())
                .limit(routes)
                .toList();
        for (FitQuery query : queries) {
            for (int rank = 0; rank < query.size(); rank++) {
                byRoute.get(query.place(rank)).add(query);
            }
        }
        return byRoute;
    }

    /** The queries that a route wins if it reaches its threshold, the most similar first. */
    private List<Contest> contests(int place, List<FitQuery> ofRoute, double[] thresholds) {
        List<Contest> contests = new ArrayList<>();
        for (FitQuery query : ofRoute) {
            int rival = query.bestRank(thresholds, place);
            int rank = query.rankOf(place);
            if (rival == FitQuery.NONE || rank < rival) {
                int otherwise = rival == FitQuery.NONE ? FitQuery.NONE : query.place(rival);
                contests.add(new Contest(query.similarity(rank), value(query, place) - value(query, otherwise)));
            }
        }
        contests.sort(Comparator.comparingDouble(Contest::similarity).reversed());
        return contests;
    }

    /** The threshold that gains most; of several, the one nearest to the prior. */
    private static double bestThreshold(List<Contest> contests, double prior) {
        double best = prior;
        double bestGain = Double.NEGATIVE_INFINITY;
        double gain = 0;
        for (int won = 0; won <= contests.size(); won++) {
            // With this many won, the threshold lies in (lower, upper].
            double upper = won == 0 ? 1 : contests.get(won - 1).similarity();
            double lower = won == contests.size() ? 0 : contests.get(won).similarity();
            if (won > 0) {
                gain += contests.get(won - 1).gain();
            }
            if (upper <= lower) {
                continue;
            }
            double threshold = prior > lower && prior <= upper ? prior : (lower + upper) / 2;
            boolean nearer = Math.abs(threshold - prior) < Math.abs(best - prior);
            if (gain > bestGain + EQUAL_GAIN || (gain >= bestGain - EQUAL_GAIN && nearer)) {
                best = threshold;
                bestGain = gain;
            }
        }
        return best;
    }

    private static double[] shifted(double[] thresholds, double shift) {
        return Arrays.stream(thresholds)
                .map(threshold -> Math.clamp(threshold + shift, 0, 1))
                .toArray();
    }
}
