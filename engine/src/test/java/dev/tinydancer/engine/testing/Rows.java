package dev.tinydancer.engine.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Rows of a query as texts, in PostgreSQL's own form; NULL is {@code null} in words. */
public final class Rows {

    private static final String DEADLOCK_DETECTED = "40P01";
    private static final int MOST_TRIES = 20;

    private Rows() {}

    /** All rows. */
    public static List<List<String>> all(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<List<String>> all = new ArrayList<>();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    row.add(String.valueOf(rows.getString(column)));
                }
                all.add(row);
            }
            return all;
        }
    }

    /** The first row; there must be one. */
    public static List<String> first(Connection connection, String sql) throws SQLException {
        return all(connection, sql).getFirst();
    }

    /**
     * Empties tables while an engine is at work. It reads and settles them in another order than that in which they are
     * locked here, and PostgreSQL may end this statement to let it go on: then it is run again.
     */
    public static void truncate(Connection connection, String tables) throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                // Of two that wait for each other the one that looks first is ended: the engine is not to wait a
                // second.
                execute(
                        connection,
                        "DO $$ BEGIN SET LOCAL deadlock_timeout = '20ms'; TRUNCATE %s; END $$".formatted(tables));
                return;
            } catch (SQLException e) {
                if (!DEADLOCK_DETECTED.equals(e.getSQLState()) || tries == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    /** Runs a statement whose rows, if any, do not matter. */
    public static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
