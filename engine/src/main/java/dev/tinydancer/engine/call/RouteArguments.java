package dev.tinydancer.engine.call;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.policy.OptimizationTarget;
import dev.tinydancer.router.routing.RoutingConstraints;
import dev.tinydancer.router.routing.RoutingRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code ruvector_route} and {@code ruvector_explain_route}; null for "not given". */
record RouteArguments(
        @Nullable String request,
        @Nullable String optimizeFor,
        @Nullable List<@Nullable String> requiredCapabilities,
        @Nullable Double maxCost,
        @Nullable Double maxLatencyMs,
        @Nullable Double minQuality,
        @Nullable List<@Nullable String> excludedAgents,
        @Nullable Double budgetRemaining,
        @Nullable List<@Nullable String> tags,
        @Nullable Integer expectedOutputTokens) {

    /** The request that the arguments describe. Throws {@code 22004} or {@code 22023} if one of them is invalid. */
    RoutingRequest toRequest() {
        return new RoutingRequest(
                Arguments.text("request", request),
                Arguments.oneOf(
                        "optimize_for", optimizeFor, OptimizationTarget::fromSqlName, OptimizationTarget.sqlNames()),
                new RoutingConstraints(
                        capabilities(),
                        Arguments.bound("max_cost", maxCost),
                        Arguments.bound("max_latency_ms", maxLatencyMs),
                        Arguments.share("min_quality", minQuality),
                        Set.copyOf(Arguments.words("excluded_agents", excludedAgents)),
                        Arguments.bound("budget_remaining", budgetRemaining)),
                Arguments.count("expected_output_tokens", expectedOutputTokens));
    }

    /** The caller's tags, none when not given. */
    List<String> checkedTags() {
        return Arguments.words("tags", tags);
    }

    private Capabilities capabilities() {
        try {
            return Capabilities.of(Arguments.words("required_capabilities", requiredCapabilities));
        } catch (IllegalArgumentException e) {
            throw new EngineException(SqlState.INVALID_PARAMETER_VALUE, "required_capabilities: " + e.getMessage());
        }
    }
}
