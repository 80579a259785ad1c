package dev.tinydancer.postgres.testing;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.install.EngineAddress;
import dev.tinydancer.postgres.install.Installer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A database of a test class's own, on the one server of the test run.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final TestDatabase database = TestDatabase.migrated();
 *
 * @Test
 * void route_withoutAgents() throws SQLException {
 *     try (Connection connection = database.connectAsUser()) { ... }
 * }
 * }</pre>
 */
public final class TestDatabase implements BeforeAllCallback, AfterAllCallback {

    private static final String ROLE_PASSWORD = "only for tests";

    private final boolean migrated;
    private final List<String> roles = new ArrayList<>();
    private @Nullable TestServer server;
    private @Nullable String name;

    private TestDatabase(boolean migrated) {
        this.migrated = migrated;
    }

    /** With Tiny Dancer installed; its functions point at no engine until {@link #pointAtEngine}. */
    public static TestDatabase migrated() {
        return new TestDatabase(true);
    }

    /** As {@code CREATE DATABASE} makes it. */
    public static TestDatabase empty() {
        return new TestDatabase(false);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws SQLException {
        TestServer shared = TestServer.shared(context);
        server = shared;
        name = migrated ? shared.createMigratedDatabase() : shared.createDatabase();
    }

    @Override
    public void afterAll(ExtensionContext context) throws SQLException {
        testServer().dropDatabase(name());
        for (String role : roles) {
            testServer().execute("DROP ROLE " + role);
        }
        // A class that is repeated has this very object again.
        roles.clear();
    }

    private TestServer testServer() {
        return requireNonNull(server, "a TestDatabase is used through @RegisterExtension on a static field");
    }

    public String name() {
        return requireNonNull(name, "a TestDatabase is used through @RegisterExtension on a static field");
    }

    /** The server that holds it. */
    public EmbeddedServer server() {
        return testServer().server();
    }

    /** Connections of the superuser. */
    public DataSource superuser() {
        return server().superuser(name());
    }

    /** A connection of the superuser. */
    public Connection connect() throws SQLException {
        return superuser().getConnection();
    }

    /** A connection of a new role that has {@code tiny_dancer_user} and nothing else. */
    public Connection connectAsUser() throws SQLException {
        return newRole("IN ROLE tiny_dancer_user").getConnection();
    }

    /** A connection of a new role that has {@code tiny_dancer_admin} and nothing else. */
    public Connection connectAsAdmin() throws SQLException {
        return newRole("IN ROLE tiny_dancer_admin").getConnection();
    }

    /** Connections of the role that an engine has. */
    public DataSource engine() throws SQLException {
        return newRole("IN ROLE tiny_dancer_engine");
    }

    /** Address and login of a new role that an engine has. */
    public DatabaseUrl engineUrl() throws SQLException {
        return newRoleUrl("IN ROLE tiny_dancer_engine");
    }

    /** Address and login of the superuser. */
    public DatabaseUrl superuserUrl() {
        return url(EmbeddedServer.SUPERUSER, TestServer.PASSWORD);
    }

    /** As {@link #newRole}, but gives address and login. */
    public DatabaseUrl newRoleUrl(String attributes) throws SQLException {
        return url(createRole(attributes), ROLE_PASSWORD);
    }

    private DatabaseUrl url(String user, String password) {
        return new DatabaseUrl(TestServer.HOST + ":" + server().port(), name(), user, Optional.of(password), Map.of());
    }

    /**
     * Makes a role with a login and gives its connections. The role goes with the database.
     *
     * @param attributes of {@code CREATE ROLE}, for example {@code CREATEROLE IN ROLE x}; may be empty
     */
    public DataSource newRole(String attributes) throws SQLException {
        return server().as(createRole(attributes), ROLE_PASSWORD, name());
    }

    private String createRole(String attributes) throws SQLException {
        String role = testServer().uniqueName("role");
        testServer().execute("CREATE ROLE " + role + " LOGIN PASSWORD '" + ROLE_PASSWORD + "' " + attributes);
        roles.add(role);
        return role;
    }

    /** Lets this database's functions call an engine on 127.0.0.1. */
    public void pointAtEngine(int port) throws SQLException {
        Installer.pointAtEngine(superuser(), new EngineAddress(TestServer.HOST, port));
    }

    /** Runs one statement as the superuser. */
    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
