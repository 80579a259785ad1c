package dev.tinydancer.workshop.load;

import dev.tinydancer.benchmark.measurement.Amount;
import dev.tinydancer.benchmark.measurement.Measurement;
import java.util.List;

/**
 * Figures that belong together. Each comes after its reference, with no other reference between them.
 *
 * @param title for people
 * @param times in the order in which they are shown
 * @param amounts shown after the times
 */
public record Section(String title, List<Measurement> times, List<Amount> amounts) {

    /** Copies the lists. */
    public Section {
        times = List.copyOf(times);
        amounts = List.copyOf(amounts);
    }

    /** One without amounts. */
    public Section(String title, List<Measurement> times) {
        this(title, times, List.of());
    }
}
