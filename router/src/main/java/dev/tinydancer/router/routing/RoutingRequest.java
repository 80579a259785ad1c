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
}
