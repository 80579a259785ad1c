package dev.tinydancer.router.budget;

import java.util.OptionalInt;

/**
 * Which agent answers each request of a batch, and how good that is against the best that is possible.
 *
 * <p>Not a record, because it holds an array; two instances are equal only if they are the same.
 */
public final class BatchAssignment {

    /** In place of an agent where there is none. */
    static final int NONE = -1;

    private final int[] agents;
    private final boolean boundKept;
    private final double totalCostUsd;
    private final double meanQuality;
    private final double relaxationGap;
    private final boolean optimal;

    BatchAssignment(
            int[] agents,
            boolean boundKept,
            double totalCostUsd,
            double meanQuality,
            double relaxationGap,
            boolean optimal) {
        this.agents = agents;
        this.boundKept = boundKept;
        this.totalCostUsd = totalCostUsd;
        this.meanQuality = meanQuality;
        this.relaxationGap = relaxationGap;
        this.optimal = optimal;
    }

    /**
     * The agent of a request, or nothing for a request that no agent can answer.
     *
     * @param request from 0
     * @throws IndexOutOfBoundsException if there is no such request
     */
    public OptionalInt agent(int request) {
        return agents[request] == NONE ? OptionalInt.empty() : OptionalInt.of(agents[request]);
    }

    /** How many requests the batch has. */
    public int requests() {
        return agents.length;
    }

    /**
     * Whether the bound that was asked for (mean quality or total cost) is kept. If not, no assignment keeps it, and this is
     * the one that comes nearest to it.
     */
    public boolean boundKept() {
        return boundKept;
    }

    /** The expected cost of all assigned requests, in US dollars. */
    public double totalCostUsd() {
        return totalCostUsd;
    }

    /** The mean expected quality of the assigned requests, in [0, 1]; NaN if none could be assigned. */
    public double meanQuality() {
        return meanQuality;
    }

    /**
     * By which share the cost is above, or the quality below, the bound of the linear relaxation, which no assignment can
     * better; at least 0. The distance to the best assignment is at most this, and 0 if {@link #optimal()}. 0 where the
     * bound that was asked for cannot be kept.
     */
    public double relaxationGap() {
        return relaxationGap;
    }

    /** Whether this is proven to be the best assignment (to twelve digits of its cost or quality). */
    public boolean optimal() {
        return optimal;
    }
}
