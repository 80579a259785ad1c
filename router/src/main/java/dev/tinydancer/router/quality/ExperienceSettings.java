package dev.tinydancer.router.quality;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What an {@link Experience} remembers.
 *
 * @param capacity outcomes kept, at least 1; when one more comes, the oldest goes. Each takes 0.9 KB with an
 *     embedding of 256 dimensions
 * @param halfLife the age at which an outcome counts half, at least a millisecond
 */
public record ExperienceSettings(int capacity, Duration halfLife) {

    /** 20,000 outcomes, half-life 30 days. */
    public static final ExperienceSettings STANDARD = new ExperienceSettings(20_000, Duration.ofDays(30));

    public ExperienceSettings {
        requireNonNull(halfLife, "halfLife");
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, got " + capacity);
        }
        if (halfLife.toMillis() < 1) {
            throw new IllegalArgumentException("halfLife must be at least a millisecond, got " + halfLife);
        }
    }
}
