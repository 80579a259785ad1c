package dev.tinydancer.router.quality;

import static java.util.Objects.requireNonNull;

/**
 * An outcome that counts when the quality of a request is predicted.
 *
 * @param similarity cosine of the two requests' embeddings
 * @param weight how much it counts now, in [0, 1]: 1 for the same request, known this moment
 */
public record SimilarOutcome(RecordedOutcome outcome, double similarity, double weight) {

    public SimilarOutcome {
        requireNonNull(outcome, "outcome");
    }
}
