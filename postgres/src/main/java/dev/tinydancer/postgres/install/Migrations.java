package dev.tinydancer.postgres.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.output.MigrateResult;

/** The versioned schema and the repeatable functions, applied as the owner of both. */
final class Migrations {

    private static final String LOCATION = "classpath:dev/tinydancer/postgres/migration";
    private static final String HISTORY_TABLE = "schema_history";

    private final Flyway flyway;

    Migrations(DataSource database, Preparation preparation) {
        this.flyway = Flyway.configure()
                .dataSource(database)
                .locations(LOCATION)
                .defaultSchema(Preparation.SCHEMA)
                .createSchemas(false)
                .table(HISTORY_TABLE)
                .callbacks(new BecomeOwner())
                // All of them in one transaction: a failure leaves the version that was there.
                .group(true)
                .validateMigrationNaming(true)
                .placeholders(Map.of(
                        "function_schema", SqlText.identifier(preparation.functionSchema()),
                        "dblink_schema", SqlText.identifier(preparation.dblinkSchema())))
                .load();
    }

    /** What it did, one line for each migration. */
    List<String> run() {
        MigrateResult result = flyway.migrate();
        List<String> changes = new ArrayList<>();
        result.migrations.forEach(migration -> changes.add(
                migration.version.isEmpty()
                        ? "made the functions of " + migration.description
                        : "migrated to version " + migration.version + ", " + migration.description));
        return changes;
    }

    /** Of the newest versioned migration in the database. */
    String schemaVersion() {
        MigrationInfo current = flyway.info().current();
        return current == null ? "none" : current.getVersion().getVersion();
    }
}
