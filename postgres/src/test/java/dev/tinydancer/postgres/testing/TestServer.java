package dev.tinydancer.postgres.testing;

import dev.tinydancer.postgres.embedded.BinariesJar;
import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.Installation;
import dev.tinydancer.postgres.embedded.TemporaryDirectory;
import dev.tinydancer.postgres.install.EngineAddress;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.Installer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The server of one test run. JUnit closes it after the last test. */
public final class TestServer implements AutoCloseable {

    public static final String INSTALLATION_PROPERTY = "tinydancer.test.postgres";
    public static final String INSTALLATION_VARIABLE = "TINY_DANCER_TEST_POSTGRES";

    static final String HOST = "127.0.0.1";

    static final String PASSWORD = "only for tests";
    private static final String TEMPLATE = "migrated_template";
    private static final int FIRST_VERSION_WITH_COPY_STRATEGY = 15;

    private final TemporaryDirectory directory;
    private final EmbeddedServer server;
    private final AtomicInteger names = new AtomicInteger();
    private boolean templateReady;

    private TestServer() {
        try {
            directory = TemporaryDirectory.create("tiny-dancer-test-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server = EmbeddedServer.start(EmbeddedServerConfig.fleeting(installation(), directory.path(), PASSWORD));
    }

    /** The installation that tests run on. */
    public static Installation installation() {
        String home = System.getProperty(INSTALLATION_PROPERTY, System.getenv(INSTALLATION_VARIABLE));
        if (home == null || home.isEmpty()) {
            return Installation.bundled();
        }
        return home.endsWith(".jar") ? BinariesJar.installation(Path.of(home)) : new Installation(Path.of(home));
    }

    static TestServer shared(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(TestServer.class))
                .computeIfAbsent(TestServer.class, key -> new TestServer(), TestServer.class);
    }

    EmbeddedServer server() {
        return server;
    }

    /** A name that no earlier call gave. */
    String uniqueName(String prefix) {
        return prefix + "_" + names.incrementAndGet();
    }

    /** Makes an empty database. */
    String createDatabase() throws SQLException {
        String name = uniqueName("empty");
        execute("CREATE DATABASE " + name);
        return name;
    }

    /** Makes a database in which Tiny Dancer is installed. */
    synchronized String createMigratedDatabase() throws SQLException {
        if (!templateReady) {
            execute("CREATE DATABASE " + TEMPLATE);
            // Nobody listens there: a test that needs an engine points its own copy at its own engine.
            InstallOptions options = InstallOptions.defaults().withEngine(new EngineAddress(HOST, 1));
            new Installer(server.superuser(TEMPLATE), options).install();
            templateReady = true;
        }
        String name = uniqueName("migrated");
        // Copying files costs less than logging each page when the server does not wait for its disk.
        String strategy = server.majorVersion() >= FIRST_VERSION_WITH_COPY_STRATEGY ? " STRATEGY file_copy" : "";
        execute("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE + strategy);
        // What install would do to a copy.
        execute(name, "SET ROLE tiny_dancer_owner; SELECT * FROM tiny_dancer.leave_original()");
        return name;
    }

    void dropDatabase(String name) throws SQLException {
        execute("DROP DATABASE " + name + " WITH (FORCE)");
    }

    void execute(String sql) throws SQLException {
        execute("postgres", sql);
    }

    private void execute(String database, String sql) throws SQLException {
        try (Connection connection = server.superuser(database).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        try (directory) {
            server.close();
        }
    }
}
