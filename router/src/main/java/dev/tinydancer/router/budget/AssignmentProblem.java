package dev.tinydancer.router.budget;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.policy.Prospect;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A batch of requests, and what each agent is expected to bring for each of them. Immutable.
 *
 * <p>Requests and agents are numbered from 0. A pair that is not offered is out of the question. A request without any
 * offer stays without an agent, and counts neither in the cost nor in the mean quality.
 *
 * <p>Of assignments equally good by the objective, the other figure is not looked at, with two exceptions: an agent that
 * is dearer for a request than one at least as good is never chosen for it, nor one that is worse than one as cheap.
 */
public final class AssignmentProblem {

    /** By request and agent. */
    private final @Nullable Prospect[][] offers;

    private AssignmentProblem(@Nullable Prospect[][] offers) {
        this.offers = offers;
    }

    /**
     * A problem to be filled with offers.
     *
     * @param requests how many, at least 0
     * @param agents how many, at least 0
     */
    public static Builder builder(int requests, int agents) {
        return new Builder(requests, agents);
    }

    /**
     * The cheapest assignment whose mean quality is at least the given one. If there is none, the one with the highest
     * mean quality, and the cheapest of these.
     *
     * @param minMeanQuality in [0, 1]; kept up to rounding (twelve digits)
     */
    public BatchAssignment cheapest(double minMeanQuality) {
        if (!(minMeanQuality >= 0 && minMeanQuality <= 1)) {
            throw new IllegalArgumentException("minMeanQuality must be in [0, 1], got " + minMeanQuality);
        }
        List<ChoiceGroup> groups = groups(prospect -> -prospect.quality(), prospect -> -prospect.costUsd());
        return assignment(MultipleChoiceKnapsack.solve(groups, -minMeanQuality * groups.size()));
    }

    /**
     * The assignment with the highest mean quality whose total cost is at most the given one. If there is none, the
     * cheapest one, and the best of these.
     *
     * @param maxTotalCostUsd finite, at least 0; kept up to rounding (twelve digits)
     */
    public BatchAssignment best(double maxTotalCostUsd) {
        if (!(maxTotalCostUsd >= 0 && maxTotalCostUsd < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("maxTotalCostUsd must be finite and at least 0, got " + maxTotalCostUsd);
        }
        List<ChoiceGroup> groups = groups(Prospect::costUsd, Prospect::quality);
        return assignment(MultipleChoiceKnapsack.solve(groups, maxTotalCostUsd));
    }

    /** The options of each request that has any, in the order of the requests. */
    private List<ChoiceGroup> groups(ToDoubleFunction<Prospect> weight, ToDoubleFunction<Prospect> profit) {
        List<ChoiceGroup> groups = new ArrayList<>(offers.length);
        for (@Nullable Prospect[] offersOfRequest : offers) {
            List<ChoiceGroup.Option> options = new ArrayList<>(offersOfRequest.length);
            for (int agent = 0; agent < offersOfRequest.length; agent++) {
                Prospect offer = offersOfRequest[agent];
                if (offer != null) {
                    options.add(
                            new ChoiceGroup.Option(agent, weight.applyAsDouble(offer), profit.applyAsDouble(offer)));
                }
            }
            if (!options.isEmpty()) {
                groups.add(new ChoiceGroup(options));
            }
        }
        return groups;
    }

    private BatchAssignment assignment(MultipleChoiceKnapsack.Solution solution) {
        int[] agents = new int[offers.length];
        double cost = 0;
        double quality = 0;
        int group = 0;
        for (int request = 0; request < offers.length; request++) {
            agents[request] = BatchAssignment.NONE;
            if (isAnswerable(request)) {
                agents[request] = solution.chosen()[group++];
                Prospect offer = requireNonNull(offers[request][agents[request]]);
                cost += offer.costUsd();
                quality += offer.quality();
            }
        }
        return new BatchAssignment(
                agents, solution.feasible(), cost, quality / group, solution.relaxationGap(), solution.optimal());
    }

    private boolean isAnswerable(int request) {
        for (Prospect offer : offers[request]) {
            if (offer != null) {
                return true;
            }
        }
        return false;
    }

    /** Collects the offers of a batch. Not safe for concurrent use. */
    public static final class Builder {

        private final @Nullable Prospect[][] offers;
        private final int agents;

        private Builder(int requests, int agents) {
            if (requests < 0) {
                throw new IllegalArgumentException("requests must be at least 0, got " + requests);
            }
            if (agents < 0) {
                throw new IllegalArgumentException("agents must be at least 0, got " + agents);
            }
            this.offers = new @Nullable Prospect[requests][agents];
            this.agents = agents;
        }

        /**
         * Lets an agent answer a request. A second offer for the same pair replaces the first.
         *
         * @param request from 0
         * @param agent from 0
         * @param prospect with a finite cost
         * @return this builder
         */
        public Builder offer(int request, int agent, Prospect prospect) {
            requireIndex("request", request, offers.length);
            requireIndex("agent", agent, agents);
            if (prospect.costUsd() == Double.POSITIVE_INFINITY) {
                throw new IllegalArgumentException(
                        "the cost of agent " + agent + " for request " + request + " must be finite, got Infinity");
            }
            offers[request][agent] = prospect;
            return this;
        }

        /** The problem with the offers so far; later ones do not change it. */
        public AssignmentProblem build() {
            @Nullable Prospect[][] copy = offers.clone();
            for (int request = 0; request < copy.length; request++) {
                copy[request] = offers[request].clone();
            }
            return new AssignmentProblem(copy);
        }

        private static void requireIndex(String name, int index, int count) {
            if (index < 0 || index >= count) {
                throw new IllegalArgumentException(
                        name + " must be at least 0 and less than " + count + ", got " + index);
            }
        }
    }
}
