package dev.tinydancer.postgres.install;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;

/**
 * Installs Tiny Dancer into one database, or brings an older installation up to date.
 *
 * <p>Works for a superuser and, as on managed services, for an ordinary owner of the database with CREATEROLE once an
 * administrator has made dblink available. What is missing is found by trying inside a transaction that is rolled back,
 * so that a refusal leaves nothing behind.
 */
public final class Installer {

    private static final int OLDEST_SERVER_VERSION = 140_000;

    /** Refusals that an administrator can lift, and what follows from an earlier one of them. */
    private static final Set<String> LACK_OF_RIGHTS = Set.of(
            "42501", // insufficient_privilege
            "0LP01", // invalid_grant_operation
            "42704", // undefined_object: a role or wrapper that an earlier step could not make
            "3F000" // invalid_schema_name
            );

    private static final String FEATURE_NOT_SUPPORTED = "0A000";
    private static final String UNDEFINED_FILE = "58P01";

    private final DataSource database;
    private final InstallOptions options;
    private final List<String> locations;

    /**
     * @param database connections of the installing role; each call may open several
     */
    public Installer(DataSource database, InstallOptions options) {
        this(database, options, List.of(Migrations.LOCATION));
    }

    /** @param locations of the migrations, in Flyway's form */
    Installer(DataSource database, InstallOptions options, List<String> locations) {
        this.database = requireNonNull(database, "database");
        this.options = requireNonNull(options, "options");
        this.locations = List.copyOf(locations);
    }

    /**
     * Makes what is missing.
     *
     * @throws AdministratorNeededException if the role lacks rights; nothing was changed then
     * @throws InstallException if this database cannot take the installation
     * @throws SQLException if the database is not reachable or fails
     */
    public InstallReport install() throws SQLException {
        return install(InstallProgress.SILENT);
    }

    /** As {@link #install()}, and tells how it comes along. */
    public InstallReport install(InstallProgress progress) throws SQLException {
        List<String> changes = new ArrayList<>();
        if (isExtension()) {
            pointAtEngine().ifPresent(address -> changes.add(pointed(address)));
            return new InstallReport(Integer.toString(SchemaVersion.NEWEST), changes);
        }
        Preparation preparation = prepare(changes);
        Migrations migrations = new Migrations(database, preparation, locations, progress);
        try {
            changes.addAll(migrations.run());
        } catch (FlywayException e) {
            throw failure(e);
        }
        changes.addAll(settle());
        pointAtEngine().ifPresent(address -> changes.add(pointed(address)));
        return new InstallReport(migrations.schemaVersion(), changes);
    }

    private static String pointed(EngineAddress address) {
        return "pointed the functions at the engine on " + address;
    }

    private boolean isExtension() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return ExtensionMembership.isCurrent(connection);
        }
    }

    /** Makes what must stand before the migrations, and adds to {@code changes} what it did. */
    Preparation prepare(List<String> changes) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            Preparation preparation = examine(connection);
            changes.addAll(prepare(connection, preparation));
            connection.commit();
            return preparation;
        }
    }

    /** What others have changed since the last migration, and what a copy of the database needs. */
    private List<String> settle() throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL ROLE " + Preparation.OWNER);
            }
            List<String> changes = Settlement.settle(connection);
            connection.commit();
            return changes;
        }
    }

    private static InstallException failure(FlywayException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refusal
                    && SqlText.DEPENDENT_OBJECTS_STILL_EXIST.equals(refusal.getSQLState())) {
                return new InstallException(
                        "views or functions of the database rest on a form of Tiny Dancer's functions that this version"
                                + " changes; nothing was changed. Drop them, install, and create them again: "
                                + refusal.getMessage(),
                        e);
            }
        }
        return new InstallException("the migrations failed: " + e.getMessage(), e);
    }

    /** The new address of the engine, empty if it stays as it was. */
    private Optional<EngineAddress> pointAtEngine() throws SQLException {
        try (Connection connection = database.getConnection()) {
            if (options.engine().isEmpty() && EngineLink.exists(connection)) {
                return Optional.empty();
            }
        }
        EngineAddress address = options.engine().orElse(EngineAddress.DEFAULT);
        return pointAtEngine(database, address) ? Optional.of(address) : Optional.empty();
    }

    /**
     * Points an installation's functions at another engine. Open sessions keep the connection that they have.
     *
     * @param database connections of the role that installed, or of a superuser
     * @return whether they pointed elsewhere before
     */
    public static boolean pointAtEngine(DataSource database, EngineAddress address) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            boolean changed = EngineLink.pointAt(connection, address);
            connection.commit();
            return changed;
        }
    }

    private Preparation examine(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        SELECT current_setting('server_version_num')::int, current_setting('server_version'),
                               current_setting('server_encoding'), current_database(), current_user,
                               (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
                                WHERE e.extname = 'dblink'),
                               (SELECT n.nspname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                                WHERE p.proowner = to_regrole('tiny_dancer_owner') AND p.proname = 'ruvector_route')
                        """)) {
            row.next();
            if (row.getInt(1) < OLDEST_SERVER_VERSION) {
                throw new InstallException("Tiny Dancer needs PostgreSQL 14 or newer, this is " + row.getString(2));
            }
            if (!row.getString(3).equals("UTF8")) {
                throw new InstallException("Tiny Dancer needs a database with encoding UTF8, " + row.getString(4)
                        + " has " + row.getString(3));
            }
            String functionSchema = row.getString(7);
            if (functionSchema != null && !functionSchema.equals(options.functionSchema())) {
                throw new InstallException("the functions are installed in schema " + functionSchema
                        + "; keep that schema, or uninstall first");
            }
            String dblinkSchema = Optional.ofNullable(row.getString(6)).orElse(Preparation.OWN_DBLINK_SCHEMA);
            return new Preparation(
                    row.getInt(1), row.getString(4), row.getString(5), options.functionSchema(), dblinkSchema);
        }
    }

    private static List<String> prepare(Connection connection, Preparation preparation) throws SQLException {
        List<String> changes = new ArrayList<>();
        Set<String> forAdministrator = new LinkedHashSet<>();
        for (PreparationStep step : preparation.steps()) {
            if (isSatisfied(connection, step)) {
                continue;
            }
            if (attempt(connection, step)) {
                changes.add(step.change());
            } else {
                forAdministrator.addAll(step.administratorStatements());
            }
        }
        if (!forAdministrator.isEmpty()) {
            connection.rollback();
            throw new AdministratorNeededException(
                    preparation.installer(),
                    preparation.database(),
                    forAdministrator.stream().map(statement -> statement + ";").toList());
        }
        return changes;
    }

    private static boolean isSatisfied(Connection connection, PreparationStep step) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(step.satisfied())) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    /** Whether the step succeeded; a refused step leaves the transaction as it was. */
    private static boolean attempt(Connection connection, PreparationStep step) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (Statement statement = connection.createStatement()) {
            for (String sql : step.statements()) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            connection.rollback(before);
            if (FEATURE_NOT_SUPPORTED.equals(e.getSQLState()) || UNDEFINED_FILE.equals(e.getSQLState())) {
                throw new InstallException(
                        "this server does not have the contrib extension dblink; install its package, which is called"
                                + " postgresql-contrib on most systems (" + e.getMessage() + ")",
                        e);
            }
            if (!LACK_OF_RIGHTS.contains(e.getSQLState())) {
                throw e;
            }
            return false;
        }
        // A GRANT without the right to grant is only a warning.
        return isSatisfied(connection, step);
    }
}
