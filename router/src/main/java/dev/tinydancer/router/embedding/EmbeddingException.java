package dev.tinydancer.router.embedding;

/** An embedder that cannot work: its native library or its model does not load, or fails. */
public final class EmbeddingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EmbeddingException(String message, Throwable cause) {
        super(message, cause);
    }
}
