package dev.tinydancer.engine.catalog;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.budget.BudgetPeriod;
import dev.tinydancer.router.budget.BudgetScope;
import dev.tinydancer.router.budget.ExhaustedPolicy;

/**
 * What may be spent.
 *
 * @param amountUsd for each period, at least 0
 */
public record Budget(BudgetScope scope, double amountUsd, BudgetPeriod period, ExhaustedPolicy exhaustedPolicy) {

    public Budget {
        requireNonNull(scope, "scope");
        requireNonNull(period, "period");
        requireNonNull(exhaustedPolicy, "exhaustedPolicy");
        if (!(amountUsd >= 0 && amountUsd < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("amountUsd must be a finite number of at least 0, got " + amountUsd);
        }
    }
}
