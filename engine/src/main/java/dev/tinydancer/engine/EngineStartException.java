package dev.tinydancer.engine;

import org.jspecify.annotations.Nullable;

/** The engine cannot start. The message says what is missing and, where it is known, what to do. */
public final class EngineStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EngineStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
