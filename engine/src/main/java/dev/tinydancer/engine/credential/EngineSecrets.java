package dev.tinydancer.engine.credential;

import dev.tinydancer.engine.wire.ScramVerifier;

/**
 * The row of {@code tiny_dancer.engine_credential}. Not a record, because it must not print itself.
 */
final class EngineSecrets {

    private final MessageKey messageKey;
    private final String user;
    private final ScramVerifier verifier;
    private final int oldestEngine;

    /**
     * @param user the name under which the functions log in
     * @param verifier of their password
     * @param oldestEngine the version of the schema that an engine must be made for at least, to answer the functions
     */
    EngineSecrets(MessageKey messageKey, String user, ScramVerifier verifier, int oldestEngine) {
        this.messageKey = messageKey;
        this.user = user;
        this.verifier = verifier;
        this.oldestEngine = oldestEngine;
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

    int oldestEngine() {
        return oldestEngine;
    }
}
