package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.jdbc.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.Map;

/** A query for one version of each tenant: rows of the tenant and the version. */
final class VersionsQuery {

    private final Database database;
    private final String sql;

    VersionsQuery(Database database, String sql) {
        this.database = database;
        this.sql = sql;
    }

    /** The versions by tenant. */
    Map<String, Long> get() {
        return database.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql);
                    ResultSet rows = statement.executeQuery()) {
                Map<String, Long> versions = new HashMap<>();
                while (rows.next()) {
                    versions.put(rows.getString(1), rows.getLong(2));
                }
                return versions;
            }
        });
    }
}
