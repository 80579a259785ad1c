package dev.tinydancer.router.routing;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentStanding;
import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.agent.Circuit;
import dev.tinydancer.router.budget.BudgetStanding;
import dev.tinydancer.router.budget.ExhaustedPolicy;
import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.QualityEstimate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Holds an agent against the hard constraints of a request and of the situation in which it comes. */
final class ConstraintCheck {

    /** The distance of what can only be given up as a whole. */
    private static final double WHOLE = 1;

    private final RoutingConstraints constraints;
    private final Situation situation;

    ConstraintCheck(RoutingConstraints constraints, Situation situation) {
        this.constraints = constraints;
        this.situation = situation;
    }

    /**
     * All constraints that the agent violates: first what is wrong with the agent itself, then in the order in which the SQL
     * function lists its arguments, then budgets.
     *
     * @param inputTokens that the agent has to read
     * @param outputTokens that it is expected to write
     */
    List<Violation> violations(
            Agent agent, Prospect prospect, QualityEstimate quality, double inputTokens, double outputTokens) {
        List<Violation> violations = new ArrayList<>(0);
        if (!agent.active()) {
            violations.add(new Violation("inactive", "", "activating the agent", WHOLE));
        }
        addLimits(violations, agent, inputTokens, outputTokens);
        addStanding(violations, agent);
        if (!agent.capabilities().containsAll(constraints.requiredCapabilities())) {
            violations.add(lacking(agent.capabilities()));
        }
        addIfAbove(violations, "max_cost", prospect.costUsd(), constraints.maxCostUsd());
        addIfAbove(violations, "max_latency_ms", prospect.latencyMillis(), constraints.maxLatencyMillis());
        double knownQuality = quality.similarRequests() > 0
                ? quality.mean()
                : agent.performance().qualityScore();
        if (knownQuality < constraints.minQuality()) {
            violations.add(new Violation(
                    "min_quality " + Figures.shortest(constraints.minQuality()),
                    Figures.shortest(knownQuality),
                    "min_quality => " + Figures.roundedDown(knownQuality),
                    constraints.minQuality() - knownQuality));
        }
        if (constraints.excludes(agent)) {
            violations.add(new Violation("excluded_agents", "", "excluded_agents without the agent", WHOLE));
        }
        addIfAbove(violations, "budget_remaining", prospect.costUsd(), constraints.budgetRemainingUsd());
        for (BudgetStanding budget : situation.budgets()) {
            if (budget.exhaustedPolicy() == ExhaustedPolicy.REJECT && budget.isOverdrawnBy(agent, prospect.costUsd())) {
                violations.add(overdrawn(budget, prospect.costUsd()));
            }
        }
        return violations;
    }

    /** That an agent's quality is below the given share of the best candidate's, which comes to the bound. */
    static Violation belowTheBest(double share, double quality, double bound) {
        return new Violation(
                "min_relative_quality " + Figures.shortest(share),
                Figures.shortest(quality) + " of " + Figures.shortest(bound / share),
                "min_relative_quality => " + Figures.roundedDown(quality * share / bound),
                bound - quality);
    }

    private void addLimits(List<Violation> violations, Agent agent, double inputTokens, double outputTokens) {
        Set<String> missing = new TreeSet<>();
        for (String need : constraints.needs()) {
            if (!agent.can(need)) {
                missing.add(need);
            }
        }
        if (!missing.isEmpty()) {
            String words = String.join(", ", missing);
            violations.add(new Violation(
                    "needs",
                    "lacks " + words,
                    "needs without " + words,
                    (double) missing.size() / constraints.needs().size()));
        }
        double tokens = Math.ceil(inputTokens + outputTokens);
        int window = agent.limits().contextWindow();
        if (tokens > window) {
            violations.add(new Violation(
                    "context_window",
                    (long) tokens + " of " + window + " tokens",
                    "request and answer of " + window + " tokens together",
                    1 - window / tokens));
        }
        int most = agent.limits().maxOutputTokens();
        if (outputTokens > most) {
            violations.add(new Violation(
                    "max_output_tokens",
                    (long) outputTokens + " of " + most + " tokens",
                    "expected_output_tokens => " + most,
                    1 - most / outputTokens));
        }
    }

    private void addStanding(List<Violation> violations, Agent agent) {
        AgentStanding standing = situation.standingOf(agent);
        Instant restsUntil = standing.restsUntil();
        if (restsUntil != null && !situation.letsTry(agent)) {
            String until = Figures.second(restsUntil);
            violations.add(
                    standing.circuit() == Circuit.OPEN
                            ? resting("circuit open", "until " + until, "waiting until " + until, restsUntil)
                            : resting("circuit half open", "few requests try it", "routing again", restsUntil));
        }
        if (standing.inFlight() >= agent.maxConcurrency()) {
            violations.add(new Violation(
                    "max_concurrency " + agent.maxConcurrency() + " reached",
                    "",
                    "waiting for one of its outcomes",
                    WHOLE));
        }
    }

    private static Violation resting(String constraint, String value, String relaxation, Instant until) {
        return new Violation(constraint, value, relaxation, WHOLE, null, until);
    }

    private static Violation overdrawn(BudgetStanding budget, double costUsd) {
        return new Violation(
                "budget " + budget.scope() + " with " + Figures.shortest(budget.remainingUsd()) + " left",
                Figures.shortest(costUsd),
                "an amount of "
                        + Figures.roundedUp(budget.spentUsd() + budget.reservedUsd() + costUsd)
                        + " in ruvector_set_budget('"
                        + budget.scope() + "', ...)",
                1 - budget.remainingUsd() / costUsd,
                budget,
                null);
    }

    private Violation lacking(Capabilities capabilities) {
        Set<String> required = constraints.requiredCapabilities().words();
        Set<String> missing = new TreeSet<>(required);
        missing.removeAll(capabilities.words());
        String words = String.join(", ", missing);
        return new Violation(
                "required_capabilities",
                "lacks " + words,
                "required_capabilities without " + words,
                (double) missing.size() / required.size());
    }

    private static void addIfAbove(List<Violation> violations, String name, double value, double bound) {
        if (value > bound) {
            violations.add(new Violation(
                    name + " " + Figures.shortest(bound),
                    Figures.shortest(value),
                    name + " => " + Figures.roundedUp(value),
                    1 - bound / value));
        }
    }
}
