package dev.tinydancer.router.semantic;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A target and what should be sent there.
 *
 * @param name unique in its index, 1 to {@value #MAX_NAME_LENGTH} characters
 * @param description what the route is for, in words; may be empty. Its words count in the lexical part of a match
 * @param utterances at least one example, all of the same dimension. A route that is known only by its description or by
 *     a vector has that as its single utterance
 * @param targetAgent the agent that answers, not necessarily registered yet
 * @param priority the higher wins among routes that are equally similar within the embedding model's noise; it never
 *     lifts a route over a clearly better match
 * @param scoreThreshold the least similarity that counts as a match, in [0, 1], null for the fitted default
 */
public record SemanticRoute(
        String name,
        String description,
        List<Utterance> utterances,
        String targetAgent,
        int priority,
        RouteConditions conditions,
        @Nullable Double scoreThreshold) {

    public static final int MAX_NAME_LENGTH = 200;

    public SemanticRoute {
        requireNonNull(description, "description");
        requireNonNull(conditions, "conditions");
        // As PostgreSQL counts, to which an emoji is one.
        int length = name.codePointCount(0, name.length());
        if (name.isBlank() || length > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("name must have 1 to " + MAX_NAME_LENGTH + " characters, got " + length);
        }
        if (targetAgent.isBlank()) {
            throw new IllegalArgumentException("target_agent of route \"" + name + "\" must not be empty");
        }
        utterances = List.copyOf(utterances);
        if (utterances.isEmpty()) {
            throw new IllegalArgumentException("route \"" + name + "\" needs at least one utterance");
        }
        int dimension = utterances.getFirst().dimension();
        for (Utterance utterance : utterances) {
            if (utterance.dimension() != dimension) {
                throw new IllegalArgumentException("utterances of route \"" + name + "\" have different dimensions, "
                        + dimension + " and " + utterance.dimension());
            }
        }
        if (scoreThreshold != null && !(scoreThreshold >= 0 && scoreThreshold <= 1)) {
            throw new IllegalArgumentException(
                    "score_threshold of route \"" + name + "\" must be in [0, 1], got " + scoreThreshold);
        }
    }

    /** The length of the route's vectors. */
    public int dimension() {
        return utterances.getFirst().dimension();
    }

    /** This route with another threshold. */
    public SemanticRoute withScoreThreshold(double threshold) {
        return new SemanticRoute(name, description, utterances, targetAgent, priority, conditions, threshold);
    }
}
