package dev.tinydancer.workshop.torture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
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

    /** Puts every decision into the partition of its day, also of a day that only a clock that had jumped has seen. */
    void maintainLog() throws SQLException {
        count("SELECT count(*) FROM tiny_dancer.maintain_log()");
    }

    /** Rows of the log that have found no partition of their own. */
    long misplaced() throws SQLException {
        return count("SELECT (SELECT count(*) FROM tiny_dancer.decision_default)"
                + " + (SELECT count(*) FROM tiny_dancer.outcome_default)");
    }

    /** Decisions that were acknowledged and are not in the log as they were told, or were rolled back and are. */
    long lostDecisions(List<Ledger.Decision> decisions) throws SQLException {
        return missing(
                "decision_id uuid, tenant text, request text, agent text, conversation text, committed boolean",
                decisions.stream()
                        .map(decision -> List.<Object>of(
                                decision.id(),
                                Tenants.name(decision.tenant()),
                                decision.request(),
                                decision.agent(),
                                decision.conversation(),
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
                       OR decision.conversation_id <> nullif(told.conversation, '')
                       OR decision.decision_id IS NOT NULL
                          AND (decision.conversation_id IS NULL) <> (told.conversation = '')
                       OR decision.request_hash <> sha256(convert_to(told.request, 'UTF8'))""");
    }

    /** Conversations, each of one session, that have fewer turns than were acknowledged. */
    long lostTurns(List<Ledger.Decision> decisions) throws SQLException {
        return missing(
                "tenant text, conversation text",
                decisions.stream()
                        .filter(decision ->
                                decision.committed() && !decision.conversation().isEmpty())
                        .map(decision -> List.<Object>of(Tenants.name(decision.tenant()), decision.conversation()))
                        .toList(),
                """
                    SELECT count(*)
                    FROM (SELECT tenant, conversation, count(*) AS turns FROM told GROUP BY 1, 2) AS told
                    WHERE turns > coalesce((SELECT max(kept.turn) FROM tiny_dancer.conversation_turn AS kept
                                            WHERE kept.tenant = told.tenant
                                              AND kept.conversation_id = told.conversation), 0)""");
    }

    /** Judgements that were acknowledged and are not there. */
    long lostJudgements(List<Ledger.Judgement> judgements) throws SQLException {
        return missing(
                "decision_id uuid, quality float8",
                judgements.stream()
                        .map(judgement -> List.<Object>of(judgement.decision(), judgement.quality()))
                        .toList(),
                """
                    SELECT count(*)
                    FROM told
                    WHERE NOT EXISTS (SELECT FROM tiny_dancer.feedback
                                      WHERE feedback.decided_at = tiny_dancer.decision_time(told.decision_id)
                                        AND feedback.decision_id = told.decision_id
                                        AND feedback.quality = told.quality)""");
    }

    /** Of tables whose rows are as many at the end as at the beginning: what they take more is dead rows. */
    static long kilobytesOfFixedTables(DataSource database) throws SQLException {
        return new Audit(database).count("""
                SELECT sum(pg_total_relation_size(name::regclass)) / 1024
                FROM unnest('{tiny_dancer.allowance, tiny_dancer.outcome_report, tiny_dancer.policy,
                                 tiny_dancer.engine}'::text[]) AS name""");
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

    /** Decisions that count something else in their budgets than the log says, as far as reservations are kept; some of them. */
    List<String> mischarged() throws SQLException {
        List<String> told = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT format('decision %s of %s, lease until %s, counts %s, not %s', decision.decision_id,
                                      decision.decided_at, reservation.lease_until, reservation.charged, log.cost)
                        FROM tiny_dancer.reservation
                        JOIN tiny_dancer.decision USING (tenant, decision_id)
                        LEFT JOIN tiny_dancer.outcome USING (tenant, decided_at, decision_id)
                        CROSS JOIN LATERAL (
                            SELECT CASE WHEN outcome.success IS NULL THEN decision.estimated_cost::numeric
                                        ELSE outcome.cost::numeric END AS cost
                        ) AS log
                        WHERE reservation.budgets <> '{}' AND reservation.charged <> log.cost
                        LIMIT 20""")) {
            while (rows.next()) {
                told.add(rows.getString(1));
            }
        }
        return told;
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
