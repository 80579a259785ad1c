package dev.tinydancer.postgres.embedded;

/** The server could not be unpacked, initialised, started or stopped; the message says why and what to do. */
public class EmbeddedServerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EmbeddedServerException(String message) {
        super(message);
    }

    public EmbeddedServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
