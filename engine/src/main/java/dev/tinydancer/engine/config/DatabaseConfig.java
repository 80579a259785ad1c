package dev.tinydancer.engine.config;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.postgres.connection.DatabaseUrl;
import java.time.Duration;

/**
 * How to reach the database.
 *
 * @param poolSize connections that calls reserve with, at least 1; from 4 on, one tenant cannot take them all
 * @param timeout how long a call waits for the database, positive
 */
public record DatabaseConfig(DatabaseUrl url, int poolSize, Duration timeout) {

    public DatabaseConfig {
        requireNonNull(url, "url");
        if (poolSize < 1) {
            throw new IllegalArgumentException("poolSize must be at least 1, got " + poolSize);
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("timeout must be positive, got " + timeout);
        }
    }

    /** Neither password nor parameters are for logs. */
    @Override
    public String toString() {
        return "DatabaseConfig[url=" + url + ", poolSize=" + poolSize + ", timeout=" + timeout + "]";
    }
}
