package dev.tinydancer.postgres.install;

import static dev.tinydancer.postgres.install.Statements.execute;
import static dev.tinydancer.postgres.install.Statements.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.testing.DebianPrograms;
import dev.tinydancer.postgres.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.util.PSQLException;

/**
 * Dumps and replicas of a database on PostgreSQL 15, in a younger cluster of the newer version that the tests run on. The
 * younger cluster has used up far fewer transaction numbers than the rows bring.
 */
final class BackupIT {

    private static final String PASSWORD = "secret";
    private static final InstallOptions OPTIONS =
            InstallOptions.defaults().withEngine(new EngineAddress("127.0.0.1", 1));
    private static final String USED_UP_NUMBERS = """
            DO $$ BEGIN FOR n IN 1..15000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$
            """;

    @TempDir
    private static Path directory;

    private static EmbeddedServer original;
    private static EmbeddedServer younger;
    private static List<String> freshFacts = List.of();

    @BeforeAll
    static void fillTheOriginal() throws IOException, SQLException {
        assumeTrue(TestServer.installation().majorVersion() > 15, "needs a PostgreSQL newer than 15 to move to");
        EmbeddedServerConfig config =
                EmbeddedServerConfig.fleeting(DebianPrograms.installation(), directory.resolve("original"), PASSWORD);
        try (EmbeddedServer first = EmbeddedServer.start(config)) {
            execute(first.superuser("postgres"), "ALTER SYSTEM SET wal_level = logical");
        }
        original = EmbeddedServer.start(config);
        execute(original.superuser("postgres"), "CREATE DATABASE app");
        execute(app(), USED_UP_NUMBERS);
        new Installer(app(), OPTIONS).install();
        execute(app(), EarlierSchema.resource("filling.sql"));
        execute(app(), EarlierSchema.resource("filling-budgets.sql"));
        execute(app(), "CREATE PUBLICATION everything FOR ALL TABLES WITH (publish_via_partition_root = true)");
        younger = EmbeddedServer.start(
                EmbeddedServerConfig.fleeting(TestServer.installation(), directory.resolve("younger"), PASSWORD));
        // Its twenty tables one soon after the other.
        execute(younger.superuser("postgres"), "ALTER SYSTEM SET wal_retrieve_retry_interval = '100ms'");
        execute(younger.superuser("postgres"), "SELECT pg_reload_conf()");
        execute(younger.superuser("postgres"), "CREATE DATABASE app");
        new Installer(copy(), OPTIONS).install();
        freshFacts = Catalogs.facts(copy());
        forget();
    }

    @AfterAll
    static void stopServers() {
        for (EmbeddedServer server : new EmbeddedServer[] {original, younger}) {
            if (server != null) {
                server.close();
            }
        }
    }

    @AfterEach
    void forgetTheCopy() throws SQLException {
        forget();
    }

    private static void forget() throws SQLException {
        DataSource postgres = younger.superuser("postgres");
        execute(postgres, "DROP DATABASE IF EXISTS app WITH (FORCE)");
        for (String role : strings(postgres, "SELECT rolname FROM pg_roles WHERE rolname ~ '^tiny_dancer'")) {
            execute(postgres, "DROP ROLE " + role);
        }
    }

    @Test
    void restore_withRoles_isACopyUntilItIsInstalled() throws Exception {
        Path roles = dumpRoles();
        Path dump = dump();
        execute(younger.superuser("postgres"), "CREATE DATABASE app");
        restore("postgres", roles);
        restore("app", dump);

        assertThat(failure(copy(), "SELECT * FROM ruvector_route('hello')"))
                .isEqualTo("TD503: database app is a copy of one that has an engine, and has none of its own");
        InstallReport report = new Installer(copy(), InstallOptions.defaults()).install();

        assertThat(report.changes())
                .contains("made new secrets: this database is a copy, and its engine must be one of its own")
                // Since PostgreSQL 16 libpq can insist on SCRAM, which a dump of 15 does not ask for.
                .hasSize(2);
        assertIsAnInstallationOfItsOwn();
    }

    @Test
    void restore_withoutRolesAndRights_isMendedByInstall() throws Exception {
        Path dump = dump("--no-owner", "--no-privileges");
        execute(younger.superuser("postgres"), "CREATE DATABASE app");
        // Policies and the user mapping name roles that are missing.
        DebianPrograms.run(younger, PASSWORD, "psql", "--quiet", "--dbname=app", "--file=" + dump);

        InstallReport report = new Installer(copy(), InstallOptions.defaults()).install();

        assertThat(report.changes())
                .contains(
                        "made role tiny_dancer_owner",
                        "gave what was restored to tiny_dancer_owner",
                        "made new secrets: this database is a copy, and its engine must be one of its own");
        assertIsAnInstallationOfItsOwn();
    }

    @Test
    void replica_takenOutOfReplication_isAnInstallationOfItsOwn() throws Exception {
        Path roles = dumpRoles();
        Path schema = dump("--schema-only");
        execute(younger.superuser("postgres"), "CREATE DATABASE app");
        restore("postgres", roles);
        restore("app", schema);
        execute(copy(), """
                CREATE SUBSCRIPTION everything
                CONNECTION 'host=127.0.0.1 port=%s dbname=app user=postgres password=%s' PUBLICATION everything
                """.formatted(original.port(), PASSWORD));
        try {
            // Each of these failed with 55000 while outcome had no replica identity.
            execute(app(), """
                    SELECT ruvector_record_outcome(decision_id, true, n)
                    FROM (SELECT decision_id FROM tiny_dancer.decision WHERE tenant = 'default' LIMIT 1) AS one,
                         generate_series(1, 2) AS n
                    """);
            execute(app(), """
                    INSERT INTO tiny_dancer.outcome (tenant, decided_at, agent, success)
                    VALUES ('default', now() - interval '90 days', 'quick', true)
                    """);
            assertThat(strings(app(), "SELECT action FROM tiny_dancer.maintain_log()"))
                    .contains("made");
            awaitReplication();
        } finally {
            execute(copy(), "DROP SUBSCRIPTION everything");
        }

        new Installer(copy(), InstallOptions.defaults()).install();

        assertIsAnInstallationOfItsOwn();
    }

    @Test
    void template_isACopyToo() throws SQLException {
        execute(original.superuser("postgres"), "CREATE DATABASE twin TEMPLATE app");
        DataSource twin = original.superuser("twin");
        try {
            assertThat(failure(twin, "SELECT * FROM ruvector_route('hello')"))
                    .isEqualTo("TD503: database twin is a copy of one that has an engine, and has none of its own");

            assertThat(new Installer(twin, InstallOptions.defaults()).install().changes())
                    .containsExactly(
                            "made new secrets: this database is a copy, and its engine must be one of its own");

            assertThat(failure(twin, "SELECT * FROM ruvector_route('hello')"))
                    .isEqualTo("TD503: the Tiny Dancer engine cannot be reached");
            assertThat(strings(twin, "SELECT mac_key::text FROM tiny_dancer.engine_credential"))
                    .doesNotContainAnyElementsOf(
                            strings(app(), "SELECT mac_key::text FROM tiny_dancer.engine_credential"));
        } finally {
            execute(original.superuser("postgres"), "DROP DATABASE twin WITH (FORCE)");
        }
        assertThat(failure(app(), "SELECT * FROM ruvector_route('hello')"))
                .isEqualTo("TD503: the Tiny Dancer engine cannot be reached");
    }

    private static void assertIsAnInstallationOfItsOwn() throws IOException, SQLException {
        execute(copy(), "UPDATE tiny_dancer.setting SET value = '90 days' WHERE value = '120 days'");
        assertThat(Catalogs.differences(Catalogs.facts(copy()), freshFacts)).isEmpty();
        assertThat(new Installer(copy(), InstallOptions.defaults()).install().changes())
                .isEmpty();

        // An outcome that comes after the hour of its decision was added up, before anything is added up here.
        execute(copy(), """
                SELECT ruvector_record_outcome(decision_id, true, 100)
                FROM tiny_dancer.decision
                WHERE tenant = 'default' AND decided_at < now() - interval '1 day'
                  AND decision_id NOT IN (SELECT decision_id FROM tiny_dancer.outcome WHERE decision_id IS NOT NULL)
                LIMIT 1
                """);
        assertThat(strings(copy(), "SELECT tiny_dancer.roll_up()")).doesNotContain("0");
        assertThat(strings(copy(), "SELECT tiny_dancer.roll_up()")).containsExactly("0");
        assertThat(strings(copy(), Catalogs.SUMS)).isNotEmpty().isEqualTo(strings(copy(), Catalogs.SUMS_OF_THE_LOG));
        assertThat(strings(copy(), "SELECT spent::text FROM ruvector_budget_status() WHERE scope = 'all'"))
                .containsExactly("12.5");
        // The next numbers are free.
        execute(copy(), """
                INSERT INTO tiny_dancer.allowance (tenant, kind, scope, period, period_start, period_end, capacity)
                VALUES ('default', 'places', 'quick', 'total', '-infinity', 'infinity', 3)
                """);
    }

    /** Until what the rows are worth is the same on both sides. */
    private static void awaitReplication() throws Exception {
        String rows = """
                SELECT (SELECT count(*) FROM tiny_dancer.decision) || ' ' || (SELECT count(*) FROM tiny_dancer.outcome)
                    || ' ' || (SELECT sum(latency_ms) FROM tiny_dancer.outcome)
                    || ' ' || (SELECT count(*) FROM tiny_dancer.allowance)
                    || ' ' || (SELECT count(*) FROM tiny_dancer.rollup_progress)
                    || ' ' || (SELECT count(*) FROM tiny_dancer.schema_history)
                    || ' ' || (SELECT count(*) FROM tiny_dancer.setting)
                    || ' ' || (SELECT count(*) FROM tiny_dancer.engine_credential)
                """;
        List<String> wanted = strings(app(), rows);
        for (int look = 0; look < 1200; look++) {
            if (Objects.equals(strings(copy(), rows), wanted)) {
                return;
            }
            Thread.sleep(100);
        }
        assertThat(strings(copy(), rows)).isEqualTo(wanted);
    }

    private static Path dumpRoles() throws IOException, InterruptedException {
        Path file = directory.resolve("roles.sql");
        String roles = DebianPrograms.run(original, PASSWORD, "pg_dumpall", "--roles-only", "--no-role-passwords");
        // The superuser is there already.
        Files.write(
                file,
                roles.lines().filter(line -> !line.contains("ROLE postgres")).toList());
        return file;
    }

    private static Path dump(String... options) throws IOException, InterruptedException {
        Path file = directory.resolve("app.sql");
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("--no-publications", "--file=" + file, "app"));
        DebianPrograms.run(original, PASSWORD, "pg_dump", arguments.toArray(String[]::new));
        return file;
    }

    private static void restore(String database, Path file) throws IOException, InterruptedException {
        DebianPrograms.run(
                younger,
                PASSWORD,
                "psql",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
                "--dbname=" + database,
                "--file=" + file);
    }

    private static DataSource app() {
        return original.superuser("app");
    }

    private static DataSource copy() {
        return younger.superuser("app");
    }

    private static String failure(DataSource database, String sql) throws SQLException {
        try {
            execute(database, sql);
        } catch (PSQLException e) {
            return e.getSQLState() + ": "
                    + Objects.requireNonNull(e.getServerErrorMessage()).getMessage();
        }
        throw new AssertionError("this does not fail: " + sql);
    }
}
