package dev.tinydancer.router.quality;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * What came of sending one request to one agent.
 *
 * @param decisionId identifies the decision; a later outcome of the same decision replaces the earlier
 * @param agent the agent's name
 * @param embedding of the request, quantised
 * @param category the request's most probable category; may be empty when it is not known
 * @param inputTokens length of the request, at least 0
 * @param difficulty of the request as it was predicted, in logits, finite; see {@link RequestFeatures#difficulty}
 * @param recordedAt when it was known; evidence loses weight with age
 */
public record RecordedOutcome(
        UUID decisionId,
        String agent,
        QuantizedEmbedding embedding,
        String category,
        int inputTokens,
        double difficulty,
        Outcome outcome,
        Instant recordedAt) {

    public RecordedOutcome {
        requireNonNull(decisionId, "decisionId");
        requireNonNull(agent, "agent");
        requireNonNull(embedding, "embedding");
        requireNonNull(category, "category");
        requireNonNull(outcome, "outcome");
        requireNonNull(recordedAt, "recordedAt");
        if (inputTokens < 0) {
            throw new IllegalArgumentException("inputTokens must be at least 0, got " + inputTokens);
        }
        if (!Double.isFinite(difficulty)) {
            throw new IllegalArgumentException("difficulty must be finite, got " + difficulty);
        }
    }

    /** Of a request of ordinary difficulty. */
    public RecordedOutcome(
            UUID decisionId,
            String agent,
            QuantizedEmbedding embedding,
            String category,
            int inputTokens,
            Outcome outcome,
            Instant recordedAt) {
        this(decisionId, agent, embedding, category, inputTokens, 0, outcome, recordedAt);
    }

    /** How good the answer was, in [0, 1]. */
    double good() {
        return outcome.good();
    }

    /** The category as a distribution; empty when it is not known. */
    Map<String, Double> categories() {
        return category.isEmpty() ? Map.of() : Map.of(category, 1.0);
    }
}
