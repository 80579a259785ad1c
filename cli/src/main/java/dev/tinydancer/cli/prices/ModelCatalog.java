package dev.tinydancer.cli.prices;

import dev.tinydancer.postgres.connection.DatabaseUrl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The known models of a database. */
final class ModelCatalog {

    private static final String IMPORT = "SELECT ruvector_import_models(?::jsonb, ?)";

    private ModelCatalog() {}

    /** Puts those of a list in their place; returns their number. */
    static int replace(DatabaseUrl database, String document, String format) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(IMPORT)) {
            statement.setString(1, document);
            statement.setString(2, format);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** Puts those that come along in their place. */
    static void reset(DatabaseUrl database) throws SQLException {
        replace(database, "{}", "auto");
    }
}
