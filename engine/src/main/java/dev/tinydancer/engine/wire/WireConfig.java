package dev.tinydancer.engine.wire;

import static java.util.Objects.requireNonNull;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens and what it bears.
 *
 * @param address TCP address; port 0 takes any free one
 * @param unixSocketDirectory where to put {@code .s.PGSQL.PORT} as well, or null
 * @param tls offers TLS when not null
 * @param maxConnections sessions at a time, at least 1
 * @param maxMessageBytes length of one message, at least {@value #MIN_MESSAGE_BYTES}
 * @param handshakeTimeout from accepting a connection until it has authenticated
 * @param serverVersion reported as {@code server_version}; libpq wants PostgreSQL's numbering
 */
public record WireConfig(
        InetSocketAddress address,
        @Nullable Path unixSocketDirectory,
        @Nullable SSLContext tls,
        int maxConnections,
        int maxMessageBytes,
        Duration handshakeTimeout,
        String serverVersion) {

    static final int MIN_MESSAGE_BYTES = 1024;

    public WireConfig {
        requireNonNull(address, "address");
        requireNonNull(handshakeTimeout, "handshakeTimeout");
        requireNonNull(serverVersion, "serverVersion");
        if (maxConnections < 1) {
            throw new IllegalArgumentException("maxConnections must be at least 1, got " + maxConnections);
        }
        if (maxMessageBytes < MIN_MESSAGE_BYTES) {
            throw new IllegalArgumentException(
                    "maxMessageBytes must be at least " + MIN_MESSAGE_BYTES + ", got " + maxMessageBytes);
        }
        if (!handshakeTimeout.isPositive()) {
            throw new IllegalArgumentException("handshakeTimeout must be positive, got " + handshakeTimeout);
        }
    }
}
