package dev.tinydancer.engine.metrics;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.error.SqlState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the engine has decided, and what it has refused. */
public final class DecisionMetrics {

    /** How a request came out. */
    public enum Ending {
        /** An agent was chosen as the best. */
        CHOSEN,
        /** An agent was chosen to learn of it. */
        TRIED_OUT,
        /** No agent keeps the constraints. */
        NO_AGENT,
        /** Agents there are, but no money. */
        NO_BUDGET
    }

    /** No agent answers a request that is refused. */
    private static final String NOBODY = "";

    private record Labels(String tenant, String agent, String policy, Ending ending) {

        Labels {
            requireNonNull(tenant, "tenant");
            requireNonNull(agent, "agent");
            requireNonNull(policy, "policy");
        }
    }

    private final Series<Labels, Counter> decisions;
    private final Series<Labels, Counter> estimates;

    public DecisionMetrics(MeterRegistry registry) {
        this.decisions = series(registry, "tinydancer.decisions", "Requests that were decided or refused", null);
        this.estimates = series(
                registry,
                "tinydancer.decisions.estimated.cost",
                "US dollars that the requests were estimated to cost when they were decided",
                "usd");
    }

    private static Series<Labels, Counter> series(
            MeterRegistry registry, String name, String description, @Nullable String unit) {
        return new Series<>(
                labels -> Counter.builder(name)
                        .description(description)
                        .baseUnit(unit)
                        .tag("tenant", labels.tenant())
                        .tag("agent", labels.agent())
                        .tag("policy", labels.policy())
                        .tag("ending", labels.ending().name().toLowerCase(Locale.ROOT))
                        .register(registry),
                labels -> new Labels(Series.OTHER, Series.OTHER, Series.OTHER, labels.ending()));
    }

    /**
     * Counts a decision for an agent.
     *
     * @param policy what was optimised for, or how agents were combined
     */
    public void decided(String tenant, String agent, String policy, boolean isTrial, double estimatedCostUsd) {
        Labels labels = new Labels(tenant, agent, policy, isTrial ? Ending.TRIED_OUT : Ending.CHOSEN);
        decisions.of(labels).increment();
        estimates.of(labels).increment(estimatedCostUsd);
    }

    /** Counts a request that could not be decided; other failures are those of calls, and count there. */
    public void refused(String tenant, String policy, SqlState reason) {
        switch (reason) {
            case NO_AGENT_FITS ->
                decisions
                        .of(new Labels(tenant, NOBODY, policy, Ending.NO_AGENT))
                        .increment();
            case BUDGET_EXHAUSTED ->
                decisions
                        .of(new Labels(tenant, NOBODY, policy, Ending.NO_BUDGET))
                        .increment();
            default -> {}
        }
    }
}
