package dev.tinydancer.workshop.load;

import org.jspecify.annotations.Nullable;

/**
 * What a number of sessions that do nothing but call get from PostgreSQL and the engine.
 *
 * @param name in lower case with underscores
 * @param sessions that called at the same time
 * @param perSecond calls that succeeded
 * @param medianMicros half of the calls were faster
 * @param p99Micros 99 of 100 calls were faster
 * @param failures calls that did not succeed
 * @param firstFailure what one of them said; null if there was none
 * @param database processor time of PostgreSQL's processes for each call
 * @param engine processor time of the engines for each call
 * @param ratio of the calls in a second to those of the reference, {@code SELECT 1} in 64 sessions of the same run
 */
public record Load(
        String name,
        int sessions,
        double perSecond,
        double medianMicros,
        double p99Micros,
        long failures,
        @Nullable String firstFailure,
        ProcessorTime database,
        ProcessorTime engine,
        double ratio) {

    /** How many times the median the slowest of a hundred calls takes. */
    public double tail() {
        return p99Micros / medianMicros;
    }

    /** Processor time of all for each call, microseconds. */
    public double processorMicros() {
        return database.micros() + engine.micros();
    }
}
