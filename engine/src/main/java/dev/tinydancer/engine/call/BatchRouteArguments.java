package dev.tinydancer.engine.call;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.router.policy.OptimizationTarget;
import dev.tinydancer.router.routing.BatchGoal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code ruvector_batch_route}; null for "not given". */
record BatchRouteArguments(
        @Nullable List<@Nullable String> requests,
        @Nullable String optimizeFor,
        @Nullable Double maxTotalCost,
        @Nullable Double minMeanQuality,
        @Nullable List<@Nullable String> requiredCapabilities,
        @Nullable Double maxCost,
        @Nullable Double maxLatencyMs,
        @Nullable Double minQuality,
        @Nullable List<@Nullable String> excludedAgents,
        @Nullable Double budgetRemaining,
        @Nullable List<@Nullable String> tags,
        @Nullable Integer expectedOutputTokens) {

    /** What {@code optimize_for} is called when the batch is optimised as a whole. */
    static final String WHOLE_BATCH = "total_cost";

    private static final double USUAL_MEAN_QUALITY = 0.8;

    /** The texts of the requests, any of which may be null. */
    List<@Nullable String> givenRequests() {
        if (requests == null) {
            throw Arguments.missing("requests");
        }
        return requests;
    }

    /** What holds for each request by itself. Its own text is not among it. */
    RouteArguments each() {
        return new RouteArguments(
                null,
                WHOLE_BATCH.equals(optimizeFor) ? OptimizationTarget.COST.sqlName() : optimizeFor,
                requiredCapabilities,
                maxCost,
                maxLatencyMs,
                minQuality,
                excludedAgents,
                budgetRemaining,
                tags,
                expectedOutputTokens);
    }

    /**
     * What the batch is to achieve as a whole, if anything: bounds on the whole, given without any other aim, are an aim.
     * Throws {@code 22023} where one is given beside another aim.
     */
    Optional<BatchGoal> goal() {
        checkOptimizeFor();
        boolean bounded = maxTotalCost != null || minMeanQuality != null;
        boolean whole = WHOLE_BATCH.equals(optimizeFor);
        if (!whole && !bounded) {
            return Optional.empty();
        }
        if (!whole && !OptimizationTarget.BALANCED.sqlName().equals(optimizeFor)) {
            throw new EngineException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    (maxTotalCost != null ? "max_total_cost" : "min_mean_quality") + " does not go with optimize_for "
                            + optimizeFor,
                    null,
                    "Bounds on a whole batch go with optimize_for => '" + WHOLE_BATCH + "'.");
        }
        OptionalDouble quality = OptionalDouble.empty();
        if (minMeanQuality != null) {
            quality = OptionalDouble.of(Arguments.share("min_mean_quality", minMeanQuality));
        } else if (maxTotalCost == null) {
            quality = OptionalDouble.of(USUAL_MEAN_QUALITY);
        }
        double cost = Math.min(
                Arguments.bound("max_total_cost", maxTotalCost), Arguments.bound("budget_remaining", budgetRemaining));
        return Optional.of(new BatchGoal(quality, cost));
    }

    private void checkOptimizeFor() {
        List<String> valid = new ArrayList<>(OptimizationTarget.sqlNames());
        valid.add(WHOLE_BATCH);
        Arguments.oneOf(
                "optimize_for",
                optimizeFor,
                name -> valid.contains(name) ? Optional.of(name) : Optional.empty(),
                valid);
    }
}
