package dev.tinydancer.engine.jdbc;

import dev.tinydancer.engine.jdbc.Database.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends work in the database that nobody waits for any longer: the statement that runs is cancelled at the server, and none
 * is begun after that. Without it a statement that waits for a lock would keep its connection long after its call has
 * failed.
 */
final class Cancellation {

    private static final Logger LOG = LoggerFactory.getLogger(Cancellation.class);

    private static final ScopedValue<Cancellation> CURRENT = ScopedValue.newInstance();

    private static final String QUERY_CANCELED = "57014";

    /** The connection that the work uses now, under the lock of this object. */
    private @Nullable PGConnection used;

    private boolean cancelled;

    /** Does the work in this thread; its connections can be cancelled. */
    <T> T scope(Supplier<T> work) {
        return ScopedValue.where(CURRENT, this).call(work::get);
    }

    /** Uses a connection for the work of which this is called, if that can be cancelled. */
    static <T extends @Nullable Object> T of(Connection connection, Work<T> work) throws SQLException {
        if (!CURRENT.isBound()) {
            return work.apply(connection);
        }
        Cancellation cancellation = CURRENT.get();
        cancellation.begin(connection.unwrap(PGConnection.class));
        try {
            return work.apply(connection);
        } finally {
            cancellation.end();
        }
    }

    private synchronized void begin(PGConnection connection) throws SQLException {
        if (cancelled) {
            throw new SQLException("nobody waits for it any longer", QUERY_CANCELED);
        }
        used = connection;
    }

    /** Waits for a cancellation that is on its way, which would otherwise meet the next one to use the connection. */
    private synchronized void end() {
        used = null;
    }

    synchronized void cancel() {
        cancelled = true;
        if (used != null) {
            try {
                used.cancelQuery();
            } catch (SQLException e) {
                LOG.warn("a statement could not be cancelled; it ends with its statement_timeout", e);
            }
        }
    }
}
