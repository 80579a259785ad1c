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
        return missing(
                "decision_id uuid, tenant text, request text, agent text, committed boolean",
                decisions.stream()
                        .map(decision -> List.<Object>of(
                                decision.id(),
                                Tenants.name(decision.tenant()),
                                decision.request(),
                                decision.agent(),
                                decision.committed()))
                        .toList(),
                """
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

    /** Outcomes that were acknowledged and are not there, or are others. */
    long lostOutcomes(List<Ledger.Outcome> outcomes) throws SQLException {
        return missing(
                "decision_id uuid, success boolean, cost float8",
                outcomes.stream()
                        .map(outcome -> List.<Object>of(outcome.decision(), outcome.success(), outcome.cost()))
                        .toList(),
                """
                    SELECT count(*)
                    FROM told
                    LEFT JOIN tiny_dancer.outcome
                      ON outcome.decided_at = tiny_dancer.decision_time(told.decision_id)
                     AND outcome.decision_id = told.decision_id
                    WHERE outcome.decision_id IS NULL
                       OR outcome.success <> told.success
                       OR outcome.cost IS DISTINCT FROM told.cost""");
    }

    /**
     * What a query counts that sees a table {@code told}.
     *
     * @param columns of the table, names and types
     * @param rows of the table, as many values as columns
     */
    private long missing(String columns, List<List<Object>> rows, String query) throws SQLException {
        String places = columns.replaceAll("[^,]+", "?");
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE told (" + columns + ")");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO told VALUES (" + places + ")")) {
                for (int row = 0; row < rows.size(); row++) {
                    for (int column = 0; column < rows.get(row).size(); column++) {
                        insert.setObject(column + 1, rows.get(row).get(column));
                    }
                    insert.addBatch();
                    if ((row + 1) % ROWS_AT_A_TIME == 0) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
            }
            return count(statement, query);
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
