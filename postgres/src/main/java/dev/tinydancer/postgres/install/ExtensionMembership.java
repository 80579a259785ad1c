package dev.tinydancer.postgres.install;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Whether an installation was made by {@code CREATE EXTENSION}: PostgreSQL then lets nobody else change or drop it. */
final class ExtensionMembership {

    private static final String VERSION =
            "SELECT split_part(extversion, '.', 1)::int FROM pg_extension WHERE extname = 'tiny_dancer'";

    private ExtensionMembership() {}

    /**
     * Refuses to migrate what is an extension.
     *
     * @return whether it is one, of the version of this program
     * @throws InstallException if it is one of another version, with the statement that updates it
     */
    static boolean isCurrent(Connection connection) throws SQLException {
        int version = version(connection);
        if (version != 0 && version != SchemaVersion.NEWEST) {
            throw new InstallException("Tiny Dancer is in this database as an extension of version " + version
                    + ", which is not migrated but updated; nothing was changed. Put the files of tiny-dancer extension"
                    + " into the server's directory, and run ALTER EXTENSION tiny_dancer UPDATE TO '"
                    + SchemaVersion.NEWEST + "'");
        }
        return version != 0;
    }

    /** Refuses to drop one by one what is an extension. Throws {@link InstallException} with the statement that drops it. */
    static void requireNone(Connection connection) throws SQLException {
        if (version(connection) != 0) {
            throw new InstallException("Tiny Dancer is in this database as an extension; nothing was changed. DROP"
                    + " EXTENSION tiny_dancer CASCADE drops it with all of its data");
        }
    }

    /** Of the extension; 0 where there is none. */
    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(VERSION)) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}
