package dev.tinydancer.router.routing;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Finds the agents whose majority is right most often. All subsets are looked at when they are few; else the ablest agents
 * are exchanged one by one as long as that helps.
 */
final class EnsembleSearch {

    /** So many subsets are looked at in about a millisecond. */
    private static final long MOST_SUBSETS = 5_000;

    /** Probabilities are compared in units of this; of ensembles equally good the cheaper is better. */
    private static final double EQUAL = 1e-9;

    private final List<AgentAssessment> candidates;
    private final double[][] correlation;
    private final double maxCostUsd;

    /**
     * @param candidates at least one
     * @param maxCostUsd what the members may cost together
     */
    EnsembleSearch(List<AgentAssessment> candidates, VoteCorrelation correlation, double maxCostUsd) {
        this.candidates = candidates;
        this.maxCostUsd = maxCostUsd;
        this.correlation = new double[candidates.size()][candidates.size()];
        for (int i = 0; i < candidates.size(); i++) {
            for (int j = 0; j < i; j++) {
                double between = correlation.between(
                        candidates.get(i).agent(), candidates.get(j).agent());
                this.correlation[i][j] = between;
                this.correlation[j][i] = between;
            }
        }
    }

    /**
     * @param members indices of candidates, ascending
     * @param quality the probability that the majority is right
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed over inside the package, never compared.
    record Ensemble(int[] members, double quality, double costUsd) {

        boolean isBetterThan(Ensemble other) {
            int byQuality = Double.compare(Math.rint(quality / EQUAL), Math.rint(other.quality / EQUAL));
            return byQuality > 0 || (byQuality == 0 && costUsd < other.costUsd);
        }
    }

    /** The best ensemble of exactly this size, or nothing if none is cheap enough. */
    Optional<Ensemble> best(int size) {
        return subsets(candidates.size(), size) <= MOST_SUBSETS ? bestOfAll(size) : bestByExchange(size);
    }

    private Optional<Ensemble> bestOfAll(int size) {
        int[] members = IntStream.range(0, size).toArray();
        Optional<Ensemble> best = Optional.empty();
        do {
            best = better(best, ensemble(members.clone()));
        } while (advance(members));
        return best;
    }

    private Optional<Ensemble> bestByExchange(int size) {
        Optional<Ensemble> best = first(
                size,
                Comparator.comparingDouble((Integer candidate) ->
                                candidates.get(candidate).quality().mean())
                        .reversed());
        if (best.isEmpty()) {
            best = first(
                    size,
                    Comparator.comparingDouble(
                            candidate -> candidates.get(candidate).prospect().costUsd()));
        }
        return best.map(this::improved);
    }

    private Ensemble improved(Ensemble start) {
        Ensemble best = start;
        Ensemble next = bestExchange(start);
        while (next.isBetterThan(best)) {
            best = next;
            next = bestExchange(best);
        }
        return best;
    }

    /** The best ensemble that differs in one member, or the given one. */
    private Ensemble bestExchange(Ensemble ensemble) {
        Optional<Ensemble> best = Optional.of(ensemble);
        for (int position = 0; position < ensemble.members().length; position++) {
            for (int candidate = 0; candidate < candidates.size(); candidate++) {
                if (Arrays.binarySearch(ensemble.members(), candidate) < 0) {
                    int[] exchanged = ensemble.members().clone();
                    exchanged[position] = candidate;
                    Arrays.sort(exchanged);
                    best = better(best, ensemble(exchanged));
                }
            }
        }
        return best.orElseThrow();
    }

    /** The first candidates in the given order, or nothing if they are too dear. */
    private Optional<Ensemble> first(int size, Comparator<Integer> order) {
        int[] members = IntStream.range(0, candidates.size())
                .boxed()
                .sorted(order)
                .limit(size)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        return better(Optional.empty(), ensemble(members));
    }

    private Optional<Ensemble> better(Optional<Ensemble> best, Ensemble other) {
        boolean replaces = other.costUsd() <= maxCostUsd && (best.isEmpty() || other.isBetterThan(best.get()));
        return replaces ? Optional.of(other) : best;
    }

    private Ensemble ensemble(int[] members) {
        double[] qualities = new double[members.length];
        double cost = 0;
        double correlations = 0;
        for (int i = 0; i < members.length; i++) {
            qualities[i] = candidates.get(members[i]).quality().mean();
            cost += candidates.get(members[i]).prospect().costUsd();
            for (int j = 0; j < i; j++) {
                correlations += correlation[members[i]][members[j]];
            }
        }
        int pairs = members.length * (members.length - 1) / 2;
        double meanCorrelation = pairs > 0 ? correlations / pairs : 0;
        return new Ensemble(members, MajorityVote.probability(qualities, meanCorrelation), cost);
    }

    /** Turns the members into the next subset of the same size in lexicographic order; false behind the last. */
    private boolean advance(int[] members) {
        int position = members.length - 1;
        while (position >= 0 && members[position] == candidates.size() - members.length + position) {
            position--;
        }
        if (position < 0) {
            return false;
        }
        members[position]++;
        for (int i = position + 1; i < members.length; i++) {
            members[i] = members[i - 1] + 1;
        }
        return true;
    }

    /** The number of subsets of this size, or any number above {@link #MOST_SUBSETS} if there are more. */
    private static long subsets(int of, int size) {
        long subsets = 1;
        for (int i = 1; i <= Math.min(size, of - size) && subsets <= MOST_SUBSETS; i++) {
            subsets = subsets * (of - i + 1) / i;
        }
        return subsets;
    }
}
