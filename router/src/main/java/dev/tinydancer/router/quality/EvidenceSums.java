package dev.tinydancer.router.quality;

/** Outcomes of requests similar to one request, summed up for each agent. Not safe for use by several threads. */
final class EvidenceSums {

    /** Sums of an agent, side by side because they are always added to together; the fourth place aligns them. */
    private static final int STRIDE = 4;

    private static final int WEIGHT = 0;
    private static final int GOOD = 1;
    private static final int RESIDUAL = 2;

    private final double[] sums;

    /** @param agents number of agents; their slots count from 0 */
    EvidenceSums(int agents) {
        sums = new double[STRIDE * agents];
    }

    /** Adds an outcome; one of an agent that appeared after this was made is left out. */
    void add(int agent, double weight, double goodness, double residual) {
        int start = STRIDE * agent;
        if (start < sums.length) {
            sums[start + WEIGHT] += weight;
            sums[start + GOOD] += weight * goodness;
            sums[start + RESIDUAL] += weight * residual;
        }
    }

    /** Number of similar requests, each counting by its similarity and age. */
    double weight(int agent) {
        return sums[STRIDE * agent + WEIGHT];
    }

    /** How many of them were answered well. */
    double good(int agent) {
        return sums[STRIDE * agent + GOOD];
    }

    /** How many more of them were answered well than had been predicted. */
    double residual(int agent) {
        return sums[STRIDE * agent + RESIDUAL];
    }
}
