package dev.tinydancer.engine.call;

import dev.tinydancer.router.policy.OptimizationTarget;
import dev.tinydancer.router.routing.PlanStrategy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code ruvector_route_multi}; null for "not given". */
record RouteMultiArguments(
        @Nullable String request,
        @Nullable Integer numAgents,
        @Nullable String strategy,
        @Nullable List<@Nullable String> requiredCapabilities,
        @Nullable Double maxCost,
        @Nullable Double maxLatencyMs,
        @Nullable Double minQuality,
        @Nullable List<@Nullable String> excludedAgents,
        @Nullable Double budgetRemaining,
        @Nullable List<@Nullable String> tags,
        @Nullable Integer expectedOutputTokens) {

    /** More voters than this add nothing to a majority's quality, and no request has so many parts. */
    static final int MOST_AGENTS = 20;

    /** Those that describe the request; between agents equally able for a part, the balanced one is taken. */
    RouteArguments route() {
        return new RouteArguments(
                request,
                OptimizationTarget.BALANCED.sqlName(),
                requiredCapabilities,
                maxCost,
                maxLatencyMs,
                minQuality,
                excludedAgents,
                budgetRemaining,
                tags,
                expectedOutputTokens);
    }

    int checkedNumAgents() {
        return Arguments.countWithin("num_agents", numAgents, 1, MOST_AGENTS);
    }

    PlanStrategy checkedStrategy() {
        return Arguments.oneOf("strategy", strategy, PlanStrategy::fromSqlName, PlanStrategy.sqlNames());
    }
}
