package dev.tinydancer.postgres.install;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * Begins the migrations' transaction by waiting until no other transaction uses the tables, and keeps new ones waiting until
 * it ends. So no call runs into half of a change, and no session waits for the migrations while these wait for it.
 *
 * <p>All locks are taken before anything is done. Where one is not to be had, all are given back, and it is tried again: a
 * session that waits for one of them meanwhile would otherwise wait for as long as the longest transaction lasts, and
 * PostgreSQL would fail one of the two after its deadlock_timeout (1 s).
 */
final class Quiet extends BaseCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String LOCK_NOT_AVAILABLE = "55P03";

    /** Views first: who reads one holds it while waiting for the tables under it. */
    private static final String TABLES = """
            SELECT string_agg(format('%s', oid::regclass), ', ' ORDER BY relkind <> 'v', relname)
            FROM pg_class
            WHERE (relnamespace = 'tiny_dancer'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition
                   AND relname <> 'schema_history')
               OR (relowner = 'tiny_dancer_owner'::regrole AND relkind = 'v' AND starts_with(relname, 'ruvector_'))
            """;

    private static final String IN_THE_WAY = """
            SELECT string_agg(format('process %s (%s, %s for %s)', pid, usename, state,
                                     date_trunc('second', clock_timestamp() - xact_start)), ', ' ORDER BY xact_start)
            FROM pg_stat_activity
            WHERE pid IN (SELECT pid FROM pg_locks JOIN pg_class ON pg_class.oid = relation
                          WHERE relnamespace = 'tiny_dancer'::regnamespace AND granted
                            AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
              AND pid <> pg_backend_pid()
            """;

    private boolean reached;

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE;
    }

    @Override
    public void handle(Event event, Context context) {
        if (reached) {
            return;
        }
        try {
            lockAll(context.getConnection());
        } catch (SQLException e) {
            throw new FlywayException("the tables could not be locked: " + e.getMessage(), e);
        }
        reached = true;
    }

    private static void lockAll(Connection connection) throws SQLException {
        String tables = text(connection, TABLES);
        if (tables == null) {
            return;
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!tryLock(connection, tables)) {
            if (System.nanoTime() > deadline) {
                throw new FlywayException("transactions of others have used the tables for "
                        + PATIENCE.toSeconds() + " s, and nothing was changed; install again when they have ended: "
                        + text(connection, IN_THE_WAY));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private static boolean tryLock(Connection connection, String tables) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '200ms'");
            statement.execute("LOCK TABLE " + tables + " IN ACCESS EXCLUSIVE MODE");
            statement.execute("SET LOCAL lock_timeout = 0");
            connection.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            return false;
        }
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
