package dev.tinydancer.router.conversation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.tokens.TokenVocabulary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a request continues: what has been said, how the conversation stood after the last decision, or both.
 *
 * @param messages all of them, oldest first, the one that is to be answered among them; none where only the state is known
 * @param state null where nobody keeps it: then no agent is stayed with
 * @param now when the request comes
 * @param cacheLifetime how long an agent's cache of a prefix lives after it was last used, not negative
 */
public record Conversation(
        List<Message> messages, @Nullable ConversationState state, Instant now, Duration cacheLifetime) {

    /** What providers keep a prefix for unless they are paid for more. */
    public static final Duration USUAL_CACHE_LIFETIME = Duration.ofMinutes(5);

    /** Of a request that continues nothing. */
    public static final Conversation NONE = new Conversation(List.of(), null, Instant.EPOCH, USUAL_CACHE_LIFETIME);

    /** Turns of users before the newest of which the topic is made; what was said before them has faded. */
    private static final int TURNS_READ = 6;

    /** Which role, and where a message begins and ends. */
    private static final int TOKENS_OF_MESSAGE = 4;

    /** Of a picture of 1,024 × 1,024 (OpenAI, high detail); providers differ by a factor of three. */
    private static final int TOKENS_OF_IMAGE = 765;

    /** Of a minute of speech (OpenAI). */
    private static final int TOKENS_OF_SOUND = 600;

    public Conversation {
        messages = List.copyOf(messages);
        requireNonNull(now, "now");
        if (cacheLifetime.isNegative()) {
            throw new IllegalArgumentException("cacheLifetime must not be negative, got " + cacheLifetime);
        }
    }

    /** What has been said, of which nothing else is known. */
    public static Conversation of(List<Message> messages) {
        return new Conversation(messages, null, Instant.EPOCH, USUAL_CACHE_LIFETIME);
    }

    /** The same as it stood after the last decision, {@link ConversationState#NEW} before the first. */
    public Conversation as(ConversationState other, Instant at) {
        return new Conversation(messages, requireNonNull(other, "state"), at, cacheLifetime);
    }

    /** The same with caches that live as long as this. */
    public Conversation cachedFor(Duration lifetime) {
        return new Conversation(messages, state, now, lifetime);
    }

    /** The newest text of a user: what is to be answered. Empty if no user has said anything that can be read. */
    public Optional<String> newestRequest() {
        int newest = newest();
        return newest < 0 ? Optional.empty() : Optional.of(messages.get(newest).text());
    }

    /** Whether any message has an image. */
    public boolean hasImages() {
        return messages.stream().anyMatch(message -> message.images() > 0);
    }

    /** Whether any message has a recording. */
    public boolean hasSounds() {
        return messages.stream().anyMatch(message -> message.sounds() > 0);
    }

    /**
     * Reads a request as the next turn.
     *
     * @param own what is known of the request's text alone
     * @param encoder what is known of a text
     */
    public Reading read(RequestFeatures own, Function<String, RequestFeatures> encoder) {
        if (messages.isEmpty() && state == null) {
            return Reading.alone(own);
        }
        Before before = messages.isEmpty() ? null : Before.in(messages, newest(), encoder);
        Topic known = state != null && state.topic() != null ? state.topic() : before == null ? null : before.topic();
        int said = before == null ? requireNonNull(state).contextTokens() : before.tokens();
        int inputTokens = (int) Math.min((long) said + own.inputTokens(), Integer.MAX_VALUE);
        return known == null
                ? new Reading(lengthened(own, inputTokens), this, Topic.of(own))
                : new Reading(known.read(own, inputTokens), this, known.continuedBy(own));
    }

    private int newest() {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).asks()) {
                return i;
            }
        }
        return -1;
    }

    private static RequestFeatures lengthened(RequestFeatures features, int inputTokens) {
        return new RequestFeatures(
                        inputTokens,
                        features.embedding(),
                        features.categories(),
                        features.capabilities(),
                        features.difficulty())
                .readBy(features.excerpt());
    }

    /** What it is worth to have this agent answer a request of so many tokens. */
    Staying stayingWith(Agent agent, int inputTokens) {
        if (state == null) {
            return Staying.NONE;
        }
        boolean isLast = agent.name().equals(state.agent());
        if (isLast && state.hasFailed()) {
            return Staying.NONE;
        }
        CachedPrefix cache = state.caches().get(agent.name());
        int cached = cache != null && cache.isWarm(now, cacheLifetime) ? Math.min(cache.tokens(), inputTokens) : 0;
        return isLast || cached > 0
                ? new Staying(isLast, cached, agent.costModel().savedByCache(cached))
                : Staying.NONE;
    }

    /**
     * What messages tell beside the newest text of a user.
     *
     * @param topic what it was about before that; null where nothing tells
     * @param tokens length of all that is not that text, in tokens
     */
    private record Before(@Nullable Topic topic, int tokens) {

        static Before in(List<Message> messages, int newest, Function<String, RequestFeatures> encoder) {
            Topic topic = null;
            long tokens = 0;
            StringBuilder unread = new StringBuilder();
            int turns = (int) messages.subList(0, Math.max(0, newest)).stream()
                    .filter(Message::asks)
                    .count();
            for (int i = 0; i < messages.size(); i++) {
                Message message = messages.get(i);
                tokens += TOKENS_OF_MESSAGE
                        + (long) TOKENS_OF_IMAGE * message.images()
                        + (long) TOKENS_OF_SOUND * message.sounds();
                boolean isTurn = i < newest && message.asks();
                boolean isPrompt = message.role() == Role.SYSTEM
                        && topic == null
                        && !message.text().isBlank();
                boolean isRead = isPrompt || (isTurn && turns <= TURNS_READ);
                turns -= isTurn ? 1 : 0;
                if (isRead) {
                    RequestFeatures turn = encoder.apply(message.text());
                    tokens += turn.inputTokens();
                    topic = isPrompt
                            ? Topic.of(turn).asBackground()
                            : topic == null ? Topic.of(turn) : topic.continuedBy(turn);
                } else if (i != newest) {
                    unread.append(message.text()).append('\n');
                }
            }
            if (!unread.isEmpty()) {
                tokens += TokenVocabulary.O200K_BASE.count(unread.toString());
            }
            return new Before(topic, (int) Math.min(tokens, Integer.MAX_VALUE));
        }
    }
}
