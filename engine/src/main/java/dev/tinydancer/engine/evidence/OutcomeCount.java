package dev.tinydancer.engine.evidence;

import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.SnapshotReading;
import dev.tinydancer.engine.metrics.OutcomeMetrics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/** Counts the outcomes that have been recorded since the engine started, whoever routed and whoever recorded. */
public final class OutcomeCount {

    private static final String NEW = "SELECT * FROM tiny_dancer.outcomes_since(?::pg_snapshot)";

    private final Database database;
    private final OutcomeMetrics metrics;
    private String snapshot;

    private OutcomeCount(Database database, OutcomeMetrics metrics) {
        this.database = database;
        this.metrics = metrics;
        this.snapshot = SnapshotReading.snapshotOf(database);
    }

    /** Counts what is recorded from now on. */
    public static OutcomeCount open(Database database, OutcomeMetrics metrics) {
        return new OutcomeCount(database, metrics);
    }

    /** Counts what has come since the last time. Called by one thread. */
    public void poll() {
        snapshot = SnapshotReading.of(database, this::countNew).snapshot();
    }

    /** Returns how many there are. What a reading counted that failed on the way, the metrics remember for a while. */
    private int countNew(Connection connection, String present) throws SQLException {
        if (present.equals(snapshot)) {
            // No transaction has ended since then: that is cheaper to know than to look at every partition.
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement(NEW)) {
            statement.setString(1, snapshot);
            statement.setFetchSize(SnapshotReading.FETCHED_TOGETHER);
            int counted = 0;
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    metrics.reported(reported(row));
                    counted++;
                }
            }
            return counted;
        }
    }

    private static OutcomeMetrics.Reported reported(ResultSet row) throws SQLException {
        return new OutcomeMetrics.Reported(
                row.getString("tenant"),
                row.getObject("decision_id", UUID.class),
                row.getBoolean("completes"),
                row.getString("agent"),
                row.getString("kind"),
                row.getObject("latency_ms", Double.class),
                row.getObject("cost", Double.class),
                row.getObject("input_tokens", Integer.class),
                row.getObject("output_tokens", Integer.class));
    }
}
