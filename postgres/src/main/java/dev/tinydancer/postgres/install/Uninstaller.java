package dev.tinydancer.postgres.install;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Takes Tiny Dancer out of one database, with everything that it has stored there. */
public final class Uninstaller {

    private static final String SCRIPT = "uninstall.sql";

    /** What of the things that hold all others is there. */
    private static final String COUNT = """
            SELECT (SELECT count(*) FROM pg_namespace WHERE nspname IN ('tiny_dancer', 'tiny_dancer_dblink'))
                 + (SELECT count(*) FROM pg_foreign_server WHERE srvname = 'tiny_dancer_engine')
                 + (SELECT count(*) FROM pg_roles WHERE rolname IN (
                        'tiny_dancer_admin', 'tiny_dancer_user', 'tiny_dancer_engine', 'tiny_dancer_owner'))""";

    private final DataSource database;

    /** @param database connections of the role that installed, or of a superuser */
    public Uninstaller(DataSource database) {
        this.database = requireNonNull(database, "database");
    }

    /**
     * What an uninstallation did.
     *
     * @param wasInstalled whether there was anything to drop
     * @param stayed one line for each thing that had to stay, with the reason
     */
    public record Removal(boolean wasInstalled, List<String> stayed) {

        public Removal {
            stayed = List.copyOf(stayed);
        }
    }

    /**
     * Drops all or nothing; drops nothing where nothing is installed.
     *
     * @throws InstallException if objects of others depend on Tiny Dancer's; the message names them
     * @throws SQLException if the role may not drop, or the database fails
     */
    public Removal uninstall() throws SQLException {
        try (Connection connection = database.getConnection()) {
            ExtensionMembership.requireNone(connection);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                long before = count(statement);
                statement.execute(SqlText.resource(SCRIPT));
                List<String> stayed = notices(statement);
                boolean wasInstalled = count(statement) < before;
                connection.commit();
                return new Removal(wasInstalled, stayed);
            } catch (SQLException e) {
                connection.rollback();
                if (SqlText.DEPENDENT_OBJECTS_STILL_EXIST.equals(e.getSQLState())) {
                    throw new InstallException(
                            "other objects in the database depend on Tiny Dancer; nothing was dropped: "
                                    + e.getMessage(),
                            e);
                }
                throw e;
            }
        }
    }

    private static long count(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(COUNT)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static List<String> notices(Statement statement) throws SQLException {
        List<String> notices = new ArrayList<>();
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            notices.add(String.valueOf(warning.getMessage()));
        }
        return notices;
    }
}
