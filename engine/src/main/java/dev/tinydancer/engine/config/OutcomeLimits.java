package dev.tinydancer.engine.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How many outcomes an engine remembers, and of whom.
 *
 * @param ofTenant how many of the latest outcomes of a tenant are read, at least 0
 * @param ofAll how many of all tenants together are kept, as long as some of them ask nothing; at least 0
 * @param kept how long after its last call a tenant is remembered
 */
public record OutcomeLimits(int ofTenant, int ofAll, Duration kept) {

    public OutcomeLimits {
        requireNonNull(kept, "kept");
        if (ofTenant < 0 || ofAll < 0) {
            throw new IllegalArgumentException("limits must be at least 0, got " + ofTenant + " and " + ofAll);
        }
    }
}
