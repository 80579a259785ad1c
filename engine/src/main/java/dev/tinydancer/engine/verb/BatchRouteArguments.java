package dev.tinydancer.engine.verb;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.routing.BatchGoal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code ruvector_batch_route}; null for "not given".
 *
 * @param each what holds for each request; its own text is not among it, and its policy may be the aim of the whole batch
 */
record BatchRouteArguments(
        @Nullable List<@Nullable String> requests,
        @Nullable Double maxTotalCost,
        @Nullable Double minMeanQuality,
        RouteArguments each) {

    /** What {@code optimize_for} is called when the batch is optimised as a whole. */
    private static final String WHOLE_BATCH = "total_cost";

    private static final double USUAL_MEAN_QUALITY = 0.8;

    BatchRouteArguments {
        requireNonNull(each, "each");
    }

    /** The texts of the requests, any of which may be null. */
    List<@Nullable String> givenRequests() {
        if (requests == null) {
            throw Arguments.missing("requests");
        }
        return requests;
    }

    /** What holds for each request by itself, under a policy of its own. */
    RouteArguments eachAlone() {
        return isWhole() ? each.optimizingFor(Policy.COST.name()) : each;
    }

    /**
     * What the batch is to achieve as a whole, if anything: bounds on the whole, given without any other aim, are an aim.
     * Throws {@code 22023} where one is given beside another aim.
     */
    Optional<BatchGoal> goal(Catalog catalog) {
        checkOptimizeFor(catalog);
        boolean bounded = maxTotalCost != null || minMeanQuality != null;
        if (!isWhole() && !bounded) {
            return Optional.empty();
        }
        if (!isWhole() && !each.policyName().equals(Policy.BALANCED.name())) {
            throw new EngineException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    (maxTotalCost != null ? "max_total_cost" : "min_mean_quality") + " does not go with optimize_for "
                            + each.policyName(),
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
                Arguments.bound("max_total_cost", maxTotalCost),
                Arguments.bound("budget_remaining", each.budgetRemaining()));
        return Optional.of(new BatchGoal(quality, cost));
    }

    /** What the log says that each decision was optimised for. */
    String policyName(Catalog catalog) {
        return goal(catalog).isPresent() ? WHOLE_BATCH : each.policyName();
    }

    private boolean isWhole() {
        return WHOLE_BATCH.equals(each.optimizeFor());
    }

    private void checkOptimizeFor(Catalog catalog) {
        if (each.optimizeFor() != null) {
            List<String> valid = new ArrayList<>(catalog.policyNames());
            valid.add(WHOLE_BATCH);
            Arguments.oneOf("optimize_for", each.optimizeFor(), valid);
        }
    }
}
