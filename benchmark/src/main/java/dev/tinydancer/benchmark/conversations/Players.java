package dev.tinydancer.benchmark.conversations;

import dev.tinydancer.benchmark.evaluation.AssumedCosts;
import dev.tinydancer.benchmark.evaluation.EncodedRow;
import dev.tinydancer.benchmark.evaluation.TaughtRouter;
import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.conversation.Conversation;
import dev.tinydancer.router.conversation.ConversationState;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.RoutingRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A router that has learned from some rows, and plays dialogues composed of others. */
final class Players {

    private static final double LATENCY_MILLIS = 1_000;

    /** A token that is read from a cache costs so much of one that is not; most providers ask for this or less (2026). */
    private static final double CACHED_SHARE_OF_PRICE = 0.1;

    /** Nothing shorter is cached. */
    private static final int LEAST_CACHED = 1_024;

    private static final Duration CACHE_LIFETIME = Conversation.USUAL_CACHE_LIFETIME;

    private final AdaptiveRouter router;

    private Players(AdaptiveRouter router) {
        this.router = router;
    }

    /** A router of these models that knows what came of these rows. */
    static Players learn(Function<String, RequestFeatures> encoder, List<String> models, List<EncodedRow> rows) {
        List<Agent> agents = models.stream().map(model -> agent(model, rows)).toList();
        return new Players(TaughtRouter.of(encoder, agents, rows, outcome -> Outcome.judged(outcome.score())));
    }

    private static Agent agent(String model, List<EncodedRow> rows) {
        AssumedCosts.Price price = AssumedCosts.price(model).orElseThrow();
        return Agent.named(model)
                .usdPer1kInputTokens(price.usdPer1kInputTokens())
                .usdPer1kCachedInputTokens(CACHED_SHARE_OF_PRICE * price.usdPer1kInputTokens())
                .usdPer1kOutputTokens(price.usdPer1kOutputTokens())
                .averageLatencyMillis(LATENCY_MILLIS)
                .quality(TaughtRouter.meanScore(model, rows))
                .build();
    }

    /** Plays dialogues, one after the other, each answer as long as is assumed. */
    Played play(Way way, Policy policy, List<Dialogue> dialogues) {
        Sums sums = new Sums();
        dialogues.forEach(dialogue -> play(way, policy, dialogue, sums));
        return new Played(
                sums.score / sums.turns,
                sums.cost / sums.turns,
                (double) sums.switches / dialogues.size(),
                sums.cached / sums.input);
    }

    private static final class Sums {
        private int turns;
        private int switches;
        private double score;
        private double cost;
        private double input;
        private double cached;
    }

    /** What an agent has in its cache, as it is and not as the router believes. */
    private record Cache(int tokens, Instant usedAt) {}

    private void play(Way way, Policy policy, Dialogue dialogue, Sums sums) {
        Map<String, Cache> caches = new HashMap<>();
        ConversationState state = new ConversationState(0, null, false, dialogue.systemTokens(), null, Map.of());
        int context = dialogue.systemTokens();
        Instant now = TaughtRouter.TAUGHT_AT;
        Agent last = null;
        for (Dialogue.Turn turn : dialogue.turns()) {
            now = now.plus(turn.pause());
            RoutingDecision decision = way == Way.PINNED && last != null
                    ? null
                    : router.route(request(way, policy, turn, state, context, now));
            Agent chosen = chosen(decision, last);
            int input = context + turn.tokens();
            Cache cache = caches.get(chosen.name());
            int cached = cache != null
                            && cache.tokens() >= LEAST_CACHED
                            && now.isBefore(cache.usedAt().plus(CACHE_LIFETIME))
                    ? cache.tokens()
                    : 0;
            sums.turns++;
            sums.switches += last != null && !last.name().equals(chosen.name()) ? 1 : 0;
            sums.score += turn.row().outcome(chosen.name()).score();
            sums.cost += chosen.costModel().cost(input, AssumedCosts.OUTPUT_TOKENS, LATENCY_MILLIS)
                    - chosen.costModel().savedByCache(cached);
            sums.input += input;
            sums.cached += cached;
            caches.put(chosen.name(), new Cache(input, now));
            context = input + AssumedCosts.OUTPUT_TOKENS;
            if (decision != null && decision.conversation() != null) {
                state = decision.conversation();
            }
            last = chosen;
        }
    }

    private static Agent chosen(@Nullable RoutingDecision decision, @Nullable Agent last) {
        if (decision != null) {
            return decision.chosen().agent();
        }
        if (last == null) {
            throw new IllegalStateException("the first turn is always decided");
        }
        return last;
    }

    private static RoutingRequest request(
            Way way, Policy policy, Dialogue.Turn turn, ConversationState state, int context, Instant now) {
        RoutingRequest request =
                RoutingRequest.of(turn.text()).optimizing(policy).expecting(AssumedCosts.OUTPUT_TOKENS);
        return switch (way) {
            case CONVERSATION -> request.in(Conversation.NONE.as(state, now));
            case PINNED, NO_MEMORY ->
                request.in(Conversation.NONE.as(new ConversationState(0, null, false, context, null, Map.of()), now));
            case TEXT_ALONE -> request;
        };
    }
}
