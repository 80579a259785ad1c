package dev.tinydancer.workshop.torture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;

/** Holds what the sessions were told against what the database has. */
final class Audit {

    private static final Duration LEASES_END = Duration.ofSeconds(60);
    private static final int ROWS_AT_A_TIME = 10_000;

    private final DataSource database;

    Audit(DataSource database) {
        this.database = database;
    }

    /** Waits until nothing is under way any more; whether that came to pass. */
    boolean settles() throws SQLException, InterruptedException {
        long end = System.nanoTime() + LEASES_END.toNanos();
        while (System.nanoTime() - end < 0) {
            if (count("""
                            SELECT (SELECT count(*) FROM tiny_dancer.reservation WHERE open)
                                   + (SELECT count(*) FROM tiny_dancer.outcome_report AS report
                                      JOIN tiny_dancer.reservation USING (tenant, decision_id))""") == 0) {
                return true;
            }
            Thread.sleep(500);
        }
        return false;
    }

    /** Decisions that were acknowledged and are not in the log as they were told, or were rolled back and are. */
    long lostDecisions(List<Ledger.Decision> decisions) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TEMPORARY TABLE told (
                        decision_id uuid, tenant text, request text, agent text, committed boolean)""");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO told VALUES (?, ?, ?, ?, ?)")) {
                int rows = 0;
                for (Ledger.Decision decision : decisions) {
                    insert.setObject(1, decision.id());
                    insert.setString(2, Tenants.name(decision.tenant()));
                    insert.setString(3, decision.request());
                    insert.setString(4, decision.agent());
                    insert.setBoolean(5, decision.committed());
                    insert.addBatch();
                    rows++;
                    if (rows % ROWS_AT_A_TIME == 0) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
            }
            return count(statement, """
                    SELECT count(*)
                    FROM told
                    LEFT JOIN tiny_dancer.decision
                      ON decision.decided_at = tiny_dancer.decision_time(told.decision_id)
                     AND decision.decision_id = told.decision_id
                    WHERE told.committed <> (decision.decision_id IS NOT NULL)
                       OR decision.tenant <> told.tenant
                       OR decision.agent <> told.agent
                       OR decision.request_hash <> sha256(convert_to(told.request, 'UTF8'))""");
        }
    }

    /** Outcomes that were acknowledged and are not there, or are others. */
    long lostOutcomes(List<Ledger.Outcome> outcomes) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE told (decision_id uuid, success boolean, cost float8)");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO told VALUES (?, ?, ?)")) {
                int rows = 0;
                for (Ledger.Outcome outcome : outcomes) {
                    insert.setObject(1, outcome.decision());
                    insert.setBoolean(2, outcome.success());
                    insert.setDouble(3, outcome.cost());
                    insert.addBatch();
                    rows++;
                    if (rows % ROWS_AT_A_TIME == 0) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
            }
            return count(statement, """
                    SELECT count(*)
                    FROM told
                    LEFT JOIN tiny_dancer.outcome
                      ON outcome.decided_at = tiny_dancer.decision_time(told.decision_id)
                     AND outcome.decision_id = told.decision_id
                    WHERE outcome.decision_id IS NULL
                       OR outcome.success <> told.success
                       OR outcome.cost IS DISTINCT FROM told.cost""");
        }
    }

    /** Budgets that exceed their amount, and those whose sum is not to the last digit that of the log. */
    long overspent() throws SQLException {
        return count("SELECT count(*) FROM tiny_dancer.allowance WHERE excess > 0 OR spent + reserved > capacity")
                + count("""
                        SELECT count(*)
                        FROM tiny_dancer.allowance
                        CROSS JOIN LATERAL (
                            SELECT coalesce(sum(CASE
                                       WHEN outcome.decision_id IS NULL THEN decision.estimated_cost::numeric
                                       ELSE outcome.cost::numeric END), 0) AS cost
                            FROM tiny_dancer.decision
                            LEFT JOIN tiny_dancer.outcome USING (tenant, decided_at, decision_id)
                            WHERE decision.tenant = allowance.tenant
                              AND (allowance.scope = 'all'
                                   OR substr(allowance.scope, length('tag:') + 1) = ANY (decision.tags))
                        ) AS log
                        WHERE allowance.kind = 'budget' AND allowance.spent <> log.cost""");
    }

    /** Places that are held although nothing is under way. */
    long leakedPlaces() throws SQLException {
        return count("SELECT coalesce(sum(reserved), 0) FROM tiny_dancer.allowance WHERE kind = 'places'");
    }

    private long count(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            return count(statement, sql);
        }
    }

    private static long count(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
