package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.conversation.Conversation;
import dev.tinydancer.router.policy.Policy;
import java.util.OptionalInt;

/**
 * One request to be routed.
 *
 * @param text what is asked, not blank
 * @param expectedOutputTokens length of the answer in tokens, at least 0, where the caller knows better than experience
 * @param conversation that the text continues
 */
public record RoutingRequest(
        String text,
        Policy policy,
        RoutingConstraints constraints,
        OptionalInt expectedOutputTokens,
        Conversation conversation) {

    public RoutingRequest {
        requireNonNull(policy, "policy");
        requireNonNull(constraints, "constraints");
        requireNonNull(conversation, "conversation");
        if (text.isBlank()) {
            throw new IllegalArgumentException("text must not be blank");
        }
        if (expectedOutputTokens.isPresent() && expectedOutputTokens.getAsInt() < 0) {
            throw new IllegalArgumentException(
                    "expectedOutputTokens must be at least 0, got " + expectedOutputTokens.getAsInt());
        }
    }

    /** A request that continues nothing. */
    public RoutingRequest(
            String text, Policy policy, RoutingConstraints constraints, OptionalInt expectedOutputTokens) {
        this(text, policy, constraints, expectedOutputTokens, Conversation.NONE);
    }

    /** A request for the best balance of quality, cost and latency, without constraints. */
    public static RoutingRequest of(String text) {
        return new RoutingRequest(text, Policy.BALANCED, RoutingConstraints.NONE, OptionalInt.empty());
    }

    /**
     * The same for the next answer of a conversation.
     *
     * @throws IllegalArgumentException if no user has said anything in it that can be read
     */
    public static RoutingRequest of(Conversation conversation) {
        return of(conversation
                        .newestRequest()
                        .orElseThrow(() ->
                                new IllegalArgumentException("a message of a user must have a text that is not blank")))
                .in(conversation);
    }

    /** The same as the next turn of a conversation. */
    public RoutingRequest in(Conversation other) {
        return new RoutingRequest(text, policy, constraints, expectedOutputTokens, other);
    }

    /** The same under another policy. */
    public RoutingRequest optimizing(Policy other) {
        return new RoutingRequest(text, other, constraints, expectedOutputTokens, conversation);
    }

    /** The same under other constraints. */
    public RoutingRequest within(RoutingConstraints other) {
        return new RoutingRequest(text, policy, other, expectedOutputTokens, conversation);
    }

    /** The same with an answer of so many tokens expected. */
    public RoutingRequest expecting(int outputTokens) {
        return new RoutingRequest(text, policy, constraints, OptionalInt.of(outputTokens), conversation);
    }
}
