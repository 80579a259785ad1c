package dev.tinydancer.workshop.load;

import java.util.Arrays;

/**
 * What calls of one kind took.
 *
 * @param medianMicros half of the calls were faster
 * @param p99Micros 99 of 100 calls were faster; the slowest of fewer than 100
 */
record Sample(double medianMicros, double p99Micros) {

    /** Of at least one call, in any order. */
    static Sample of(double... micros) {
        double[] ascending = micros.clone();
        Arrays.sort(ascending);
        return new Sample(ascending[ascending.length / 2], ascending[ascending.length * 99 / 100]);
    }
}
