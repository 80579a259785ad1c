package dev.tinydancer.postgres.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.Installation;
import dev.tinydancer.postgres.embedded.TemporaryDirectory;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tiny Dancer as an extension of a server of one's own: a copy of the PostgreSQL that comes along, with the files in it. */
@Timeout(180)
@Tag("once")
final class ExtensionIT {

    @RegisterExtension
    static final TestDatabase installed = TestDatabase.migrated();

    private static TemporaryDirectory directory;
    private static Path files;
    private static EmbeddedServer server;

    @BeforeAll
    static void startServer() throws IOException {
        directory = TemporaryDirectory.create("tiny-dancer-extension-");
        Path home = directory.path().resolve("postgresql");
        copy(Installation.bundled().directory(), home);
        files = home.resolve("share/postgresql/extension");
        ExtensionScripts.standard().write(files);
        server = EmbeddedServer.start(EmbeddedServerConfig.fleeting(
                new Installation(home), directory.path().resolve("data"), "a password of the test"));
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
        directory.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @Test
    void createdExtension_isWhatInstallMakes_andWorks() throws Exception {
        DataSource database = newDatabase("created");
        // Where install would put it; else the schema's name is in the functions.
        execute(database, "CREATE SCHEMA tiny_dancer_dblink; CREATE EXTENSION dblink SCHEMA tiny_dancer_dblink");
        execute(database, "CREATE EXTENSION tiny_dancer");
        execute(database, "SELECT tiny_dancer.maintain_log(), tiny_dancer.set_engine_address('127.0.0.1', '1')");

        assertThat(Catalogs.differences(database, installed.superuser()).stream()
                        // Flyway makes its table in another way, and puts the schema of the functions in quotes where a
                        // body names it.
                        .filter(
                                line -> !line.contains("schema_history")
                                        && !line.matches(
                                                "(?s)[a-z]+: function \\| (?:tiny_dancer\\.(?:present|wanted)_privileges|ruvector_latest_decisions).*"))
                        .filter(line -> !line.startsWith("surplus: comment | extension tiny_dancer")
                                && !line.startsWith("missing: comment | schema tiny_dancer_dblink")))
                .isEmpty();
        assertThat(value(database, "SELECT tiny_dancer.schema_version()"))
                .isEqualTo(Integer.toString(SchemaVersion.NEWEST));
        execute(database, """
                SELECT ruvector_register_agent('any', 'llm', '{a}', avg_latency_ms := 1, quality_score := 1);
                SELECT tiny_dancer.maintain_log(), tiny_dancer.rotate_engine_credential();
                SET tiny_dancer.on_engine_down = fallback;
                SELECT ruvector_record_outcome(decision_id, true) FROM ruvector_route('Hello')""");
        assertThat(value(database, "SELECT total_requests FROM ruvector_list_agents()"))
                .isEqualTo("1");
    }

    @Test
    void cascade_createsDblink_andFunctionsGoWhereTheyAreWanted() throws Exception {
        DataSource database = newDatabase("cascade");
        execute(database, "CREATE SCHEMA app; CREATE EXTENSION tiny_dancer SCHEMA app CASCADE");
        assertThat(value(database, "SELECT count(*) FROM app.ruvector_list_agents()"))
                .isEqualTo("0");
        assertThat(value(database, "SELECT has_schema_privilege('tiny_dancer_owner', 'app', 'USAGE')"))
                .isEqualTo("t");
        execute(database, "DROP EXTENSION tiny_dancer CASCADE");
        assertThat(value(database, "SELECT to_regnamespace('tiny_dancer') IS NULL"))
                .isEqualTo("t");
    }

    @Test
    void installAndUninstall_leaveAnExtensionAlone_andSayWhatToDo() throws Exception {
        DataSource database = newDatabase("left_alone");
        execute(database, "CREATE EXTENSION tiny_dancer CASCADE");
        Installer installer =
                new Installer(database, InstallOptions.defaults().withEngine(new EngineAddress("127.0.0.1", 7000)));
        assertThat(installer.install().changes())
                .containsExactly("pointed the functions at the engine on 127.0.0.1:7000");
        assertThat(installer.install().changedNothing()).isTrue();
        assertThatThrownBy(() -> new Uninstaller(database).uninstall())
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("DROP EXTENSION tiny_dancer CASCADE");
    }

    @Test
    void update_keepsTheData_andOlderProgramsSayWhatToDo() throws Exception {
        DataSource database = newDatabase("updated");
        execute(database, "CREATE EXTENSION tiny_dancer VERSION '" + SchemaVersion.NEWEST + "' CASCADE");
        execute(
                database,
                "SELECT ruvector_register_agent('kept', 'llm', '{a}', avg_latency_ms := 1, quality_score := 1)");

        int next = SchemaVersion.NEWEST + 1;
        ExtensionScripts later = ExtensionScripts.of(
                migrationsAnd(
                        "V" + next + "__later.sql",
                        "CREATE TABLE tiny_dancer.later (number int);\nCOMMENT ON TABLE tiny_dancer.later IS 'Of a later version'"));
        later.writeUpdate(files, SchemaVersion.NEWEST);
        execute(database, "ALTER EXTENSION tiny_dancer UPDATE TO '" + next + "'");

        assertThat(value(database, "SELECT name FROM ruvector_list_agents()")).isEqualTo("kept");
        assertThat(value(database, "SELECT tiny_dancer.schema_version()")).isEqualTo(Integer.toString(next));
        assertThat(value(database, "SELECT tableowner FROM pg_tables WHERE tablename = 'later'"))
                .isEqualTo("tiny_dancer_owner");
        assertThatThrownBy(() -> new Installer(database, InstallOptions.defaults()).install())
                .isInstanceOf(InstallException.class)
                .hasMessageContaining("ALTER EXTENSION tiny_dancer UPDATE");
    }

    @Test
    void fileForPgTle_handsOverTheSameScript() throws Exception {
        DataSource database = newDatabase("pg_tle");
        Path file = ExtensionScripts.standard().writeForPgTle(directory.path());
        // pg_tle is not among the binaries: only what its function would be given can be looked at.
        execute(database, """
                CREATE SCHEMA pgtle;
                CREATE TABLE pgtle.given (name text, version text, script text, requires text[]);
                CREATE FUNCTION pgtle.install_extension(name text, version text, description text, ext text, requires text[])
                RETURNS boolean LANGUAGE sql AS 'INSERT INTO pgtle.given VALUES ($1, $2, $4, $5) RETURNING true';
                CREATE FUNCTION pgtle.install_update_path(name text, from_version text, to_version text, ext text)
                RETURNS boolean LANGUAGE sql AS 'SELECT true'""");
        execute(database, Files.readString(file));
        String script = Files.readString(files.resolve("tiny_dancer--" + SchemaVersion.NEWEST + ".sql"));
        assertThat(value(database, "SELECT script FROM pgtle.given WHERE requires = '{dblink}'"))
                .isEqualTo(script.substring(script.indexOf('\n') + 1));
    }

    private static Path migrationsAnd(String name, String text) throws IOException, URISyntaxException {
        Path copy = Files.createDirectory(directory.path().resolve("migrations"));
        String known = "/dev/tinydancer/postgres/migration/V1__catalog.sql";
        URI first = ExtensionScripts.class.getResource(known).toURI();
        if (first.getScheme().equals("jar")) {
            try (FileSystem jar = FileSystems.newFileSystem(first, Map.of())) {
                copyAll(jar.getPath(known).resolveSibling(""), copy);
            }
        } else {
            copyAll(Path.of(first).resolveSibling(""), copy);
        }
        Files.writeString(copy.resolve(name), text + ";\n");
        return copy;
    }

    private static void copyAll(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName().toString()));
            }
        }
    }

    private static DataSource newDatabase(String name) throws SQLException {
        execute(server.superuser("postgres"), "CREATE DATABASE " + name);
        return server.superuser(name);
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(DataSource database, String query) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> values = row.next() ? List.of(String.valueOf(row.getString(1))) : List.of("no row");
            return values.getFirst();
        }
    }
}
