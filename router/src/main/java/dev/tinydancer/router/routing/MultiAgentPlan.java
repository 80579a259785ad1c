package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Which agents work on a request together, and what that is expected to bring.
 *
 * @param steps what each agent does: in their order for a pipeline, the most needed part first for parallel work, the best
 *     agent first for an ensemble
 * @param quality the probability that the agents together answer well, in [0, 1]
 */
public record MultiAgentPlan(PlanStrategy strategy, List<Step> steps, double quality) {

    public MultiAgentPlan {
        requireNonNull(strategy, "strategy");
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("steps must not be empty");
        }
        if (!(quality >= 0 && quality <= 1)) {
            throw new IllegalArgumentException("quality must be in [0, 1], got " + quality);
        }
    }

    /** The cost of all steps in US dollars. */
    public double costUsd() {
        return steps.stream().mapToDouble(Step::costUsd).sum();
    }

    /** The time until the last step is done, in milliseconds. */
    public double latencyMillis() {
        return strategy.latencyMillis(steps.stream().mapToDouble(Step::latencyMillis));
    }

    /**
     * The work of one agent.
     *
     * @param assessment the agent, and what was expected of it for the whole request
     * @param role what it does, in a word or two
     */
    public record Step(AgentAssessment assessment, String role) {

        public Step {
            requireNonNull(assessment, "assessment");
            requireNonNull(role, "role");
        }

        /** The probability that this agent alone answers the request well, in [0, 1]. */
        public double confidence() {
            return assessment.quality().mean();
        }

        /** The cost of its work, in US dollars: that of the whole request, of which it reads everything. */
        public double costUsd() {
            return assessment.prospect().costUsd();
        }

        /** The time of its work, in milliseconds. */
        public double latencyMillis() {
            return assessment.prospect().latencyMillis();
        }
    }
}
