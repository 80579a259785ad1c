package dev.tinydancer.workshop.torture;

import dev.tinydancer.postgres.embedded.DirectoryTree;
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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** A PostgreSQL with Tiny Dancer that can crash and comes back on its port with its data. */
final class FaultyServer implements AutoCloseable {

    private static final String DATABASE = "torture";

    private static final int FIRST_WITH_BACKUP_FUNCTIONS = 15;
    private static final Duration SYNCHRONOUS = Duration.ofMinutes(1);

    private final TemporaryDirectory directory;
    private final Optional<SmallDisk> disk;
    private final String password = UUID.randomUUID().toString();
    private EmbeddedServer server;
    private int generation;

    private FaultyServer(TemporaryDirectory directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.disk = SmallDisk.mount(directory.path().resolve("disk"));
        this.server = start(0, EmbeddedServerConfig.ANY_PORT);
    }

    static FaultyServer start() throws IOException, SQLException, InterruptedException {
        FaultyServer started = new FaultyServer(TemporaryDirectory.create("tiny-dancer-torture-"));
        try (Connection connection = started.server.superuser("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET max_connections = 800");
            if (started.disk.isPresent()) {
                Path space = Files.createDirectory(started.space(0).orElseThrow());
                statement.execute("CREATE TABLESPACE small LOCATION '" + space + "'");
                statement.execute("CREATE DATABASE " + DATABASE + " TABLESPACE small");
            } else {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
        }
        started.restart();
        started.install();
        return started;
    }

    /** The folder of a server's data: with each failover begins another generation. */
    private Path data(int which) {
        return directory.path().resolve("data-" + which);
    }

    /** The folder of what lies on the disk that can be full. */
    private Optional<Path> space(int which) {
        return disk.map(small -> small.folder().resolve("space-" + which));
    }

    private EmbeddedServer start(int which, int port) {
        return EmbeddedServer.start(new EmbeddedServerConfig(
                Installation.bundled(), data(which), port, EmbeddedServerConfig.Durability.DURABLE, password));
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
        server = start(generation, port);
    }

    /** Ends it as a crash does ({@code pg_ctl -m immediate}), and starts it again, which recovers from its WAL. */
    void crash() throws IOException, InterruptedException {
        int port = server.port();
        quit();
        server = start(generation, port);
    }

    private void quit() throws IOException, InterruptedException {
        String postmaster = Files.readAllLines(data(generation).resolve("postgresql/postmaster.pid"))
                .getFirst()
                .strip();
        new ProcessBuilder("kill", "-QUIT", postmaster).inheritIO().start().waitFor();
        ProcessHandle.of(Long.parseLong(postmaster))
                .ifPresent(process -> process.onExit().join());
        server.close();
    }

    /** Whether this PostgreSQL can be copied while it runs by functions of that name, 15 and later. */
    boolean canFailOver() {
        return server.majorVersion() >= FIRST_WITH_BACKUP_FUNCTIONS;
    }

    /**
     * Makes a standby and has commits wait for it. It is not there for sessions before {@link #failOver}.
     *
     * @return the standby
     */
    EmbeddedServer makeStandby() throws IOException, SQLException, InterruptedException {
        int next = generation + 1;
        Files.createDirectory(data(next));
        EmbeddedServer standby;
        try (Connection connection = server.superuser("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            new BaseBackup(data(generation).resolve("postgresql"), space(generation))
                    .copyTo(
                            data(next).resolve("postgresql"),
                            space(next),
                            connection,
                            "host=127.0.0.1 port=%d user=%s password=%s"
                                    .formatted(server.port(), EmbeddedServer.SUPERUSER, password));
            standby = start(next, EmbeddedServerConfig.ANY_PORT);
            statement.execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
            statement.execute("SELECT pg_reload_conf()");
            long end = System.nanoTime() + SYNCHRONOUS.toNanos();
            while (!isSynchronous(statement)) {
                if (System.nanoTime() - end >= 0) {
                    standby.close();
                    throw new IllegalStateException("the standby is not synchronous: " + standby.logFile());
                }
                Thread.sleep(50);
            }
        }
        return standby;
    }

    private static boolean isSynchronous(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")) {
            return row.next() && row.getInt(1) == 1;
        }
    }

    /** Ends the server as a crash does, makes the standby a primary, and gives it the address of the other. */
    void failOver(EmbeddedServer standby) throws IOException, SQLException, InterruptedException {
        int port = server.port();
        quit();
        // Not before it is a primary: whoever came earlier would be told that all is read-only.
        try (Connection connection = standby.superuser("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_promote()");
        } finally {
            standby.close();
        }
        int before = generation++;
        server = start(generation, port);
        DirectoryTree.deleteIfExists(data(before));
        if (disk.isPresent()) {
            DirectoryTree.deleteIfExists(space(before).orElseThrow());
        }
    }

    @Override
    public void close() {
        try (directory) {
            server.close();
            disk.ifPresent(SmallDisk::close);
        }
    }
}
