package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Arguments;
import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.routing.RoutingConstraints;
import dev.tinydancer.router.routing.RoutingRequest;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all functions take that route a request, the attributes of {@code tiny_dancer.routing_arguments}; null for "not
 * given".
 */
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
        @Nullable Integer expectedOutputTokens,
        @Nullable Map<String, Object> options) {

    /** The request that the arguments describe. Throws {@code 22004} or {@code 22023} if one of them is invalid. */
    RoutingRequest toRequest() {
        return toRequest(Arguments.text("request", request), constraints());
    }

    /** The same for another text, under other constraints. */
    RoutingRequest toRequest(String text, RoutingConstraints kept) {
        return new RoutingRequest(
                text, policy(), kept, Arguments.count("expected_output_tokens", expectedOutputTokens));
    }

    /** Throws {@code 22004} or {@code 22023} if anything but the text is invalid. */
    void check() {
        Policy _ = policy();
        RoutingConstraints _ = constraints();
        List<String> _ = checkedTags();
        OptionalInt _ = expectedLength();
    }

    /** What is optimised, balanced when not given. Throws as {@link #toRequest}. */
    Policy policy() {
        return optimizeFor == null
                ? Policy.BALANCED
                : Arguments.oneOf(
                        "optimize_for",
                        optimizeFor,
                        Policy::standard,
                        Policy.standard().stream().map(Policy::name).toList());
    }

    /** What an agent must keep. Throws as {@link #toRequest}. */
    RoutingConstraints constraints() {
        Arguments.noOptions(options);
        return new RoutingConstraints(
                Capabilities.merging(Arguments.distinctWords("required_capabilities", requiredCapabilities)),
                Arguments.bound("max_cost", maxCost),
                Arguments.bound("max_latency_ms", maxLatencyMs),
                Arguments.share("min_quality", minQuality),
                0,
                Set.copyOf(Arguments.words("excluded_agents", excludedAgents)),
                Arguments.bound("budget_remaining", budgetRemaining));
    }

    /** How long the answer will be, in tokens, where the caller knows. Throws as {@link #toRequest}. */
    private OptionalInt expectedLength() {
        return Arguments.count("expected_output_tokens", expectedOutputTokens);
    }

    /** The caller's tags, none when not given. */
    List<String> checkedTags() {
        return Arguments.words("tags", tags);
    }

    /** The same under another policy. */
    RouteArguments optimizingFor(Policy other) {
        return new RouteArguments(
                request,
                other.name(),
                requiredCapabilities,
                maxCost,
                maxLatencyMs,
                minQuality,
                excludedAgents,
                budgetRemaining,
                tags,
                expectedOutputTokens,
                options);
    }
}
