package dev.tinydancer.training.classifier;

import java.time.Duration;

/**
 * How far a training has come.
 *
 * @param epoch the current pass over the data, from 1
 * @param epochs most passes that there will be
 * @param done share of all passes that is done, in [0, 1]
 * @param trainingLoss mean loss of this epoch's examples so far
 * @param heldOutLoss mean negative logarithm of the right category's probability, at the best temperature, on the
 *     sources held out, after the last whole epoch; NaN before
 * @param heldOutAccuracy share of the requests of these sources that were classified rightly; NaN before
 * @param elapsed since the training began or was resumed
 * @param remaining estimate until its end
 */
public record TrainingProgress(
        int epoch,
        int epochs,
        double done,
        double trainingLoss,
        double heldOutLoss,
        double heldOutAccuracy,
        Duration elapsed,
        Duration remaining) {}
