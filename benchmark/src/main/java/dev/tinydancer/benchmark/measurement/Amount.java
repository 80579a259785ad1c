package dev.tinydancer.benchmark.measurement;

/**
 * What something takes that is not time.
 *
 * @param name in lower case with underscores
 * @param value in the unit
 * @param unit in the plural or as a symbol, such as {@code bytes}
 * @param reference the amount of the same run that it is compared with
 * @param ratio of this one and of the reference
 */
public record Amount(String name, double value, String unit, String reference, double ratio) {}
