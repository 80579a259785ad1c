package dev.tinydancer.engine.catalog;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.budget.BudgetPeriod;
import dev.tinydancer.router.budget.BudgetScope;
import dev.tinydancer.router.budget.ExhaustedPolicy;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What may be spent.
 *
 * @param regularUsd for each period, at least 0
 * @param creditUsd on top of it, at least 0
 * @param creditUntil end of the period in which the credit counts; null where it has none
 */
public record Budget(
        BudgetScope scope,
        double regularUsd,
        double creditUsd,
        @Nullable Instant creditUntil,
        BudgetPeriod period,
        ExhaustedPolicy exhaustedPolicy) {

    public Budget {
        requireNonNull(scope, "scope");
        requireNonNull(period, "period");
        requireNonNull(exhaustedPolicy, "exhaustedPolicy");
        requireMoney("regularUsd", regularUsd);
        requireMoney("creditUsd", creditUsd);
    }

    private static void requireMoney(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be a finite number of at least 0, got " + value);
        }
    }

    /** What may be spent in the period that has this time in it. */
    public double amountUsd(Instant at) {
        return creditUsd > 0 && (creditUntil == null || at.isBefore(creditUntil))
                ? BigDecimal.valueOf(regularUsd)
                        .add(BigDecimal.valueOf(creditUsd))
                        .doubleValue()
                : regularUsd;
    }
}
