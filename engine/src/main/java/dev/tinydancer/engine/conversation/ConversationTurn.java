package dev.tinydancer.engine.conversation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.wire.CompositeText;
import dev.tinydancer.router.conversation.ConversationState;
import dev.tinydancer.router.conversation.Topic;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the caller keeps of a decision in a conversation: a row of {@code tiny_dancer.conversation_turn}. */
public final class ConversationTurn {

    private static final double MILLIS = 1_000;
    private static final double SHOWN_PROBABILITIES = 1e3;

    private ConversationTurn() {}

    /** The row in its text form, of a conversation that has an agent and a topic, as every one has after a decision. */
    public static String row(
            String tenant, String conversationId, UUID decisionId, ConversationState state, JsonMapper json) {
        Topic topic = requireNonNull(state.topic(), "topic");
        return new CompositeText()
                .text(tenant)
                .text(conversationId)
                .integer(state.turns())
                .uuid(decisionId)
                .text(state.agent())
                .integer(state.contextTokens())
                .float8(topic.weight())
                .float8(topic.difficulty())
                .text(categories(topic, json))
                .bytea(topic.embedding().toBytes())
                .text(caches(state, json))
                .toString();
    }

    private static String categories(Topic topic, JsonMapper json) {
        ObjectNode categories = json.createObjectNode();
        topic.categories()
                .forEach((category, probability) ->
                        categories.put(category, Math.round(SHOWN_PROBABILITIES * probability) / SHOWN_PROBABILITIES));
        return categories.toString();
    }

    private static String caches(ConversationState state, JsonMapper json) {
        ObjectNode caches = json.createObjectNode();
        state.caches().forEach((agent, cache) -> {
            ArrayNode entry = caches.putArray(agent);
            entry.add(cache.tokens());
            entry.add(cache.usedAt().toEpochMilli() / MILLIS);
        });
        return caches.toString();
    }
}
