package dev.tinydancer.router.conversation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.quality.RequestFeatures;
import org.jspecify.annotations.Nullable;

/**
 * A request read as a part of its conversation.
 *
 * @param features what is known of it: what is asked as the conversation goes, and the length of all that an agent has to
 *     read for it
 * @param conversation that it is a part of
 * @param topic what the conversation is about with it; null where that is not kept
 */
public record Reading(
        RequestFeatures features,
        Conversation conversation,
        @Nullable Topic topic) {

    public Reading {
        requireNonNull(features, "features");
        requireNonNull(conversation, "conversation");
    }

    /** A request that continues nothing. */
    public static Reading alone(RequestFeatures features) {
        return new Reading(features, Conversation.NONE, null);
    }

    /** What it is worth to have the request answered by this agent because of what it has answered before. */
    public Staying stayingWith(Agent agent) {
        return conversation.stayingWith(agent, features.inputTokens());
    }

    /**
     * How the conversation stands when the request has gone to this agent.
     *
     * @param outputTokens expected length of the answer in tokens, at least 0
     * @return null where that is not kept
     */
    public @Nullable ConversationState after(String agent, double outputTokens) {
        ConversationState state = conversation.state();
        return state == null || topic == null
                ? null
                : state.after(agent, features, topic, outputTokens, conversation.now());
    }
}
