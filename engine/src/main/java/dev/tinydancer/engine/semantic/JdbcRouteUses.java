package dev.tinydancer.engine.semantic;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DatabaseException;
import dev.tinydancer.engine.jdbc.DetachedWork;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts in {@code tiny_dancer.route_use}, one row for each route, each time in a transaction of its own: who calls from a
 * long or a read-only transaction is counted like everybody else, at once and for good. A minute is one of the database's
 * clock.
 */
public final class JdbcRouteUses implements RouteUses {

    /** Two engines may find the row at the same time; the second waits for the first and judges by what that has left. */
    private static final String TAKE = """
            INSERT INTO tiny_dancer.route_use AS present (tenant, route, minute, uses)
            VALUES (?, ?, date_trunc('minute', clock_timestamp()), 1)
            ON CONFLICT (tenant, route) DO UPDATE
            SET minute = greatest(present.minute, excluded.minute),
                uses = CASE WHEN present.minute < excluded.minute THEN 1 ELSE present.uses + 1 END
            WHERE present.minute < excluded.minute OR present.uses < ?""";

    private static final String FULL = """
            SELECT limited.route
            FROM unnest(?::text[], ?::int[]) AS limited (route, most)
            JOIN tiny_dancer.route_use AS present ON present.tenant = ? AND present.route = limited.route
            WHERE present.minute >= date_trunc('minute', clock_timestamp()) AND present.uses >= limited.most""";

    private static final String FORGET =
            "DELETE FROM tiny_dancer.route_use WHERE minute < clock_timestamp() - interval '1 hour'";

    private static final String READ_ONLY_TRANSACTION = "25006";

    private final Database database;
    private final DetachedWork work;

    /** @param work how a call waits for the statements */
    public JdbcRouteUses(Database database, DetachedWork work) {
        this.database = database;
        this.work = work;
    }

    @Override
    public Set<String> full(String tenant, Map<String, Integer> limits)
            throws InterruptedException, UncountableException {
        return await(tenant, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FULL)) {
                statement.setArray(
                        1, connection.createArrayOf("text", limits.keySet().toArray()));
                statement.setArray(
                        2, connection.createArrayOf("int4", limits.values().toArray()));
                statement.setString(3, tenant);
                try (ResultSet rows = statement.executeQuery()) {
                    Set<String> full = new HashSet<>();
                    while (rows.next()) {
                        full.add(rows.getString(1));
                    }
                    return full;
                }
            }
        });
    }

    @Override
    public boolean take(String tenant, String route, int perMinute) throws InterruptedException, UncountableException {
        return await(tenant, connection -> {
            try (PreparedStatement statement = connection.prepareStatement(TAKE)) {
                statement.setString(1, tenant);
                statement.setString(2, route);
                statement.setInt(3, perMinute);
                return statement.executeUpdate() == 1;
            }
        });
    }

    /** Deletes what no limit will ask for again: dropped routes leave their last count behind. */
    public void forget() {
        database.with(JdbcRouteUses::forget);
    }

    private static int forget(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
            return statement.executeUpdate();
        }
    }

    /**
     * What the statements came to.
     *
     * @param value null if the database is read-only
     * @param refusal what it said then
     */
    private record Counted<T>(@Nullable T value, @Nullable DatabaseException refusal) {}

    private <T> T await(String tenant, Database.Work<T> statements) throws InterruptedException, UncountableException {
        Counted<T> counted = work.await(
                tenant, "the engine cannot count the uses of routes in its database", () -> counted(statements));
        if (counted.value() == null) {
            throw new UncountableException(requireNonNull(counted.refusal(), "refusal"));
        }
        return counted.value();
    }

    private <T> Counted<T> counted(Database.Work<T> statements) {
        try {
            return new Counted<>(database.with(statements), null);
        } catch (DatabaseException e) {
            if (e.sqlState().equals(READ_ONLY_TRANSACTION)) {
                return new Counted<>(null, e);
            }
            throw e;
        }
    }
}
