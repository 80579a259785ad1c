package dev.tinydancer.postgres.install;

import static dev.tinydancer.postgres.install.Statements.execute;
import static dev.tinydancer.postgres.install.Statements.strings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.testing.TestServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On a server of its own: roles belong to the whole server, and each case starts from one that has never seen Tiny
 * Dancer.
 */
final class InstallerIT {

    private static final InstallOptions OPTIONS = InstallOptions.defaults();
    private static final String PASSWORD = "secret";

    private static EmbeddedServer server;

    @BeforeAll
    static void startServer(@TempDir Path directory) {
        server = EmbeddedServer.start(EmbeddedServerConfig.fleeting(TestServer.installation(), directory, PASSWORD));
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void makeDatabase() throws SQLException {
        execute(server.superuser("postgres"), "CREATE ROLE alice LOGIN CREATEROLE PASSWORD '" + PASSWORD + "'");
        execute(server.superuser("postgres"), "CREATE DATABASE app OWNER alice");
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        DataSource superuser = server.superuser("postgres");
        execute(superuser, "DROP DATABASE app WITH (FORCE)");
        for (String role :
                strings(superuser, "SELECT rolname FROM pg_roles WHERE rolname ~ '^(tiny_dancer|alice|bob)'")) {
            execute(superuser, "DROP OWNED BY " + role);
            execute(superuser, "DROP ROLE " + role);
        }
    }

    @Test
    void install_tellsEachMigration_beforeItBegins() throws SQLException {
        List<String> told = new ArrayList<>();

        installer(superuser(), OPTIONS).install((done, all, what) -> {
            assertThat(done).isEqualTo(told.size()).isLessThan(all);
            told.add(what);
        });
        assertThat(told).hasSizeGreaterThan(SchemaVersion.NEWEST).endsWith("99 privileges");

        told.clear();
        installer(superuser(), OPTIONS).install((_, _, what) -> told.add(what));
        assertThat(told).isEmpty();
    }

    @Test
    void install_bySuperuserTwice_changesNothingTheSecondTime() throws SQLException {
        InstallReport first = installer(superuser(), OPTIONS).install();
        InstallReport second = installer(superuser(), OPTIONS).install();

        assertThat(first.changes())
                .contains("made role tiny_dancer_owner", "pointed the functions at the engine on 127.0.0.1:6433");
        assertThat(second.changes()).isEmpty();
        assertThat(second.schemaVersion()).isEqualTo(first.schemaVersion()).matches("\\d+");
        assertThat(strings(superuser(), functionsIn("public"))).contains("ruvector_route");
    }

    @Test
    void install_byOrdinaryOwner_namesWhatOnlyAnAdministratorMayDo() throws SQLException {
        AdministratorNeededException refusal = catchThrowableOfType(
                AdministratorNeededException.class,
                () -> installer(alice(), OPTIONS).install());

        assertThat(refusal.statements())
                .containsExactly(
                        "CREATE SCHEMA IF NOT EXISTS \"tiny_dancer_dblink\";",
                        "COMMENT ON SCHEMA \"tiny_dancer_dblink\" IS 'Tiny Dancer: dblink, apart from all others"
                                + " so that nobody else may call it';",
                        "CREATE EXTENSION dblink SCHEMA \"tiny_dancer_dblink\";",
                        "GRANT USAGE ON SCHEMA \"tiny_dancer_dblink\" TO \"alice\" WITH GRANT OPTION;",
                        "GRANT USAGE ON FOREIGN DATA WRAPPER dblink_fdw TO \"alice\" WITH GRANT OPTION;");
        assertThat(strings(superuser(), "SELECT rolname FROM pg_roles WHERE rolname ~ '^tiny_dancer'"))
                .isEmpty();
        assertThat(strings(superuser(), "SELECT nspname FROM pg_namespace WHERE nspname ~ '^tiny_dancer'"))
                .isEmpty();
    }

    @Test
    void install_byOrdinaryOwnerAfterTheAdministrator_succeedsWithoutSuperuser() throws SQLException {
        letAdministratorHelp(alice());

        assertThat(installer(alice(), OPTIONS).install().changes()).isNotEmpty();

        assertThat(installer(alice(), OPTIONS).install().changes()).isEmpty();
        assertThat(strings(
                        superuser(),
                        "SELECT DISTINCT proowner::regrole::text FROM pg_proc WHERE proname ~ '^ruvector_'"))
                .containsExactly("tiny_dancer_owner");
        assertThat(strings(alice(), "SELECT count(*)::text FROM ruvector_list_agents()"))
                .containsExactly("0");
    }

    @Test
    void install_withoutCreaterole_letsTheAdministratorMakeTheRoles() throws SQLException {
        execute(superuser(), "ALTER ROLE alice NOCREATEROLE");

        List<String> statements = letAdministratorHelp(alice());

        assertThat(statements)
                .contains("CREATE ROLE tiny_dancer_owner NOLOGIN;")
                .contains("GRANT tiny_dancer_owner TO \"alice\" WITH ADMIN OPTION;");
        assertThat(installer(alice(), OPTIONS).install().changes()).isNotEmpty();
    }

    @Test
    void install_withoutCreateOnTheDatabase_asksForIt() throws SQLException {
        execute(superuser(), "CREATE ROLE bob LOGIN CREATEROLE PASSWORD '" + PASSWORD + "'");

        assertThat(letAdministratorHelp(as("bob"))).contains("GRANT CREATE ON DATABASE \"app\" TO \"bob\";");
        assertThat(installer(as("bob"), OPTIONS).install().changes()).isNotEmpty();
    }

    @Test
    void install_whereDblinkIsElsewhere_leavesItThere() throws SQLException {
        execute(superuser(), "CREATE EXTENSION dblink SCHEMA public");

        installer(superuser(), OPTIONS).install();

        assertThat(strings(
                        superuser(),
                        "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'dblink'"))
                .containsExactly("public");
    }

    @Test
    void install_intoAnotherSchema() throws SQLException {
        installer(superuser(), OPTIONS.withFunctionSchema("routing")).install();

        assertThat(strings(superuser(), functionsIn("routing"))).contains("ruvector_route");
        assertThat(strings(superuser(), functionsIn("public"))).isEmpty();
    }

    @Test
    void install_whereTheFunctionsAreInAnotherSchema_isRefused() throws SQLException {
        installer(superuser(), OPTIONS).install();

        assertThatThrownBy(() -> installer(superuser(), OPTIONS.withFunctionSchema("routing"))
                        .install())
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("schema public");
        assertThat(strings(superuser(), "SELECT nspname FROM pg_namespace WHERE nspname = 'routing'"))
                .isEmpty();
    }

    @Test
    void install_withAnotherEngineAddress_changesOnlyThat() throws SQLException {
        installer(superuser(), OPTIONS).install();
        InstallOptions moved = OPTIONS.withEngine(new EngineAddress("engine.example", 7000));

        assertThat(installer(superuser(), moved).install().changes())
                .containsExactly("pointed the functions at the engine on engine.example:7000");
        assertThat(installer(superuser(), OPTIONS).install().changes()).isEmpty();
        assertThat(strings(superuser(), "SELECT unnest(srvoptions) FROM pg_foreign_server"))
                .contains("host=engine.example", "port=7000");
    }

    @Test
    void install_whereTheEncodingIsNotUtf8_isRefused() throws SQLException {
        execute(server.superuser("postgres"), "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
        try {
            assertThatThrownBy(
                            () -> installer(server.superuser("latin"), OPTIONS).install())
                    .isInstanceOf(InstallException.class)
                    .hasMessage("Tiny Dancer needs a database with encoding UTF8, latin has LATIN1");
        } finally {
            execute(server.superuser("postgres"), "DROP DATABASE latin");
        }
    }

    @Test
    void uninstall_byWhoInstalled_leavesNothing() throws SQLException {
        letAdministratorHelp(alice());
        installer(alice(), OPTIONS).install();
        execute(alice(), "CREATE TABLE of_alice (id int)");

        new Uninstaller(alice()).uninstall();

        assertThat(strings(superuser(), "SELECT nspname FROM pg_namespace WHERE nspname = 'tiny_dancer'"))
                .isEmpty();
        assertThat(strings(superuser(), functionsIn("public"))).isEmpty();
        assertThat(strings(superuser(), "SELECT srvname FROM pg_foreign_server"))
                .isEmpty();
        assertThat(strings(superuser(), "SELECT rolname FROM pg_roles WHERE rolname ~ '^tiny_dancer'"))
                .isEmpty();
        assertThat(strings(alice(), "SELECT count(*)::text FROM of_alice")).containsExactly("0");
    }

    @Test
    void uninstall_bySuperuser_takesDblinkToo() throws SQLException {
        installer(superuser(), OPTIONS).install();

        assertThat(new Uninstaller(superuser()).uninstall().stayed()).isEmpty();

        assertThat(strings(superuser(), "SELECT extname FROM pg_extension WHERE extname = 'dblink'"))
                .isEmpty();
        assertThat(installer(superuser(), OPTIONS).install().changes()).isNotEmpty();
    }

    @Test
    void uninstall_whereOthersDepend_dropsNothing() throws SQLException {
        installer(superuser(), OPTIONS).install();
        execute(superuser(), "CREATE VIEW our_agents AS SELECT * FROM ruvector_list_agents()");

        assertThatThrownBy(() -> new Uninstaller(superuser()).uninstall())
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("our_agents");

        assertThat(installer(superuser(), OPTIONS).install().changes()).isEmpty();
    }

    @Test
    void uninstall_whereNothingIsInstalled() throws SQLException {
        assertThat(new Uninstaller(superuser()).uninstall().stayed()).isEmpty();
    }

    /** Runs what the refused installer asks for, as an administrator would; gives the statements. */
    private static List<String> letAdministratorHelp(DataSource installing) throws SQLException {
        AdministratorNeededException refusal = catchThrowableOfType(
                AdministratorNeededException.class,
                () -> installer(installing, OPTIONS).install());
        for (String statement : refusal.statements()) {
            execute(superuser(), statement);
        }
        return refusal.statements();
    }

    private static Installer installer(DataSource database, InstallOptions options) {
        return new Installer(database, options);
    }

    private static DataSource superuser() {
        return server.superuser("app");
    }

    private static DataSource alice() {
        return as("alice");
    }

    private static DataSource as(String role) {
        return server.as(role, PASSWORD, "app");
    }

    private static String functionsIn(String schema) {
        return "SELECT proname FROM pg_proc WHERE pronamespace::regnamespace::text = '" + schema
                + "' AND proname ~ '^ruvector_'";
    }
}
