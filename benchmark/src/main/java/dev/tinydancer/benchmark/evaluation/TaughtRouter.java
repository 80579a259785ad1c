package dev.tinydancer.benchmark.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentRegistry;
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

/** A router that has been taught with labelled rows as it is with recorded outcomes when it serves. */
public final class TaughtRouter {

    /** All rows are of one age, so that only what they say counts. */
    public static final Instant TAUGHT_AT = Instant.parse("2026-01-01T00:00:00Z");

    private TaughtRouter() {}

    /**
     * A router of these agents that knows what came of these rows.
     *
     * @param encoder that the rows have been encoded with
     * @param agents named as the models; each row has an outcome of each
     * @param told what is recorded of a model's outcome
     */
    public static AdaptiveRouter of(
            Function<String, RequestFeatures> encoder,
            List<Agent> agents,
            List<EncodedRow> rows,
            Function<ModelOutcome, Outcome> told) {
        AdaptiveRouter router = AdaptiveRouter.builder()
                .encoder(encoder)
                .remembering(
                        new ExperienceSettings(rows.size() * agents.size(), ExperienceSettings.STANDARD.halfLife()))
                .clock(InstantSource.fixed(TAUGHT_AT))
                .learningWhenCalled()
                .build();
        router.replaceAgents(AgentRegistry.of(agents));
        for (EncodedRow row : rows) {
            QuantizedEmbedding embedding = QuantizedEmbedding.of(row.features().embedding());
            for (Agent agent : agents) {
                String model = agent.name();
                router.record(new RecordedOutcome(
                        UUID.nameUUIDFromBytes((row.row().id() + "/" + model).getBytes(UTF_8)),
                        model,
                        embedding,
                        row.features().topCategory(),
                        row.features().inputTokens(),
                        row.features().difficulty(),
                        told.apply(row.row().outcome(model)),
                        TAUGHT_AT));
            }
        }
        router.learn();
        return router;
    }

    /** What a model scores on these rows, on average. */
    public static double meanScore(String model, List<EncodedRow> rows) {
        return rows.stream()
                .mapToDouble(row -> row.row().outcome(model).score())
                .average()
                .orElseThrow();
    }
}
