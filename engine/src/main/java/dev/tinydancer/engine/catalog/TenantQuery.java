package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.jdbc.Database;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A query about one tenant, which is its only parameter; the answer is the first column of the only row. */
final class TenantQuery {

    private final Database database;
    private final String sql;

    TenantQuery(Database database, String sql) {
        this.database = database;
        this.sql = sql;
    }

    /** Takes the answer from the row. */
    @FunctionalInterface
    private interface Column<T> {
        T of(ResultSet row) throws SQLException;
    }

    long number(String tenant) {
        return first(tenant, row -> row.getLong(1));
    }

    String text(String tenant) {
        return first(tenant, row -> row.getString(1));
    }

    private <T> T first(String tenant, Column<T> column) {
        return database.read(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setString(1, tenant);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return column.of(row);
                }
            }
        });
    }
}
