package dev.tinydancer.benchmark.sql;

import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.Installation;
import dev.tinydancer.postgres.embedded.TemporaryDirectory;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.Installer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A PostgreSQL with its ordinary settings, but for how many may connect, in a temporary directory, in which Tiny Dancer is
 * installed.
 */
public final class BenchmarkedServer implements AutoCloseable {

    /** Where it listens. */
    public static final String HOST = "127.0.0.1";

    private static final int DEFAULT_CONNECTIONS = 100;
    private static final String DATABASE = "postgres";

    private final TemporaryDirectory directory;
    private final EmbeddedServer server;
    private final String password;

    private BenchmarkedServer(TemporaryDirectory directory, EmbeddedServer server, String password) {
        this.directory = directory;
        this.server = server;
        this.password = password;
    }

    /** Starts one for as many connections as PostgreSQL takes by default. */
    static BenchmarkedServer start() throws IOException, SQLException {
        return start(DEFAULT_CONNECTIONS);
    }

    /**
     * Starts one and installs.
     *
     * @param connections that it takes at a time, at least 1
     * @throws IOException if there is no place for its data
     * @throws SQLException if it cannot be installed in
     */
    public static BenchmarkedServer start(int connections) throws IOException, SQLException {
        TemporaryDirectory directory = TemporaryDirectory.create("tiny-dancer-benchmark-");
        try {
            return start(directory, connections);
        } catch (SQLException | RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    private static BenchmarkedServer start(TemporaryDirectory directory, int connections) throws SQLException {
        String password = UUID.randomUUID().toString();
        EmbeddedServerConfig config = new EmbeddedServerConfig(
                Installation.bundled(),
                directory.path(),
                EmbeddedServerConfig.ANY_PORT,
                EmbeddedServerConfig.Durability.DURABLE,
                password);
        if (connections != DEFAULT_CONNECTIONS) {
            allowConnections(config, connections);
        }
        EmbeddedServer server = EmbeddedServer.start(config);
        try {
            new Installer(server.superuser(DATABASE), InstallOptions.defaults()).install();
            return new BenchmarkedServer(directory, server, password);
        } catch (SQLException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    private static void allowConnections(EmbeddedServerConfig config, int connections) throws SQLException {
        try (EmbeddedServer server = EmbeddedServer.start(config);
                Connection connection = server.superuser(DATABASE).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET max_connections = " + connections);
        }
    }

    /** Connections of the superuser. */
    public DataSource superuser() {
        return server.superuser(DATABASE);
    }

    /** A connection of the superuser. */
    Connection connect() throws SQLException {
        return superuser().getConnection();
    }

    /** Address and login of the superuser. */
    String url() {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(EmbeddedServer.SUPERUSER, password, HOST, server.port(), DATABASE);
    }

    /** Where an engine in a process of its own finds it; the password is {@link #password()}. */
    public String urlWithoutPassword() {
        return "postgresql://%s@%s:%d/%s".formatted(EmbeddedServer.SUPERUSER, HOST, server.port(), DATABASE);
    }

    /** Of the superuser. */
    public String password() {
        return password;
    }

    /** Where what belongs to it can be written; goes with it. */
    public Path folder() {
        return directory.path();
    }

    @Override
    public void close() {
        try (directory) {
            server.close();
        }
    }
}
