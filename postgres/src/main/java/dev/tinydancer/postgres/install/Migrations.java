package dev.tinydancer.postgres.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.output.MigrateResult;

/** The versioned schema and the repeatable functions, applied as the owner of both. */
final class Migrations {

    /** Where those of this version are. */
    static final String LOCATION = "classpath:dev/tinydancer/postgres/migration";

    private static final String HISTORY_TABLE = "schema_history";

    private final Flyway flyway;
    private final MigrationProgress progress;
    private final Settlement settlement;

    /** @param locations in Flyway's form */
    Migrations(DataSource database, Preparation preparation, List<String> locations, InstallProgress progress) {
        this.progress = new MigrationProgress(progress);
        this.settlement = new Settlement(this.progress::isLast);
        Callback[] callbacks = {new BecomeOwner(), new Quiet(), this.progress, settlement};
        this.flyway = Flyway.configure()
                .dataSource(database)
                .locations(locations.toArray(String[]::new))
                .defaultSchema(Preparation.SCHEMA)
                .createSchemas(false)
                .table(HISTORY_TABLE)
                .callbacks(callbacks)
                // All of them in one transaction: a failure leaves the version that was there.
                .group(true)
                .validateMigrationNaming(true)
                // Functions may move to other files, whose old names stay in the history.
                .ignoreMigrationPatterns("repeatable:missing")
                .placeholders(Map.of(
                        "function_schema", SqlText.identifier(preparation.functionSchema()),
                        "dblink_schema", SqlText.identifier(preparation.dblinkSchema()),
                        // A function that raises an error itself, and does not have it raised, is all its context.
                        "raise_problem", SqlText.resource("raise_problem.sql").strip()))
                .load();
    }

    /**
     * Applies what is missing.
     *
     * @return what it did, one line for each migration, and then for each thing that had to be settled
     * @throws InstallException if a newer version is installed
     */
    List<String> run() {
        for (MigrationInfo applied : flyway.info().applied()) {
            if (applied.getState() == MigrationState.FUTURE_SUCCESS && applied.isVersioned()) {
                throw new InstallException("a newer Tiny Dancer is installed, with version " + schemaVersion()
                        + " of the schema; nothing was changed, install with that one");
            }
        }
        progress.follow(flyway.info().pending().length);
        MigrateResult result = flyway.migrate();
        List<String> changes = new ArrayList<>();
        result.migrations.forEach(migration -> changes.add(
                migration.version.isEmpty()
                        ? "made the functions of " + migration.description
                        : "migrated to version " + migration.version + ", " + migration.description));
        changes.addAll(settlement.changes());
        return changes;
    }

    /** Of the newest versioned migration in the database. */
    String schemaVersion() {
        MigrationInfo current = flyway.info().current();
        return current == null ? "none" : current.getVersion().getVersion();
    }
}
