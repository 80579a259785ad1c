package dev.tinydancer.engine.verb;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.router.budget.BudgetGoal;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code ruvector_optimize_budget}, and what the log says of the tenant's requests.
 *
 * @param counts how many requests of each category were decided
 * @param observedMs for how long was counted
 * @param sample the latest of them
 */
record OptimizeBudgetArguments(
        @Nullable Double monthlyBudget,
        @Nullable Double qualityThreshold,
        @Nullable Double latencyThresholdMs,
        @Nullable Map<String, Object> options,
        Map<String, Long> counts,
        long observedMs,
        List<LoggedRequest> sample) {

    private static final double USUAL_QUALITY = 0.8;
    private static final double USUAL_LATENCY_MILLIS = 5_000;

    /**
     * A request as the log has it.
     *
     * @param embedding in hexadecimal digits
     */
    record LoggedRequest(String category, int inputTokens, String embedding) {

        LoggedRequest {
            requireNonNull(category, "category");
            if (inputTokens < 0) {
                throw new IllegalArgumentException("inputTokens must not be negative, got " + inputTokens);
            }
            byte[] _ = HexFormat.of().parseHex(embedding);
        }
    }

    OptimizeBudgetArguments {
        counts = Map.copyOf(counts);
        sample = List.copyOf(sample);
        if (observedMs < 0 || counts.values().stream().anyMatch(count -> count < 0)) {
            throw new IllegalArgumentException("there are no negative counts and times");
        }
    }

    /** Throws {@code 22004} or {@code 22023} if an argument is invalid. */
    BudgetGoal goal() {
        if (monthlyBudget == null) {
            throw Arguments.missing("monthly_budget");
        }
        Arguments.noOptions(options);
        return new BudgetGoal(
                Arguments.bound("monthly_budget", monthlyBudget),
                qualityThreshold == null ? USUAL_QUALITY : Arguments.share("quality_threshold", qualityThreshold),
                latencyThresholdMs == null
                        ? USUAL_LATENCY_MILLIS
                        : Arguments.bound("latency_threshold_ms", latencyThresholdMs));
    }
}
