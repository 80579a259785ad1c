package dev.tinydancer.router.safetensors;

import java.io.Serial;

/** A model file is damaged, cut short or of another kind; the message says what is wrong with it. */
public final class InvalidModelException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    public InvalidModelException(String message) {
        super(message);
    }

    public InvalidModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
