package dev.tinydancer.cli.local;

import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.engine.Engine;
import dev.tinydancer.engine.config.EngineConfig;
import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.install.EngineAddress;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.Installer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import javax.sql.DataSource;

/**
 * A PostgreSQL with Tiny Dancer installed and the engine that answers its functions, in this process.
 *
 * <p>Users connect as {@value #OWNER}, an ordinary role that owns the database of the same name. The engine connects as
 * {@code tiny_dancer_engine}, with a password that is made anew at each start and kept nowhere.
 */
public final class LocalInstance implements AutoCloseable {

    /** The role for users, and its database. */
    public static final String OWNER = "tiny_dancer";

    /** What is said while one starts, which takes seconds. */
    public static final String STARTING = "starting PostgreSQL and the engine …";

    static final String HOST = "127.0.0.1";
    private static final String ENGINE_ROLE = "tiny_dancer_engine";

    private final EmbeddedServer server;
    private final Engine engine;
    private final DataSource database;

    private LocalInstance(EmbeddedServer server, Engine engine, DataSource database) {
        this.server = server;
        this.engine = engine;
        this.database = database;
    }

    /**
     * Starts both; returns when SQL calls are answered.
     *
     * @throws CommandException if the engine does not start
     * @throws dev.tinydancer.postgres.embedded.EmbeddedServerException if PostgreSQL does not start
     */
    public static LocalInstance start(LocalInstanceConfig config) throws InterruptedException {
        EmbeddedServer server = EmbeddedServer.start(config.server());
        try {
            prepare(server, config.ownerPassword());
            String enginePassword = Passwords.generate();
            server.setPassword(ENGINE_ROLE, enginePassword);
            Engine engine = Engine.start(engineConfig(server.port(), enginePassword, config.httpPort()));
            try {
                Installer.pointAtEngine(
                        server.superuser(OWNER),
                        new EngineAddress(HOST, engine.address().getPort()));
                return new LocalInstance(server, engine, server.as(OWNER, config.ownerPassword(), OWNER));
            } catch (SQLException | RuntimeException | Error e) {
                engine.close();
                throw e;
            }
        } catch (SQLException | IOException e) {
            server.close();
            throw new CommandException("could not set up the database: " + e.getMessage(), e);
        } catch (InterruptedException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    private static void prepare(EmbeddedServer server, String ownerPassword) throws SQLException {
        DataSource cluster = server.superuser("postgres");
        if (!exists(cluster, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)", OWNER)) {
            execute(cluster, "CREATE ROLE " + OWNER + " LOGIN CREATEROLE");
        }
        server.setPassword(OWNER, ownerPassword);
        if (!exists(cluster, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = ?)", OWNER)) {
            execute(cluster, "CREATE DATABASE " + OWNER + " OWNER " + OWNER);
        }
        DataSource database = server.superuser(OWNER);
        new Installer(database, InstallOptions.defaults()).install();
        execute(database, "GRANT tiny_dancer_user, tiny_dancer_admin TO " + OWNER + " WITH ADMIN OPTION");
        // With TINY_DANCER_PAGE_ROLE=tiny_dancer_admin the page shows kept texts, too.
        execute(database, "GRANT tiny_dancer_admin TO " + ENGINE_ROLE + " WITH INHERIT FALSE");
        execute(database, "ALTER ROLE " + ENGINE_ROLE + " LOGIN");
    }

    private static EngineConfig engineConfig(int databasePort, String password, OptionalInt httpPort)
            throws IOException {
        // The password has no characters that a URL would want encoded.
        String url = "postgresql://%s:%s@%s:%d/%s".formatted(ENGINE_ROLE, password, HOST, databasePort, OWNER);
        Map<String, String> settings = new HashMap<>(Map.of("url", url, "port", "0"));
        httpPort.ifPresent(port -> settings.put("http-port", Integer.toString(port)));
        return EngineConfig.load(settings, System.getenv(), null);
    }

    private static boolean exists(DataSource database, String query, String name) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private static void execute(DataSource database, String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Connections of the users' role to its database. */
    public DataSource database() {
        return database;
    }

    /** PostgreSQL's major version, for example 18. */
    public int postgresVersion() {
        return server.majorVersion();
    }

    int port() {
        return server.port();
    }

    int enginePort() {
        return engine.address().getPort();
    }

    /** Where the page is for a browser on this machine. */
    public static String pageAddress(int httpPort) {
        return "http://" + HOST + ":" + httpPort + "/";
    }

    /** Of the page, health and metrics. */
    public OptionalInt httpPort() {
        return engine.httpAddress().stream()
                .mapToInt(InetSocketAddress::getPort)
                .findFirst();
    }

    /** Stops the engine, then PostgreSQL; returns when both have stopped. */
    @Override
    public void close() {
        try (server) {
            engine.close();
        }
    }
}
