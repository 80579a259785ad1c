package dev.tinydancer.benchmark.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentPerformance;
import dev.tinydancer.router.agent.AgentType;
import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.agent.CostModel;
import dev.tinydancer.router.quality.EffortEstimate;
import dev.tinydancer.router.quality.Experience;
import dev.tinydancer.router.quality.ExperienceSettings;
import dev.tinydancer.router.quality.ItemResponsePrior;
import dev.tinydancer.router.quality.QualityEstimate;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RecordedOutcome;
import dev.tinydancer.router.quality.RequestFeatures;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * The router's own predictor, taught with labelled rows as it is taught with recorded outcomes when it serves: each model is
 * an agent, registered with its mean score over those rows.
 *
 * <p>The files give the cost of a call, not the tokens behind it. A call is recorded as an answer of so many tokens at a
 * millionth of a dollar each, so that expected cost is predicted as expected length is.
 */
final class LearnedRouting {

    /** All rows are of one age, so that only what they say counts. */
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

    private static final double LATENCY_MILLIS = 1_000;
    private static final double USD_PER_TOKEN = 1e-6;
    private static final CostModel BY_THE_TOKEN = new CostModel(0, 1_000 * USD_PER_TOKEN, 0, 0);

    private final List<Agent> agents;
    private final Experience experience;

    private LearnedRouting(List<Agent> agents, Experience experience) {
        this.agents = agents;
        this.experience = experience;
    }

    /**
     * Learns.
     *
     * @param models to route between; each row has an outcome of each
     */
    static LearnedRouting learn(ItemResponsePrior prior, List<String> models, List<EncodedRow> rows) {
        List<Agent> agents = models.stream().map(model -> agent(model, rows)).toList();
        ExperienceSettings settings =
                new ExperienceSettings(rows.size() * models.size(), ExperienceSettings.STANDARD.halfLife());
        Experience experience = new Experience(prior, settings, CLOCK);
        for (EncodedRow row : rows) {
            QuantizedEmbedding embedding = QuantizedEmbedding.of(row.features().embedding());
            for (String model : models) {
                experience.record(outcome(model, row, embedding));
            }
        }
        experience.learn(agents);
        return new LearnedRouting(agents, experience);
    }

    /** The predicted probability that each model answers well, in the order of the models. */
    double[] qualities(RequestFeatures request) {
        List<QualityEstimate> estimates = experience.quality().predictAll(request, agents);
        return estimates.stream().mapToDouble(QualityEstimate::mean).toArray();
    }

    /** What the answer of each model is predicted to cost, in US dollars, in the order of the models. */
    double[] costs(RequestFeatures request) {
        return agents.stream()
                .mapToDouble(agent -> {
                    EffortEstimate effort = experience.effort().predict(request, agent);
                    return agent.costModel().cost(request.inputTokens(), effort.outputTokens(), effort.latencyMillis());
                })
                .toArray();
    }

    private static Agent agent(String model, List<EncodedRow> rows) {
        double score = rows.stream()
                .mapToDouble(row -> row.row().outcome(model).score())
                .average()
                .orElseThrow();
        return new Agent(
                model,
                AgentType.LLM,
                Capabilities.of(),
                BY_THE_TOKEN,
                new AgentPerformance(LATENCY_MILLIS, LATENCY_MILLIS, score),
                true);
    }

    private static RecordedOutcome outcome(String model, EncodedRow row, QuantizedEmbedding embedding) {
        ModelOutcome outcome = row.row().outcome(model);
        return new RecordedOutcome(
                UUID.nameUUIDFromBytes((row.row().id() + "/" + model).getBytes(UTF_8)),
                model,
                embedding,
                row.features().topCategory(),
                row.features().inputTokens(),
                outcome.score(),
                Double.NaN,
                outcome.costUsd() / USD_PER_TOKEN,
                CLOCK.instant());
    }
}
