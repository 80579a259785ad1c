package dev.tinydancer.workshop.torture;

import dev.tinydancer.postgres.embedded.EmbeddedServer;
import dev.tinydancer.postgres.embedded.EmbeddedServerConfig;
import dev.tinydancer.postgres.embedded.Installation;
import dev.tinydancer.postgres.embedded.TemporaryDirectory;
import dev.tinydancer.postgres.install.EngineAddress;
import dev.tinydancer.postgres.install.InstallOptions;
import dev.tinydancer.postgres.install.Installer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** A PostgreSQL with Tiny Dancer that can crash and comes back on its port with its data. */
final class FaultyServer implements AutoCloseable {

    private static final String DATABASE = "torture";

    private final TemporaryDirectory directory;
    private final Optional<SmallDisk> disk;
    private final String password = UUID.randomUUID().toString();
    private EmbeddedServer server;

    private FaultyServer(TemporaryDirectory directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.disk = SmallDisk.mount(directory.path().resolve("disk"));
        this.server = start(EmbeddedServerConfig.ANY_PORT);
    }

    static FaultyServer start() throws IOException, SQLException, InterruptedException {
        FaultyServer started = new FaultyServer(TemporaryDirectory.create("tiny-dancer-torture-"));
        try (Connection connection = started.server.superuser("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET max_connections = 800");
            if (started.disk.isPresent()) {
                statement.execute("CREATE TABLESPACE small LOCATION '"
                        + started.disk.get().folder() + "'");
                statement.execute("CREATE DATABASE " + DATABASE + " TABLESPACE small");
            } else {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
        }
        started.restart();
        started.install();
        return started;
    }

    private EmbeddedServer start(int port) {
        return EmbeddedServer.start(new EmbeddedServerConfig(
                Installation.bundled(),
                directory.path().resolve("data"),
                port,
                EmbeddedServerConfig.Durability.DURABLE,
                password));
    }

    /** Installs Tiny Dancer, also over itself. */
    void install() throws SQLException {
        new Installer(superuser(), InstallOptions.defaults()).install();
    }

    void pointAtEngines(String ports) throws SQLException {
        String host = "127.0.0.1";
        Installer.pointAtEngine(
                superuser(), new EngineAddress(host + ("," + host).repeat(ports.split(",", -1).length - 1), ports));
    }

    /** Where engines find it; the password is {@link #password()}. */
    String url() {
        return "postgresql://%s@127.0.0.1:%d/%s".formatted(EmbeddedServer.SUPERUSER, server.port(), DATABASE);
    }

    String password() {
        return password;
    }

    DataSource superuser() {
        return server.superuser(DATABASE);
    }

    DataSource as(String role, String rolePassword) {
        return server.as(role, rolePassword, DATABASE);
    }

    Path folder() {
        return directory.path();
    }

    /** The disk that holds the database, where there is one that can be full. Its WAL is elsewhere. */
    Optional<SmallDisk> disk() {
        return disk;
    }

    /** Stops it in an orderly way, open transactions rolled back, and starts it again. */
    void restart() {
        int port = server.port();
        server.close();
        server = start(port);
    }

    /** Ends it as a crash does ({@code pg_ctl -m immediate}), and starts it again, which recovers from its WAL. */
    void crash() throws IOException, InterruptedException {
        int port = server.port();
        String postmaster = Files.readAllLines(directory.path().resolve("data/postgresql/postmaster.pid"))
                .getFirst()
                .strip();
        new ProcessBuilder("kill", "-QUIT", postmaster).inheritIO().start().waitFor();
        ProcessHandle.of(Long.parseLong(postmaster))
                .ifPresent(process -> process.onExit().join());
        server.close();
        server = start(port);
    }

    @Override
    public void close() {
        try (directory) {
            server.close();
            disk.ifPresent(SmallDisk::close);
        }
    }
}
