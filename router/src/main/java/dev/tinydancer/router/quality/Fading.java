package dev.tinydancer.router.quality;

import java.time.Duration;
import java.time.Instant;

/**
 * How evidence loses weight: by half with every half-life. Weights are kept as of a reference time, so that they need not
 * change as time passes; a sum of them is brought to the present by one factor.
 *
 * @param reference when a weight is 1
 */
record Fading(Instant reference, Duration halfLife) {

    /** The weight, as of the reference time, of what was known at that time; more than 1 for what came later. */
    double weight(Instant time) {
        return Math.pow(2, halfLives(reference, time));
    }

    /** What to multiply such a weight with to have it as of another time. */
    double scale(Instant now) {
        return Math.pow(2, halfLives(now, reference));
    }

    private double halfLives(Instant from, Instant to) {
        return (double) Duration.between(from, to).toMillis() / halfLife.toMillis();
    }
}
