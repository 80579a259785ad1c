package dev.tinydancer.engine.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where SQL functions connect to, and what the engine bears of them.
 *
 * @param address TCP address; port 0 takes any free one
 * @param unixSocketDirectory where to listen as well
 * @param keystore with it TLS is offered
 * @param maxConnections sessions at a time
 * @param maxMessageBytes length of one call
 * @param handshakeTimeout from accepting a connection until it has authenticated
 * @param shutdownGrace how long calls in flight may take to finish when the engine stops
 */
public record ListenConfig(
        InetSocketAddress address,
        Optional<Path> unixSocketDirectory,
        Optional<Keystore> keystore,
        int maxConnections,
        int maxMessageBytes,
        Duration handshakeTimeout,
        Duration shutdownGrace) {

    /** A PKCS #12 file with the engine's key and certificate. */
    public record Keystore(Path file, String password) {

        @Override
        public String toString() {
            return "Keystore[file=" + file + "]";
        }
    }
}
