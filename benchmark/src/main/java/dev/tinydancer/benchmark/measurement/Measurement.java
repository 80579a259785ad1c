package dev.tinydancer.benchmark.measurement;

/**
 * What one kind of call took.
 *
 * @param name in lower case with underscores
 * @param medianMicros half of the calls were faster
 * @param p99Micros 99 of 100 calls were faster
 * @param reference the kind of call of the same run that it is compared with
 * @param ratio of the medians of this kind and of the reference
 */
public record Measurement(String name, double medianMicros, double p99Micros, String reference, double ratio) {}
