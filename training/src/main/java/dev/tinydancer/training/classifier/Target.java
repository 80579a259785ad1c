package dev.tinydancer.training.classifier;

import java.util.BitSet;

/**
 * What an example teaches: its category, and the capabilities that it needs.
 *
 * @param index of the category
 * @param categories how many there are
 * @param smoothing share of the probability that is spread over all categories, in [0, 1)
 * @param needed indices of the capabilities; not to be changed
 */
record Target(int index, int categories, float smoothing, BitSet needed) {

    /** The probability that the category should get. */
    float category(int category) {
        return smoothing / categories + (category == index ? 1 - smoothing : 0);
    }

    boolean needs(int capability) {
        return needed.get(capability);
    }
}
