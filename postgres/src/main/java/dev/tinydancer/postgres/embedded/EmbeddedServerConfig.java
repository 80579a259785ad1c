package dev.tinydancer.postgres.embedded;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;

/**
 * How to run a server.
 *
 * @param installation whose programs are run
 * @param directory holds the data, the server's log and its lock; made if it does not exist
 * @param port on 127.0.0.1, or {@link #ANY_PORT}
 * @param durability whether committed data outlives a crash of the machine
 * @param superuserPassword of the role {@value EmbeddedServer#SUPERUSER}; must be the one that the data was made with
 */
public record EmbeddedServerConfig(
        Installation installation, Path directory, int port, Durability durability, String superuserPassword) {

    /** Asks for a free port. */
    public static final int ANY_PORT = 0;

    /** What a commit waits for. */
    public enum Durability {
        /** Until its data is on disk. */
        DURABLE,
        /** For nothing: only for data that is thrown away with the server. */
        FLEETING
    }

    public EmbeddedServerConfig {
        requireNonNull(installation, "installation");
        directory = directory.toAbsolutePath().normalize();
        requireNonNull(durability, "durability");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be in 0 to 65535, got " + port);
        }
        if (superuserPassword.isBlank()) {
            throw new IllegalArgumentException("superuserPassword must not be blank");
        }
    }

    /** A server for data that is thrown away with it, on a free port. */
    public static EmbeddedServerConfig fleeting(Installation installation, Path directory, String superuserPassword) {
        return new EmbeddedServerConfig(installation, directory, ANY_PORT, Durability.FLEETING, superuserPassword);
    }

    /** Never shows the password. */
    @Override
    public String toString() {
        return "EmbeddedServerConfig[installation=" + installation + ", directory=" + directory + ", port=" + port
                + ", durability=" + durability + "]";
    }
}
