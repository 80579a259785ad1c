package dev.tinydancer.engine.wire;

import java.util.Optional;

/** Who may connect. Implementations are safe for concurrent use. */
@FunctionalInterface
public interface Credentials {

    /** What the password of this user is checked against; empty if there is no such user. */
    Optional<ScramVerifier> verifierOf(String user);
}
