package dev.tinydancer.engine.credential;

import dev.tinydancer.engine.wire.ScramVerifier;

/**
 * The row of {@code tiny_dancer.engine_credential}. Not a record, because it must not print itself.
 */
final class EngineSecrets {

    private final MessageKey messageKey;
    private final String user;
    private final ScramVerifier verifier;

    /**
     * @param user the name under which the functions log in
     * @param verifier of their password
     */
    EngineSecrets(MessageKey messageKey, String user, ScramVerifier verifier) {
        this.messageKey = messageKey;
        this.user = user;
        this.verifier = verifier;
    }

    MessageKey messageKey() {
        return messageKey;
    }

    String user() {
        return user;
    }

    ScramVerifier verifier() {
        return verifier;
    }
}
