package dev.tinydancer.postgres.install;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Where the SQL functions find the engine. The database itself makes the secrets that the two share. */
final class EngineLink {

    /** Since this version libpq can spread its connections over several hosts. */
    private static final int LOAD_BALANCING = 160_000;

    private EngineLink() {}

    /**
     * Points the functions at an engine.
     *
     * @param connection in a transaction, of a role that can become the owner
     * @return whether they pointed elsewhere before
     */
    static boolean pointTo(Connection connection, int serverVersion, EngineAddress address) throws SQLException {
        boolean spread = serverVersion >= LOAD_BALANCING && address.hasSeveralHosts();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL ROLE " + Preparation.OWNER);
        }
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT tiny_dancer.set_engine_address(?, ?, ?::jsonb)")) {
            statement.setString(1, address.host());
            statement.setString(2, address.port());
            statement.setString(3, spread ? "{\"load_balance_hosts\": \"random\"}" : "{}");
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
