package dev.tinydancer.router.quality;

/** Outcomes of requests similar to one request, summed up for each agent. Not safe for use by several threads. */
final class EvidenceSums {

    private final double[] weights;
    private final double[] good;
    private final double[] residuals;

    /** @param agents number of agents; their slots count from 0 */
    EvidenceSums(int agents) {
        weights = new double[agents];
        good = new double[agents];
        residuals = new double[agents];
    }

    /** Adds an outcome; one of an agent that appeared after this was made is left out. */
    void add(int agent, double weight, double goodness, double residual) {
        if (agent < weights.length) {
            weights[agent] += weight;
            good[agent] += weight * goodness;
            residuals[agent] += weight * residual;
        }
    }

    /** Number of similar requests, each counting by its similarity and age. */
    double weight(int agent) {
        return weights[agent];
    }

    /** How many of them were answered well. */
    double good(int agent) {
        return good[agent];
    }

    /** How many more of them were answered well than had been predicted. */
    double residual(int agent) {
        return residuals[agent];
    }
}
