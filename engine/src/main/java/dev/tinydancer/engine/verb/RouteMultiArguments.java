package dev.tinydancer.engine.verb;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.router.routing.PlanStrategy;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code ruvector_route_multi}; null for "not given".
 *
 * @param each what describes the request; between agents equally able for a part, the balanced one is taken
 */
record RouteMultiArguments(
        @Nullable Integer numAgents, @Nullable String strategy, RouteArguments each) {

    private static final int USUAL_AGENTS = 3;

    /** More voters than this add nothing to a majority's quality, and no request has so many parts. */
    private static final int MOST_AGENTS = 20;

    RouteMultiArguments {
        requireNonNull(each, "each");
    }

    int checkedNumAgents() {
        return Arguments.countWithin("num_agents", numAgents, USUAL_AGENTS, 1, MOST_AGENTS);
    }

    PlanStrategy checkedStrategy() {
        return strategy == null
                ? PlanStrategy.ENSEMBLE
                : Arguments.oneOf("strategy", strategy, PlanStrategy::fromSqlName, PlanStrategy::sqlNames);
    }
}
