package dev.tinydancer.engine.conversation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.conversation.CachedPrefix;
import dev.tinydancer.router.conversation.Conversation;
import dev.tinydancer.router.conversation.ConversationState;
import dev.tinydancer.router.conversation.Topic;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a conversation stands, as {@code tiny_dancer.conversation_of} says it. The topic's columns are null together, where no
 * engine has read any of it.
 *
 * @param turns decisions so far
 * @param caches by agent: tokens from the beginning, and when it was asked in seconds since 1970
 * @param embedding in Base64
 */
public record ConversationDocument(
        int turns,
        String agent,
        boolean hasFailed,
        int contextTokens,
        @Nullable Double weight,
        @Nullable Double difficulty,
        @Nullable Map<String, Double> categories,
        @Nullable String embedding,
        Map<String, double[]> caches,
        double cacheLifetimeMs) {

    public ConversationDocument {
        requireNonNull(agent, "agent");
        requireNonNull(caches, "caches");
    }

    /** The conversation with this state at a moment. */
    public Conversation continuing(Conversation messages, Instant at) {
        Map<String, CachedPrefix> prefixes = new HashMap<>();
        caches.forEach((name, cache) -> prefixes.put(
                name, new CachedPrefix((int) cache[0], Instant.ofEpochMilli(Math.round(1_000 * cache[1])))));
        return messages.as(new ConversationState(turns, agent, hasFailed, contextTokens, topic(), prefixes), at)
                .cachedFor(Duration.ofMillis(Math.round(cacheLifetimeMs)));
    }

    private @Nullable Topic topic() {
        if (weight == null || difficulty == null || categories == null || embedding == null) {
            return null;
        }
        return new Topic(
                weight,
                categories,
                QuantizedEmbedding.fromBytes(Base64.getMimeDecoder().decode(embedding)),
                difficulty);
    }
}
