package dev.tinydancer.router.budget;

/**
 * What a monthly budget is to achieve.
 *
 * @param monthlyBudgetUsd what may be spent in a month, in US dollars, finite and at least 0
 * @param minMeanQuality what the mean expected quality of the answered requests must reach, in [0, 1]
 * @param maxLatencyMillis expected latency above which an agent is out of the question for a category, at least 0;
 *     infinite means no bound
 */
public record BudgetGoal(double monthlyBudgetUsd, double minMeanQuality, double maxLatencyMillis) {

    public BudgetGoal {
        if (!(monthlyBudgetUsd >= 0 && monthlyBudgetUsd < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "monthlyBudgetUsd must be finite and at least 0, got " + monthlyBudgetUsd);
        }
        if (!(minMeanQuality >= 0 && minMeanQuality <= 1)) {
            throw new IllegalArgumentException("minMeanQuality must be in [0, 1], got " + minMeanQuality);
        }
        if (!(maxLatencyMillis >= 0)) {
            throw new IllegalArgumentException("maxLatencyMillis must be at least 0, got " + maxLatencyMillis);
        }
    }
}
