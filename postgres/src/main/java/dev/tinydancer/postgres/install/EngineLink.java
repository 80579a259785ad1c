package dev.tinydancer.postgres.install;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/** Where the SQL functions find the engine. The database itself makes the secrets that the two share. */
final class EngineLink {

    private EngineLink() {}

    /**
     * Points the functions at an engine.
     *
     * @param connection of a role that can become the owner, in a transaction, which this method does not end
     * @return whether they pointed elsewhere before
     */
    static boolean pointAt(Connection connection, EngineAddress address) throws SQLException {
        Map<String, String> options = address.options();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL ROLE " + Preparation.OWNER);
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT tiny_dancer.set_engine_address(?, ?, jsonb_object(?::text[], ?::text[]))")) {
            statement.setString(1, address.host());
            statement.setString(2, address.port());
            statement.setArray(
                    3, connection.createArrayOf("text", options.keySet().toArray()));
            statement.setArray(
                    4, connection.createArrayOf("text", options.values().toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** Whether the functions point at any engine. */
    static boolean exists(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT EXISTS (SELECT FROM pg_foreign_server WHERE srvname = 'tiny_dancer_engine')")) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
