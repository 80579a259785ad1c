package dev.tinydancer.postgres.functions;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an engine does with budgets, with its functions; and what comes of the decisions. Decisions are numbered from 1 to 9.
 *
 * @param session of the engine
 */
record ReservingEngine(SqlSession session) {

    /** How the identity of a decision begins; its number follows. */
    static final String ID = "01939c5e-7a00-7000-8000-00000000000";

    private static final String NOTHING = """
            TRUNCATE tiny_dancer.agent, tiny_dancer.budget, tiny_dancer.allowance, tiny_dancer.reservation,
                tiny_dancer.outcome_report, tiny_dancer.budget_alert;
            UPDATE tiny_dancer.lease_mark SET none_open_before = '-infinity'
            """;

    /** One that has reserved nothing yet, where there are no budgets. */
    static ReservingEngine withNothing(SqlSession session) throws SQLException {
        session.run(NOTHING);
        return new ReservingEngine(session);
    }

    /** Reserves from the daily budget of everything; scope, reserved and refused. */
    List<List<@Nullable String>> reserve(int decision, double cost, double capacity) throws SQLException {
        return reserve(List.of(decision), cost, capacity);
    }

    /** The same for several decisions together, each of this cost. */
    List<List<@Nullable String>> reserve(List<Integer> decisions, double cost, double capacity) throws SQLException {
        String reservations = decisions.stream()
                .map(decision -> """
                        {"decision_id": "%s%d", "agent": "a", "cost": %s, "latency_ms": 100, "logged": true, "claims": [
                            {"kind": "budget", "scope": "all", "period": "day", "capacity": %s, "need": %s,
                             "may_exceed": false}]}""".formatted(ID, decision, cost, capacity, cost))
                .collect(Collectors.joining(", ", "[", "]"));
        return session.rows(
                "SELECT scope, reserved, refused FROM tiny_dancer.reserve('default', '" + reservations + "')");
    }

    /** Reports what a decision cost. */
    void report(int decision, double cost) throws SQLException {
        session.run("INSERT INTO tiny_dancer.outcome_report (tenant, decision_id, success, cost) VALUES ('default', '"
                + ID + decision + "', true, " + cost + ")");
    }
}
