package dev.tinydancer.router.semantic;

import static java.util.Objects.requireNonNull;

/** What has to be known of an embedding model to read its similarities: fitted once, on labelled intents. */
public record RouteCalibration(RouteScoring scoring, ThresholdModel threshold, ConfidenceModel confidence) {
    /*
     * Each embedding model spreads its cosines differently: bge-small's lie between 0.3 for unrelated texts and 0.9 for
     * paraphrases. Threshold and confidence are what RouteCalibrator finds on CLINC150's training rows.
     * docs/semantic-routes.md has the figures on rows that took no part, and how the scoring was chosen.
     */

    /** For bge-small-en-v1.5, quantised. */
    public static final RouteCalibration BGE_SMALL = new RouteCalibration(
            new RouteScoring(12, 0.3, 0.01),
            new ThresholdModel(0.572, 0.0244, -0.138, 0.332),
            new ConfidenceModel(-1.82, 15.8, 15.0, 0.1));

    public RouteCalibration {
        requireNonNull(scoring, "scoring");
        requireNonNull(threshold, "threshold");
        requireNonNull(confidence, "confidence");
    }
}
