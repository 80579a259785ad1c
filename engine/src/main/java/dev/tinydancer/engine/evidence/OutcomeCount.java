package dev.tinydancer.engine.evidence;

import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.metrics.OutcomeMetrics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Counts the outcomes that have been recorded since the engine started, whoever routed and whoever recorded. */
public final class OutcomeCount {

    private static final String SNAPSHOT = "SELECT pg_current_snapshot()::text";
    private static final String NEW = "SELECT * FROM tiny_dancer.outcomes_since(?::pg_snapshot)";

    private final Database database;
    private final OutcomeMetrics metrics;
    private String snapshot;

    private OutcomeCount(Database database, OutcomeMetrics metrics) {
        this.database = database;
        this.metrics = metrics;
        this.snapshot = database.read(OutcomeCount::currentSnapshot);
    }

    /** Counts what is recorded from now on. */
    public static OutcomeCount open(Database database, OutcomeMetrics metrics) {
        return new OutcomeCount(database, metrics);
    }

    private record Reading(String snapshot, List<OutcomeMetrics.Reported> outcomes) {}

    /** Counts what has come since the last time. Called by one thread. */
    public void poll() {
        Reading reading = database.read(connection -> {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            }
            String present = currentSnapshot(connection);
            List<OutcomeMetrics.Reported> outcomes = present.equals(snapshot) ? List.of() : since(connection, snapshot);
            connection.commit();
            return new Reading(present, outcomes);
        });
        reading.outcomes().forEach(metrics::reported);
        snapshot = reading.snapshot();
    }

    private static String currentSnapshot(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SNAPSHOT)) {
            row.next();
            return row.getString(1);
        }
    }

    private static List<OutcomeMetrics.Reported> since(Connection connection, String snapshot) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NEW)) {
            statement.setString(1, snapshot);
            try (ResultSet row = statement.executeQuery()) {
                List<OutcomeMetrics.Reported> outcomes = new ArrayList<>();
                while (row.next()) {
                    outcomes.add(new OutcomeMetrics.Reported(
                            row.getString("tenant"),
                            row.getObject("decision_id", UUID.class),
                            row.getBoolean("completes"),
                            row.getString("agent"),
                            row.getString("kind"),
                            row.getObject("latency_ms", Double.class),
                            row.getObject("cost", Double.class),
                            row.getObject("input_tokens", Integer.class),
                            row.getObject("output_tokens", Integer.class)));
                }
                return outcomes;
            }
        }
    }
}
