package dev.tinydancer.engine.call;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.policy.OptimizationTarget;
import dev.tinydancer.router.routing.RoutingConstraints;
import dev.tinydancer.router.routing.RoutingRequest;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code ruvector_route}, and of functions that take these among others; null for "not given". */
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
        return new RoutingRequest(Arguments.text("request", request), target(), constraints(), checkedOutputTokens());
    }

    /** What is optimised. Throws as {@link #toRequest}. */
    OptimizationTarget target() {
        return Arguments.oneOf(
                "optimize_for", optimizeFor, OptimizationTarget::fromSqlName, OptimizationTarget.sqlNames());
    }

    /** What an agent must keep. Throws as {@link #toRequest}. */
    RoutingConstraints constraints() {
        return new RoutingConstraints(
                capabilities(),
                Arguments.bound("max_cost", maxCost),
                Arguments.bound("max_latency_ms", maxLatencyMs),
                Arguments.share("min_quality", minQuality),
                Set.copyOf(Arguments.words("excluded_agents", excludedAgents)),
                Arguments.bound("budget_remaining", budgetRemaining));
    }

    /** How long the answer will be, where the caller knows. Throws as {@link #toRequest}. */
    OptionalInt checkedOutputTokens() {
        return Arguments.count("expected_output_tokens", expectedOutputTokens);
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
