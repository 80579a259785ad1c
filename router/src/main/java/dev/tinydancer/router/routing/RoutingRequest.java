package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.policy.OptimizationTarget;
import java.util.OptionalInt;

/**
 * One request to be routed.
 *
 * @param text what is asked, not blank
 * @param expectedOutputTokens length of the answer in tokens, at least 0, where the caller knows better than experience
 */
public record RoutingRequest(
        String text, OptimizationTarget target, RoutingConstraints constraints, OptionalInt expectedOutputTokens) {

    public RoutingRequest {
        requireNonNull(target, "target");
        requireNonNull(constraints, "constraints");
        if (text.isBlank()) {
            throw new IllegalArgumentException("text must not be blank");
        }
        if (expectedOutputTokens.isPresent() && expectedOutputTokens.getAsInt() < 0) {
            throw new IllegalArgumentException(
                    "expectedOutputTokens must be at least 0, got " + expectedOutputTokens.getAsInt());
        }
    }

    /** A request for the best balance of quality, cost and latency, without constraints. */
    public static RoutingRequest of(String text) {
        return new RoutingRequest(text, OptimizationTarget.BALANCED, RoutingConstraints.NONE, OptionalInt.empty());
    }

    /** The same for another target. */
    public RoutingRequest optimizing(OptimizationTarget other) {
        return new RoutingRequest(text, other, constraints, expectedOutputTokens);
    }

    /** The same under other constraints. */
    public RoutingRequest within(RoutingConstraints other) {
        return new RoutingRequest(text, target, other, expectedOutputTokens);
    }

    /** The same with an answer of so many tokens expected. */
    public RoutingRequest expecting(int outputTokens) {
        return new RoutingRequest(text, target, constraints, OptionalInt.of(outputTokens));
    }
}
