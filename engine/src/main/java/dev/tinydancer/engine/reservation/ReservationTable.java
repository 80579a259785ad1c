package dev.tinydancer.engine.reservation;

import dev.tinydancer.engine.jdbc.Connections;
import dev.tinydancer.engine.jdbc.DatabaseException;
import dev.tinydancer.engine.metrics.BudgetMetrics;
import dev.tinydancer.engine.metrics.CircuitMetrics;
import dev.tinydancer.router.agent.AgentStanding;
import dev.tinydancer.router.agent.Circuit;
import dev.tinydancer.router.budget.BudgetPeriod;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** The functions and tables of reservations in the database. Each method is a transaction of its own. */
final class ReservationTable {

    /** From so many on, what they need must exist before: others would wait for a new row until all of them are written. */
    private static final int MANY = 100;

    private static final String OPEN = "SELECT tiny_dancer.open_allowances(?, ?::jsonb)";
    private static final String RESERVE = "SELECT * FROM tiny_dancer.reserve(?, ?::jsonb)";
    private static final String REFRESH = "SELECT * FROM tiny_dancer.refreshed_allowances(?)";
    private static final String DUE_TENANTS = "SELECT tenant FROM tiny_dancer.tenants_to_settle() AS tenant";
    private static final String SETTLE = "SELECT tiny_dancer.settle(?)";
    private static final String FORGET = "SELECT tiny_dancer.forget_settled()";
    private static final String CIRCUITS =
            "SELECT tenant, agent, circuit, rests_until FROM tiny_dancer.agent_circuit" + " WHERE circuit <> 'closed'";
    private static final String LAST_RESORT = "SELECT tiny_dancer.setting_of('circuit_last_resort') = 'on'";
    private static final String ALLOWANCES =
            "SELECT tenant, kind, scope, period, period_end, capacity, spent, reserved, false AS refused,"
                    + " EXISTS (SELECT FROM tiny_dancer.budget WHERE budget.tenant = allowance.tenant"
                    + " AND budget.scope = allowance.scope AND budget.period = allowance.period) AS budget_holds"
                    + " FROM tiny_dancer.allowance"
                    + " WHERE period_start <= statement_timestamp() AND period_end > statement_timestamp()";

    private static final String UNIQUE_VIOLATION = "23505";

    /** Fewer say that no more are left. */
    private static final long FORGOTTEN_AT_A_TIME = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(ReservationTable.class);

    private final Connections connections;
    private final JsonMapper json;

    ReservationTable(Connections connections, JsonMapper json) {
        this.connections = connections;
        this.json = json;
    }

    /**
     * Takes all that these decisions claim, or nothing.
     *
     * @return the allowances as they are then; one of them refused if nothing was taken
     */
    List<Allowance> reserve(String tenant, List<Reservation> reservations) {
        try {
            return reserveOnce(tenant, reservations);
        } catch (DatabaseException e) {
            if (UNIQUE_VIOLATION.equals(e.sqlState())) {
                // An earlier attempt of the call has just reserved: now it is seen, and replaced.
                return reserveOnce(tenant, reservations);
            }
            throw e;
        }
    }

    private List<Allowance> reserveOnce(String tenant, List<Reservation> reservations) {
        String wanted = json.writeValueAsString(reservations);
        // A repeated reservation replaces itself, so a broken connection does no harm.
        return connections.reserving().read(connection -> {
            if (reservations.size() >= MANY) {
                try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
                    statement.setString(1, tenant);
                    statement.setString(2, json.writeValueAsString(List.of(new Opening(distinct(reservations)))));
                    statement.execute();
                }
            }
            try (PreparedStatement statement = connection.prepareStatement(RESERVE)) {
                statement.setString(1, tenant);
                statement.setString(2, wanted);
                return allowances(statement);
            }
        });
    }

    /** Reservations as {@code tiny_dancer.open_allowances} looks at them. */
    private record Opening(List<Claim> claims) {}

    /** One claim of each allowance. */
    private static List<Claim> distinct(List<Reservation> reservations) {
        Map<Allowance.Key, Claim> claims = new HashMap<>();
        reservations.forEach(
                reservation -> reservation.claims().forEach(claim -> claims.putIfAbsent(claim.allowance(), claim)));
        return List.copyOf(claims.values());
    }

    /** Settles what is due of a tenant, and returns its allowances as they are then. */
    List<Allowance> refresh(String tenant) {
        return connections.reserving().read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(REFRESH)) {
                statement.setString(1, tenant);
                return allowances(statement);
            }
        });
    }

    /**
     * Settles what is due, each tenant for itself: nobody waits for the locks of another one, and where one fails the others
     * are settled.
     */
    void settle() {
        for (String tenant : dueTenants()) {
            try {
                connections.keeping().read(connection -> {
                    try (PreparedStatement statement = connection.prepareStatement(SETTLE)) {
                        statement.setString(1, tenant);
                        return statement.execute();
                    }
                });
            } catch (DatabaseException e) {
                LOG.warn("what is due of tenant {} could not be settled, it is tried again soon", tenant, e);
            }
        }
    }

    private List<String> dueTenants() {
        return connections.keeping().read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DUE_TENANTS);
                    ResultSet row = statement.executeQuery()) {
                List<String> tenants = new ArrayList<>();
                while (row.next()) {
                    tenants.add(row.getString(1));
                }
                return tenants;
            }
        });
    }

    /**
     * What the database knows at one time.
     *
     * @param tenants how each stands of which anything is known
     * @param budgets those that have been drawn on and still hold
     * @param circuits those that are not closed
     */
    record Present(
            Map<String, TenantStanding> tenants,
            List<BudgetMetrics.Figures> budgets,
            List<CircuitMetrics.State> circuits) {}

    /** How each tenant stands. */
    Present readAll() {
        return connections.keeping().read(connection -> {
            Map<String, Map<String, AgentStanding>> circuits = new HashMap<>();
            List<CircuitMetrics.State> circuitStates = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(CIRCUITS);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    circuitStates.add(new CircuitMetrics.State(
                            row.getString("tenant"), row.getString("agent"), row.getString("circuit")));
                    circuits.computeIfAbsent(row.getString("tenant"), _ -> new HashMap<>())
                            .put(
                                    row.getString("agent"),
                                    new AgentStanding(
                                            Circuit.fromSqlName(row.getString("circuit")),
                                            row.getObject("rests_until", OffsetDateTime.class)
                                                    .toInstant(),
                                            0));
                }
            }
            boolean asksLastResort = circuits.isEmpty() || asksLastResort(connection);
            Map<String, TenantStanding> standings = new HashMap<>();
            circuits.forEach((tenant, ofTenant) ->
                    standings.put(tenant, new TenantStanding(ofTenant, Allowances.NONE, asksLastResort)));
            Map<String, List<Allowance>> allowances = new HashMap<>();
            List<BudgetMetrics.Figures> budgets = new ArrayList<>();
            try (PreparedStatement statement = connection.prepareStatement(ALLOWANCES);
                    ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    String tenant = row.getString("tenant");
                    Allowance allowance = allowance(row);
                    allowances.computeIfAbsent(tenant, _ -> new ArrayList<>()).add(allowance);
                    // What was drawn on a budget stays until the period ends, also where the budget was removed.
                    if (allowance.key().kind() == Allowance.Kind.BUDGET && row.getBoolean("budget_holds")) {
                        budgets.add(new BudgetMetrics.Figures(
                                tenant,
                                allowance.key().scope(),
                                row.getDouble("capacity"),
                                allowance.spent(),
                                allowance.reserved()));
                    }
                }
            }
            allowances.forEach((tenant, ofTenant) -> standings.merge(
                    tenant, TenantStanding.EMPTY.withOnly(ofTenant), (standing, _) -> standing.withOnly(ofTenant)));
            return new Present(standings, budgets, circuitStates);
        });
    }

    private static boolean asksLastResort(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LAST_RESORT);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** Deletes what was settled long ago, in as many transactions as that takes. */
    void forgetSettled() {
        long forgotten;
        do {
            forgotten = connections.keeping().with(connection -> {
                try (PreparedStatement statement = connection.prepareStatement(FORGET);
                        ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            });
        } while (forgotten >= FORGOTTEN_AT_A_TIME && !Thread.currentThread().isInterrupted());
    }

    private static List<Allowance> allowances(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            List<Allowance> allowances = new ArrayList<>();
            while (row.next()) {
                allowances.add(allowance(row));
            }
            return allowances;
        }
    }

    private static Allowance allowance(ResultSet row) throws SQLException {
        return new Allowance(
                new Allowance.Key(
                        Allowance.Kind.fromSqlName(row.getString("kind")),
                        row.getString("scope"),
                        BudgetPeriod.fromSqlName(row.getString("period"))),
                end(row.getObject("period_end", OffsetDateTime.class)),
                row.getDouble("spent"),
                row.getDouble("reserved"),
                row.getBoolean("refused"));
    }

    private static @Nullable Instant end(OffsetDateTime end) {
        return end.equals(OffsetDateTime.MAX) ? null : end.toInstant();
    }
}
