package dev.tinydancer.benchmark.evaluation;

import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.quality.RequestFeatures;
import java.util.List;
import java.util.function.Function;

/**
 * The router, taught with labelled rows as it is taught with recorded outcomes when it serves: each model is an agent,
 * registered with its mean score over those rows.
 *
 * <p>The files give the cost of a call, not the tokens behind it. A call is recorded as an answer of so many tokens at a
 * millionth of a dollar each, so that expected cost is predicted as expected length is.
 */
public final class LearnedRouting {

    private static final double LATENCY_MILLIS = 1_000;
    private static final double USD_PER_TOKEN = 1e-6;

    private final List<Agent> agents;
    private final AdaptiveRouter router;

    private LearnedRouting(List<Agent> agents, AdaptiveRouter router) {
        this.agents = agents;
        this.router = router;
    }

    /**
     * Learns.
     *
     * @param encoder that the rows have been encoded with
     * @param models to route between; each row has an outcome of each
     */
    public static LearnedRouting learn(
            Function<String, RequestFeatures> encoder, List<String> models, List<EncodedRow> rows) {
        List<Agent> agents = models.stream().map(model -> agent(model, rows)).toList();
        return new LearnedRouting(
                agents,
                TaughtRouter.of(
                        encoder,
                        agents,
                        rows,
                        outcome -> Outcome.judged(outcome.score()).outputTokens(outcome.costUsd() / USD_PER_TOKEN)));
    }

    /** What each model is expected to bring for a request, in the order of the models. */
    public List<Prospect> prospects(RequestFeatures request) {
        return router.router().prospects(agents, request);
    }

    private static Agent agent(String model, List<EncodedRow> rows) {
        return Agent.named(model)
                .usdPer1kOutputTokens(1_000 * USD_PER_TOKEN)
                .averageLatencyMillis(LATENCY_MILLIS)
                .quality(TaughtRouter.meanScore(model, rows))
                .build();
    }
}
