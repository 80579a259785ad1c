package dev.tinydancer.engine.config;

/**
 * How many outcomes an engine remembers.
 *
 * @param ofTenant how many of the latest outcomes of a tenant are read, at least 0
 * @param ofAll how many of all tenants together are kept, as long as some of them ask nothing; at least 0
 */
public record OutcomeLimits(int ofTenant, int ofAll) {

    public OutcomeLimits {
        if (ofTenant < 0 || ofAll < 0) {
            throw new IllegalArgumentException("limits must be at least 0, got " + ofTenant + " and " + ofAll);
        }
    }
}
