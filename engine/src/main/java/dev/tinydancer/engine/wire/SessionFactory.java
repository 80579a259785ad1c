package dev.tinydancer.engine.wire;

/** Opens a session for each connection that has authenticated. Safe for concurrent use. */
@FunctionalInterface
public interface SessionFactory {

    /** Opens the session of a client that has authenticated as {@code user}. */
    Session open(String user);
}
