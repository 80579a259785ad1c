package dev.tinydancer.benchmark.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.ExperienceSettings;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RecordedOutcome;
import dev.tinydancer.router.quality.RequestFeatures;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * The router, taught with labelled rows as it is taught with recorded outcomes when it serves: each model is an agent,
 * registered with its mean score over those rows.
 *
 * <p>The files give the cost of a call, not the tokens behind it. A call is recorded as an answer of so many tokens at a
 * millionth of a dollar each, so that expected cost is predicted as expected length is.
 */
public final class LearnedRouting {

    /** All rows are of one age, so that only what they say counts. */
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

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
        AdaptiveRouter router = AdaptiveRouter.builder()
                .encoder(encoder)
                .remembering(
                        new ExperienceSettings(rows.size() * models.size(), ExperienceSettings.STANDARD.halfLife()))
                .clock(CLOCK)
                .learningWhenCalled()
                .build();
        router.replaceAgents(AgentRegistry.of(agents));
        for (EncodedRow row : rows) {
            QuantizedEmbedding embedding = QuantizedEmbedding.of(row.features().embedding());
            for (String model : models) {
                router.record(outcome(model, row, embedding));
            }
        }
        router.learn();
        return new LearnedRouting(agents, router);
    }

    /** What each model is expected to bring for a request, in the order of the models. */
    public List<Prospect> prospects(RequestFeatures request) {
        return router.router().prospects(agents, request);
    }

    private static Agent agent(String model, List<EncodedRow> rows) {
        double score = rows.stream()
                .mapToDouble(row -> row.row().outcome(model).score())
                .average()
                .orElseThrow();
        return Agent.named(model)
                .usdPer1kOutputTokens(1_000 * USD_PER_TOKEN)
                .averageLatencyMillis(LATENCY_MILLIS)
                .quality(score)
                .build();
    }

    private static RecordedOutcome outcome(String model, EncodedRow row, QuantizedEmbedding embedding) {
        ModelOutcome outcome = row.row().outcome(model);
        return new RecordedOutcome(
                UUID.nameUUIDFromBytes((row.row().id() + "/" + model).getBytes(UTF_8)),
                model,
                embedding,
                row.features().topCategory(),
                row.features().inputTokens(),
                row.features().difficulty(),
                Outcome.judged(outcome.score()).outputTokens(outcome.costUsd() / USD_PER_TOKEN),
                CLOCK.instant());
    }
}
