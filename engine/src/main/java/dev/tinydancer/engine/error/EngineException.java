package dev.tinydancer.engine.error;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A call that failed for a reason its caller can understand. It becomes one ErrorResponse, field by field. Neither
 * message, detail nor hint ever carries the text of a request.
 */
public final class EngineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final SqlState state;
    private final @Nullable String detail;
    private final @Nullable String hint;

    public EngineException(SqlState state, String message) {
        this(state, message, null, null);
    }

    /**
     * @param detail what exactly was found, or null
     * @param hint what the caller can do, or null
     */
    public EngineException(SqlState state, String message, @Nullable String detail, @Nullable String hint) {
        this(state, message, detail, hint, null);
    }

    /** As above, with the exception that led here; it goes to the log, never to the caller. */
    public EngineException(
            SqlState state, String message, @Nullable String detail, @Nullable String hint, @Nullable Throwable cause) {
        // An expected refusal: its place in the code says nothing, so filling in the stack trace would be waste.
        super(requireNonNull(message, "message"), cause, false, cause != null);
        this.state = requireNonNull(state, "state");
        this.detail = detail;
        this.hint = hint;
    }

    public SqlState state() {
        return state;
    }

    /** The ErrorResponse's DETAIL, or null. */
    public @Nullable String detail() {
        return detail;
    }

    /** The ErrorResponse's HINT, or null. */
    public @Nullable String hint() {
        return hint;
    }
}
