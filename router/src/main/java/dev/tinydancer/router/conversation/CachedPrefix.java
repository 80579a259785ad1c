package dev.tinydancer.router.conversation;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;

/**
 * What an agent has read of a conversation, and may have in its provider's cache still.
 *
 * @param tokens from the beginning of the conversation, at least 0
 * @param usedAt when it was last asked: the cache lives on from there
 */
public record CachedPrefix(int tokens, Instant usedAt) {

    /** Providers keep nothing shorter (OpenAI and Anthropic, 2026). */
    private static final int LEAST_TOKENS = 1_024;

    public CachedPrefix {
        requireNonNull(usedAt, "usedAt");
        if (tokens < 0) {
            throw new IllegalArgumentException("tokens must be at least 0, got " + tokens);
        }
    }

    /** Whether it is in the cache at this time. */
    boolean isWarm(Instant now, Duration lifetime) {
        return tokens >= LEAST_TOKENS && now.isBefore(usedAt.plus(lifetime));
    }
}
