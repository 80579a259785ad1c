package dev.tinydancer.benchmark.sql;

import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.Installation;
import dev.tinydancer.postgres.embedded.TemporaryDirectory;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.Installer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;

/** A PostgreSQL with its ordinary settings in a temporary directory, in which Tiny Dancer is installed. */
final class BenchmarkedServer implements AutoCloseable {

    static final String HOST = "127.0.0.1";

    private static final String DATABASE = "postgres";

    private final TemporaryDirectory directory;
    private final EmbeddedServer server;
    private final String password;

    private BenchmarkedServer(TemporaryDirectory directory, EmbeddedServer server, String password) {
        this.directory = directory;
        this.server = server;
        this.password = password;
    }

    static BenchmarkedServer start() throws IOException, SQLException {
        TemporaryDirectory directory = TemporaryDirectory.create("tiny-dancer-benchmark-");
        try {
            return start(directory);
        } catch (SQLException | RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    private static BenchmarkedServer start(TemporaryDirectory directory) throws SQLException {
        String password = UUID.randomUUID().toString();
        EmbeddedServer server = EmbeddedServer.start(new EmbeddedServerConfig(
                Installation.bundled(),
                directory.path(),
                EmbeddedServerConfig.ANY_PORT,
                EmbeddedServerConfig.Durability.DURABLE,
                password));
        try {
            new Installer(server.superuser(DATABASE), InstallOptions.defaults()).install();
            return new BenchmarkedServer(directory, server, password);
        } catch (SQLException | RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** Connections of the superuser. */
    DataSource superuser() {
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

    @Override
    public void close() {
        try (directory) {
            server.close();
        }
    }
}
