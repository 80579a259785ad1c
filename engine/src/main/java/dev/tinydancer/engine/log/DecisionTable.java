package dev.tinydancer.engine.log;

import dev.tinydancer.engine.jdbc.Database;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import org.postgresql.PGConnection;

/**
 * Writes decisions into the log, many at a time.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, text format</a>
 */
final class DecisionTable {

    /*
     * COPY knows no ON CONFLICT, and a call that was repeated because its first answer got lost has logged its decision
     * already. So the rows go to a table of the connection's own first.
     */
    private static final String BATCH_TABLE = "CREATE TEMPORARY TABLE IF NOT EXISTS tiny_dancer_decision_batch"
            + " (decision tiny_dancer.logged_decision) ON COMMIT DELETE ROWS";
    private static final String COPY = "COPY pg_temp.tiny_dancer_decision_batch FROM STDIN";
    private static final String MOVE = "INSERT INTO tiny_dancer.logged_decision SELECT (decision).*"
            + " FROM pg_temp.tiny_dancer_decision_batch ON CONFLICT DO NOTHING";

    /**
     * Outcomes that were recorded before their decision was written wait for its agent. Asked when the decisions can be seen by
     * all: an outcome that is not there yet then is recorded by a transaction that ends later, and whoever reads it finds the
     * decision beside it.
     */
    private static final String ADOPT = "SELECT tiny_dancer.adopt_early_outcomes(?)";

    private final Database database;

    DecisionTable(Database database) {
        this.database = database;
    }

    /** Writes all of the rows or none. What fails may be tried again, whether or not it has written them. */
    void write(List<LoggedDecision> decisions) {
        StringBuilder rows = new StringBuilder(2048 * decisions.size());
        decisions.forEach(decision -> append(rows, decision.row()));
        database.with(connection -> {
            connection.setAutoCommit(false);
            try {
                copy(connection, rows.toString());
                connection.commit();
                adopt(connection, decisions);
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
            return null;
        });
    }

    private static void copy(Connection connection, String rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(BATCH_TABLE);
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY, new StringReader(rows));
            statement.execute(MOVE);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    private static void adopt(Connection connection, List<LoggedDecision> decisions) throws SQLException {
        UUID[] ids = decisions.stream().map(LoggedDecision::decisionId).toArray(UUID[]::new);
        try (PreparedStatement statement = connection.prepareStatement(ADOPT)) {
            statement.setArray(1, connection.createArrayOf("uuid", ids));
            statement.execute();
        }
    }

    /** Appends a row of one value in COPY's text format. */
    private static void append(StringBuilder rows, String value) {
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            switch (character) {
                case '\\' -> rows.append("\\\\");
                case '\t' -> rows.append("\\t");
                case '\n' -> rows.append("\\n");
                case '\r' -> rows.append("\\r");
                default -> rows.append(character);
            }
        }
        rows.append('\n');
    }
}
