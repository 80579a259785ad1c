package dev.tinydancer.engine.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What one snapshot of the database shows, and which snapshot it was. A row is written before its transaction commits, and
 * transactions commit in any order, so that neither a sequence nor a time tells what is new: new is what an earlier snapshot
 * did not see.
 *
 * @param snapshot in PostgreSQL's form; what the next reading starts from
 */
public record SnapshotReading<T>(String snapshot, T found) {

    /** Rows to fetch at a time: a transaction may record a million, and an engine that was frozen find as many. */
    public static final int FETCHED_TOGETHER = 1_000;

    /** Finds something with a connection all of whose statements have the same snapshot. */
    @FunctionalInterface
    public interface Query<T> {

        /**
         * Finds it.
         *
         * @param snapshot the one that the statements have
         */
        T apply(Connection connection, String snapshot) throws SQLException;
    }

    /**
     * Reads.
     *
     * @throws DatabaseException if that fails
     */
    public static <T> SnapshotReading<T> of(Database database, Query<T> query) {
        return database.read(connection -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            }
            String snapshot = snapshot(connection);
            SnapshotReading<T> reading = new SnapshotReading<>(snapshot, query.apply(connection, snapshot));
            connection.commit();
            return reading;
        });
    }

    /**
     * The snapshot of this moment.
     *
     * @throws DatabaseException if it cannot be read
     */
    public static String snapshotOf(Database database) {
        return database.read(SnapshotReading::snapshot);
    }

    private static String snapshot(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_current_snapshot()::text")) {
            row.next();
            return row.getString(1);
        }
    }
}
