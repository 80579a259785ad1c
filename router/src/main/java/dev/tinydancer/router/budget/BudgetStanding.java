package dev.tinydancer.router.budget;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a budget stands in its present period.
 *
 * @param amountUsd what may be spent in the period, at least 0
 * @param period how often the amount is there anew
 * @param spentUsd what was spent, at least 0
 * @param reservedUsd what requests under way are estimated to cost, at least 0
 * @param end of the period; null where it has none, or it is not known
 */
public record BudgetStanding(
        BudgetScope scope,
        double amountUsd,
        BudgetPeriod period,
        double spentUsd,
        double reservedUsd,
        @Nullable Instant end,
        ExhaustedPolicy exhaustedPolicy) {

    public BudgetStanding {
        requireNonNull(scope, "scope");
        requireNonNull(period, "period");
        requireNonNull(exhaustedPolicy, "exhaustedPolicy");
        requireMoney("amountUsd", amountUsd);
        requireMoney("spentUsd", spentUsd);
        requireMoney("reservedUsd", reservedUsd);
    }

    private static void requireMoney(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be a finite number of at least 0, got " + value);
        }
    }

    /** What can still be spent, at least 0. Exact in decimals, as money is counted: of a dollar, ten dimes are all. */
    public double remainingUsd() {
        return BigDecimal.valueOf(amountUsd)
                .subtract(BigDecimal.valueOf(spentUsd))
                .subtract(BigDecimal.valueOf(reservedUsd))
                .max(BigDecimal.ZERO)
                .doubleValue();
    }

    /** Whether the agent's answer would be paid from this budget, and costs more than is left of it. */
    public boolean isOverdrawnBy(Agent agent, double costUsd) {
        return scope.covers(agent) && costUsd > remainingUsd();
    }
}
