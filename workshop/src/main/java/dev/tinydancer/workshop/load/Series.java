package dev.tinydancer.workshop.load;

import dev.tinydancer.benchmark.measurement.Amount;
import dev.tinydancer.benchmark.measurement.Measurement;
import java.util.ArrayList;
import java.util.List;

/** Figures of one kind, the first of which is the reference of all. */
final class Series {

    private final List<Measurement> times = new ArrayList<>();
    private final List<Amount> amounts = new ArrayList<>();

    /** Adds a time. */
    void add(String name, Sample sample) {
        Measurement reference = times.isEmpty() ? null : times.getFirst();
        times.add(
                reference == null
                        ? new Measurement(name, sample.medianMicros(), sample.p99Micros(), name, 1)
                        : new Measurement(
                                name,
                                sample.medianMicros(),
                                sample.p99Micros(),
                                reference.name(),
                                sample.medianMicros() / reference.medianMicros()));
    }

    /** Adds what is no time. */
    void add(String name, double value, String unit) {
        Amount reference = amounts.isEmpty() ? null : amounts.getFirst();
        amounts.add(
                reference == null
                        ? new Amount(name, value, unit, name, 1)
                        : new Amount(name, value, unit, reference.name(), value / reference.value()));
    }

    /** In the order in which they were added. */
    List<Measurement> times() {
        return times;
    }

    /** In the order in which they were added. */
    List<Amount> amounts() {
        return amounts;
    }
}
