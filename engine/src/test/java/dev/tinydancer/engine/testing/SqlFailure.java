package dev.tinydancer.engine.testing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Statements that are expected to fail. */
public final class SqlFailure {

    private SqlFailure() {}

    /** Runs a statement that must fail; returns what the server said. */
    public static ServerErrorMessage of(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (PSQLException e) {
            ServerErrorMessage message = e.getServerErrorMessage();
            assertThat(message).as("an error of the server: %s", e).isNotNull();
            return requireNonNull(message);
        }
        throw new AssertionError("succeeded: " + sql);
    }
}
