package dev.tinydancer.engine.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** How the budgets stand that have been drawn on in their present period. */
public final class BudgetMetrics {

    /**
     * A budget in its present period.
     *
     * @param amountUsd what may be spent, as of the latest decision under it
     * @param spentUsd what is spent
     * @param reservedUsd what requests under way are estimated to cost
     */
    public record Figures(String tenant, String scope, double amountUsd, double spentUsd, double reservedUsd) {

        public Figures {
            requireNonNull(tenant, "tenant");
            requireNonNull(scope, "scope");
        }

        double remainingUsd() {
            return Math.max(0, amountUsd - spentUsd - reservedUsd);
        }
    }

    private final MultiGauge amount;
    private final MultiGauge spent;
    private final MultiGauge reserved;
    private final MultiGauge remaining;

    public BudgetMetrics(MeterRegistry registry) {
        this.amount = gauge(registry, "amount", "US dollars that may be spent in the present period");
        this.spent = gauge(registry, "spent", "US dollars that are spent in the present period");
        this.reserved = gauge(registry, "reserved", "US dollars that are reserved for requests under way");
        this.remaining = gauge(registry, "remaining", "US dollars that are neither spent nor reserved");
    }

    private static MultiGauge gauge(MeterRegistry registry, String name, String description) {
        return MultiGauge.builder("tinydancer.budget." + name)
                .description(description)
                .baseUnit("usd")
                .register(registry);
    }

    /** Shows these budgets and no others. */
    public void show(List<Figures> budgets) {
        register(amount, budgets, Figures::amountUsd);
        register(spent, budgets, Figures::spentUsd);
        register(reserved, budgets, Figures::reservedUsd);
        register(remaining, budgets, Figures::remainingUsd);
    }

    private static void register(MultiGauge gauge, List<Figures> budgets, ToDoubleFunction<Figures> figure) {
        EngineGauges.showRows(
                gauge, budgets, budget -> Tags.of("tenant", budget.tenant(), "scope", budget.scope()), figure);
    }
}
