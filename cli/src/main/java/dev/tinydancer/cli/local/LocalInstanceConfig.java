package dev.tinydancer.cli.local;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import java.util.OptionalInt;

/**
 * How to run a local instance.
 *
 * @param ownerPassword of the role {@value LocalInstance#OWNER}
 * @param httpPort of the page, health and metrics; empty for none, 0 for any
 */
public record LocalInstanceConfig(EmbeddedServerConfig server, String ownerPassword, OptionalInt httpPort) {

    public LocalInstanceConfig {
        requireNonNull(server, "server");
        requireNonNull(ownerPassword, "ownerPassword");
        requireNonNull(httpPort, "httpPort");
    }

    /** Never shows the password. */
    @Override
    public String toString() {
        return "LocalInstanceConfig[server=" + server + ", httpPort=" + httpPort + "]";
    }
}
