package dev.tinydancer.training.classifier;

import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.safetensors.Safetensors;

/**
 * What a training has made.
 *
 * @param file to be written where the classifier shall be read from
 * @param classifier the same, ready to use
 * @param epoch the pass over the data after which it was best, from 1; 0 if training ended before the first was done
 * @param heldOutAccuracy share of the requests of the held-out sources that it classified rightly; NaN if none were held
 *     out
 */
public record TrainedClassifier(Safetensors file, RequestClassifier classifier, int epoch, double heldOutAccuracy) {}
