package dev.tinydancer.router.routing;

import dev.tinydancer.router.budget.BudgetStanding;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One hard constraint that one agent does not keep.
 *
 * @param constraint the constraint with its bound, for example {@code min_quality 0.97}
 * @param value what the agent has instead, for example {@code 0.95}; empty where the constraint says it all
 * @param relaxation the change to the request that would admit the agent, for example {@code min_quality => 0.95}
 * @param distance how far the agent is from keeping it, in (0, 1]; comparable between constraints
 * @param budget the budget whose rest does not suffice; null for every other constraint
 * @param restsUntil when the rest of the agent ends whose circuit is not closed; null for every other constraint
 */
public record Violation(
        String constraint,
        String value,
        String relaxation,
        double distance,
        @Nullable BudgetStanding budget,
        @Nullable Instant restsUntil) {

    Violation(String constraint, String value, String relaxation, double distance) {
        this(constraint, value, relaxation, distance, null, null);
    }

    @Override
    public String toString() {
        return value.isEmpty() ? constraint : constraint + " (" + value + ")";
    }
}
