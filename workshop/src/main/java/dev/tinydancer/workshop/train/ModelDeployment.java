package dev.tinydancer.workshop.train;

import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Installs a classifier in a database, from which its engines take it up. */
final class ModelDeployment {

    private static final String MAY_INSTALL = """
            SELECT has_function_privilege(to_regproc('ruvector_install_model')::oid, 'EXECUTE'),
                   current_user
            """;
    private static final String INSTALL = "SELECT ruvector_install_model('classifier', ?, ?::jsonb)";
    private static final JsonMapper JSON = new JsonMapper();

    private final DatabaseUrl url;

    ModelDeployment(DatabaseUrl url) {
        this.url = url;
    }

    /**
     * Makes sure that {@link #install} will be possible.
     *
     * @throws CommandException if the database has no such function, or the role may not call it
     */
    void check() throws SQLException {
        try (Connection connection = url.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(MAY_INSTALL);
                ResultSet row = statement.executeQuery()) {
            row.next();
            boolean may = row.getBoolean(1);
            if (row.wasNull()) {
                throw new CommandException("Tiny Dancer is not installed in " + url
                        + ", or an older version, or its functions are not on the search path:"
                        + " run tiny-dancer install --url …");
            }
            if (!may) {
                throw new CommandException("the role " + row.getString(2) + " may not install models in " + url
                        + ": GRANT tiny_dancer_admin TO it");
            }
        }
    }

    /** Installs a file in place of what was installed before. */
    void install(byte[] content, Map<String, Object> card) throws SQLException {
        try (Connection connection = url.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement(INSTALL)) {
            statement.setBytes(1, content);
            statement.setString(2, JSON.writeValueAsString(card));
            statement.execute();
        }
    }
}
