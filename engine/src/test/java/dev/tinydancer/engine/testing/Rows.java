package dev.tinydancer.engine.testing;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Rows of a query as texts, in PostgreSQL's own form; NULL is {@code null} in words. */
public final class Rows {

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

    /** Runs a statement whose rows, if any, do not matter. */
    public static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
