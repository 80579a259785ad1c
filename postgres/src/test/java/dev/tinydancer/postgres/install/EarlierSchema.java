package dev.tinydancer.postgres.install;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/**
 * The schemas that earlier commits installed: their migrations, kept as {@code git archive --format=zip
 * COMMIT:postgres/src/main/resources/dev/tinydancer/postgres/migration} gave them.
 */
public enum EarlierSchema {
    /** The first whose versioned migrations are still as they were; has a log, outcomes and sums. */
    WITH_A_LOG("459f852"),
    /** With budgets, routes and sums by grouping. */
    WITH_BUDGETS("775b7b8"),
    /** The last one whose privileges were a migration. */
    BEFORE_IDENTITY("6e0839c");

    private static final String FOLDER = "/dev/tinydancer/postgres/upgrade/";
    private static final EngineAddress NOBODY = new EngineAddress("127.0.0.1", 1);

    private final String commit;

    EarlierSchema(String commit) {
        this.commit = commit;
    }

    /** Whether it has budgets and semantic routes. */
    public boolean hasBudgets() {
        return this != WITH_A_LOG;
    }

    /**
     * Installs it into an empty database, as that commit's installer did.
     *
     * @param directory for the unpacked migrations; empty
     */
    public void install(DataSource database, Path directory) throws IOException, SQLException {
        unpack(directory);
        Preparation preparation = new Installer(database, InstallOptions.defaults()).prepare(new ArrayList<>());
        Flyway.configure()
                .dataSource(database)
                .locations("filesystem:" + directory)
                .defaultSchema(Preparation.SCHEMA)
                .createSchemas(false)
                .table("schema_history")
                .callbacks(new BecomeOwner())
                .group(true)
                .placeholders(Map.of(
                        "function_schema", SqlText.identifier(preparation.functionSchema()),
                        "dblink_schema", SqlText.identifier(preparation.dblinkSchema())))
                .load()
                .migrate();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            EngineLink.pointAt(connection, NOBODY);
            connection.commit();
        }
    }

    /** Fills an installation of it with what its users have. */
    public void fill(DataSource database) throws IOException, SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(resource("filling.sql"));
            if (hasBudgets()) {
                statement.execute(resource("filling-budgets.sql"));
            }
        }
    }

    static String resource(String name) throws IOException {
        String path = FOLDER + name;
        try (InputStream stream = requireNonNull(EarlierSchema.class.getResourceAsStream(path), path)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void unpack(Path directory) throws IOException {
        String path = FOLDER + commit + ".zip";
        try (InputStream stream = requireNonNull(EarlierSchema.class.getResourceAsStream(path), path);
                ZipInputStream zip = new ZipInputStream(stream)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Files.copy(zip, directory.resolve(entry.getName()));
            }
        }
    }
}
