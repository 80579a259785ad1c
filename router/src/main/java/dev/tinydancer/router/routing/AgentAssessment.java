package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.conversation.Staying;
import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.EffortEstimate;
import dev.tinydancer.router.quality.QualityEstimate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One agent as a candidate for one request.
 *
 * @param quality the predicted quality with the evidence behind it
 * @param prospect what choosing it is expected to bring
 * @param effort what the answer is expected to take, of which its cost was estimated
 * @param staying what it has because it has answered in the conversation before
 * @param violations the hard constraints that it does not keep; none for a candidate
 * @param overlooked the rest of its circuit, where that is overlooked for want of an agent at which nothing is wrong
 * @param credit utility that it is credited with for being less known than other candidates, by requests that try agents
 *     out, at least 0
 * @param utility its utility under the policy and for staying, without the credit, comparable within one request; NaN for an
 *     agent that is no candidate
 */
public record AgentAssessment(
        Agent agent,
        QualityEstimate quality,
        Prospect prospect,
        EffortEstimate effort,
        Staying staying,
        List<Violation> violations,
        @Nullable Violation overlooked,
        double credit,
        double utility) {

    public AgentAssessment {
        requireNonNull(agent, "agent");
        requireNonNull(quality, "quality");
        requireNonNull(prospect, "prospect");
        requireNonNull(effort, "effort");
        requireNonNull(staying, "staying");
        violations = List.copyOf(violations);
    }

    /** An agent that is credited with nothing and has answered nothing. */
    public AgentAssessment(
            Agent agent,
            QualityEstimate quality,
            Prospect prospect,
            double outputTokens,
            List<Violation> violations,
            double utility) {
        this(
                agent,
                quality,
                prospect,
                new EffortEstimate(prospect.latencyMillis(), outputTokens, 0),
                Staying.NONE,
                violations,
                null,
                0,
                utility);
    }

    /** The length of the answer that its cost was estimated with, in tokens. */
    public double outputTokens() {
        return effort.outputTokens();
    }

    /** Whether the agent keeps every hard constraint. */
    public boolean isCandidate() {
        return violations.isEmpty();
    }

    /** Whether the agent is no candidate, and would be one with more money in a budget. */
    boolean lacksNothingButMoney() {
        return !violations.isEmpty() && violations.stream().allMatch(violation -> violation.budget() != null);
    }

    /** When the rest of its circuit ends if that is all that keeps the agent from being a candidate; null otherwise. */
    @Nullable
    Instant lacksNothingButRestUntil() {
        return violations.size() == 1 ? violations.getFirst().restsUntil() : null;
    }

    /** The same as a candidate, though its circuit rests. */
    AgentAssessment asLastResort() {
        return new AgentAssessment(
                agent, quality, prospect, effort, staying, List.of(), violations.getFirst(), credit, utility);
    }

    /** What is expected of the agent, or why it is no candidate, in words. */
    public String reasoning() {
        return Reasoning.ofAssessment(this);
    }

    /** What choosing the agent is hoped to bring: its utility with the credit. */
    double hope() {
        return utility + credit;
    }

    AgentAssessment rated(double newUtility, double newCredit) {
        return new AgentAssessment(
                agent, quality, prospect, effort, staying, violations, overlooked, newCredit, newUtility);
    }

    /** The same as one that does not keep another constraint. */
    AgentAssessment violating(Violation violation) {
        return new AgentAssessment(
                agent, quality, prospect, effort, staying, List.of(violation), overlooked, credit, utility);
    }
}
