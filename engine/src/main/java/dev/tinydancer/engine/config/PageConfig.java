package dev.tinydancer.engine.config;

import static java.util.Objects.requireNonNull;

/**
 * The page.
 *
 * @param isServed whether there is one
 * @param tokenAlways whether a token is asked for on loopback, too
 * @param role as which those ask who need no token
 */
public record PageConfig(boolean isServed, boolean tokenAlways, String role) {

    public PageConfig {
        requireNonNull(role, "role");
    }
}
