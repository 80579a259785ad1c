package dev.tinydancer.postgres.functions;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** One session in which a test speaks SQL. Values come as PostgreSQL writes them as text. */
final class SqlSession implements AutoCloseable {

    private final Connection connection;
    private List<String> notices = List.of();

    SqlSession(Connection connection) {
        this.connection = connection;
    }

    Connection connection() {
        return connection;
    }

    /** Runs a statement, whatever it returns. */
    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
            notices = noticesOf(statement);
        }
    }

    /** The rows of a query, each as the list of its values. */
    List<List<@Nullable String>> rows(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<List<@Nullable String>> all = new ArrayList<>();
            while (rows.next()) {
                List<@Nullable String> values = new ArrayList<>();
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    values.add(rows.getString(column));
                }
                all.add(values);
            }
            notices = noticesOf(statement);
            return all;
        }
    }

    /** The first column of a query's rows. */
    List<@Nullable String> column(String sql) throws SQLException {
        List<@Nullable String> values = new ArrayList<>();
        for (List<@Nullable String> row : rows(sql)) {
            values.add(row.getFirst());
        }
        return values;
    }

    /** The one value of a query of one row. */
    @Nullable
    String value(String sql) throws SQLException {
        List<@Nullable String> values = column(sql);
        assertThat(values).as(sql).hasSize(1);
        return values.getFirst();
    }

    /** The one value of a query of one row, where it is not null. */
    String text(String sql) throws SQLException {
        return requireNonNull(value(sql), () -> "null from " + sql);
    }

    /** The error with which a statement fails. */
    ServerErrorMessage failure(String sql) throws SQLException {
        try {
            run(sql);
        } catch (PSQLException e) {
            return requireNonNull(e.getServerErrorMessage(), () -> "not the server's own error: " + e);
        }
        throw new AssertionError("this does not fail: " + sql);
    }

    /** What the last successful statement told besides its result. */
    List<String> notices() {
        return notices;
    }

    /** The payloads that have come on the channels to which the session listens, since this was last asked. */
    List<String> notifications() throws SQLException {
        PGNotification[] come = connection.unwrap(PGConnection.class).getNotifications();
        return Arrays.stream(come).map(PGNotification::getParameter).toList();
    }

    private static List<String> noticesOf(Statement statement) throws SQLException {
        List<String> messages = new ArrayList<>();
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            messages.add(warning.getMessage());
        }
        return messages;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
