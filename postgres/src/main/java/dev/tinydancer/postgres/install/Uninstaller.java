package dev.tinydancer.postgres.install;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Takes Tiny Dancer out of one database, with everything that it has stored there. */
public final class Uninstaller {

    private static final String SCRIPT = "uninstall.sql";

    private final DataSource database;

    /** @param database connections of the role that installed, or of a superuser */
    public Uninstaller(DataSource database) {
        this.database = requireNonNull(database, "database");
    }

    /**
     * Drops all or nothing; drops nothing where nothing is installed.
     *
     * @return one line for each thing that had to stay, with the reason
     * @throws InstallException if objects of others depend on Tiny Dancer's; the message names them
     * @throws SQLException if the role may not drop, or the database fails
     */
    public List<String> uninstall() throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(SqlText.resource(SCRIPT));
                connection.commit();
                return notices(statement);
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

    private static List<String> notices(Statement statement) throws SQLException {
        List<String> notices = new ArrayList<>();
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            notices.add(String.valueOf(warning.getMessage()));
        }
        return notices;
    }
}
