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

/** Writes rows into {@code tiny_dancer.decision}, many at a time. */
final class DecisionTable {

    private static final String COLUMNS =
            "tenant, decided_at, decision_id, agent, optimize_for, category, confidence, estimated_cost,"
                    + " estimated_latency_ms, expected_quality, input_tokens, output_tokens, reasoning, alternatives,"
                    + " tags, request_hash, request, embedding";

    /*
     * COPY knows no ON CONFLICT, and a call that was repeated because its first answer got lost has logged its decision
     * already. So the rows go to a table of the connection's own first.
     */
    private static final String BATCH_TABLE = "CREATE TEMPORARY TABLE IF NOT EXISTS tiny_dancer_decision_batch"
            + " (LIKE tiny_dancer.decision INCLUDING DEFAULTS) ON COMMIT DELETE ROWS";
    private static final String COPY = "COPY pg_temp.tiny_dancer_decision_batch (" + COLUMNS + ") FROM STDIN";
    private static final String MOVE = "INSERT INTO tiny_dancer.decision (" + COLUMNS + ") SELECT " + COLUMNS
            + " FROM pg_temp.tiny_dancer_decision_batch ON CONFLICT DO NOTHING";

    /** Outcomes that were recorded before their decision was written wait for its agent. */
    private static final String ADOPT = "SELECT tiny_dancer.adopt_early_outcomes(?)";

    private final Database database;

    DecisionTable(Database database) {
        this.database = database;
    }

    /** Writes all of the rows or none. */
    void write(List<LoggedDecision> decisions) {
        StringBuilder rows = new StringBuilder(1024 * decisions.size());
        decisions.forEach(decision -> append(rows, decision));
        database.with(connection -> {
            connection.setAutoCommit(false);
            try {
                copy(connection, rows.toString());
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

    private static void append(StringBuilder rows, LoggedDecision decision) {
        DecisionColumns columns = decision.columns();
        new CopyRow(rows)
                .value(decision.tenant())
                .value(decision.decidedAt())
                .value(decision.decisionId())
                .value(columns.agent())
                .value(decision.optimizeFor())
                .value(columns.category())
                .value(columns.confidence())
                .value(columns.estimatedCostUsd())
                .value(columns.estimatedLatencyMillis())
                .value(columns.expectedQuality())
                .value(columns.inputTokens())
                .value(columns.outputTokens())
                .value(columns.reasoning())
                .value(columns.alternatives())
                .texts(decision.tags())
                .byteaOfHex(decision.requestHash())
                .value(decision.request())
                .bytea(columns.embedding())
                .end();
    }
}
