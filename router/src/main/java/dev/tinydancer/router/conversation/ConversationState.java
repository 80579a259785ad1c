package dev.tinydancer.router.conversation;

import dev.tinydancer.router.quality.RequestFeatures;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a conversation stands after a decision: what is kept of it between two requests.
 *
 * @param turns decisions so far, at least 0
 * @param agent that the last one was for; null before the first
 * @param hasFailed whether that agent is known to have failed
 * @param contextTokens length of what was said so far, answers among it, in tokens; at least 0
 * @param topic what it is about; null before the first decision
 * @param caches by the names of the agents that have read some of it
 */
public record ConversationState(
        int turns,
        @Nullable String agent,
        boolean hasFailed,
        int contextTokens,
        @Nullable Topic topic,
        Map<String, CachedPrefix> caches) {

    /** Of a conversation that has not begun. */
    public static final ConversationState NEW = new ConversationState(0, null, false, 0, null, Map.of());

    /** Nobody goes back to an agent before so many others. */
    private static final int MOST_CACHES = 4;

    public ConversationState {
        if (turns < 0 || contextTokens < 0) {
            throw new IllegalArgumentException(
                    "turns and contextTokens must be at least 0, got " + turns + " and " + contextTokens);
        }
        caches = Map.copyOf(caches);
    }

    /**
     * The state after the next decision.
     *
     * @param chosen the agent that answers
     * @param request what it reads
     * @param outputTokens expected length of its answer in tokens, at least 0
     */
    ConversationState after(String chosen, RequestFeatures request, Topic about, double outputTokens, Instant now) {
        Map<String, CachedPrefix> kept = new HashMap<>(caches);
        kept.put(chosen, new CachedPrefix(request.inputTokens(), now));
        if (kept.size() > MOST_CACHES) {
            kept.entrySet().stream()
                    .min(Comparator.comparing(cache -> cache.getValue().usedAt()))
                    .ifPresent(oldest -> kept.remove(oldest.getKey()));
        }
        double tokens = Math.min(request.inputTokens() + outputTokens, Integer.MAX_VALUE);
        return new ConversationState(turns + 1, chosen, false, (int) Math.round(tokens), about, kept);
    }
}
