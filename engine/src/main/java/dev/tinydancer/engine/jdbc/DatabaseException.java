package dev.tinydancer.engine.jdbc;

import java.sql.SQLException;
import java.util.Set;

/** The database did not do what it was asked. The cause is the driver's exception. */
public final class DatabaseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final Set<String> PASSING_CLASSES = Set.of("08", "25", "40", "53", "55", "57");

    DatabaseException(SQLException cause) {
        super(cause.getSQLState() + ": " + cause.getMessage(), cause);
    }

    /** The SQLSTATE of the cause; empty if the driver gave none. */
    public String sqlState() {
        return getCause() instanceof SQLException sql && sql.getSQLState() != null ? sql.getSQLState() : "";
    }

    /** Whether the connection is no longer of use, while others may be. */
    boolean isBrokenConnection() {
        return sqlState().startsWith("08") || sqlState().startsWith("57P");
    }

    /**
     * Whether the same may succeed later: the connection broke, the server is out of something, shuts down, is read-only or
     * wants the transaction to be repeated.
     */
    public boolean isPassing() {
        String state = sqlState();
        return state.isEmpty() || PASSING_CLASSES.contains(state.substring(0, 2));
    }
}
