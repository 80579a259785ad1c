package dev.tinydancer.postgres.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.postgres.embedded.EmbeddedServerConfig.Durability;
import dev.tinydancer.postgres.testing.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("once")
final class EmbeddedServerIT {

    private static final String PASSWORD = "secret";
    private static final Installation INSTALLATION = TestServer.installation();

    @TempDir
    Path directory;

    @Test
    void start_takesOnlyThePasswordAndOnlyLocally() throws SQLException {
        try (EmbeddedServer server = start()) {
            assertThat(query(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(query(server, "SHOW server_version")).startsWith(Integer.toString(server.majorVersion()));
            assertThatThrownBy(() -> server.as(EmbeddedServer.SUPERUSER, "wrong", "postgres")
                            .getConnection())
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refusal -> assertThat(refusal.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void start_withData_keepsIt() throws SQLException {
        EmbeddedServerConfig config = config(Durability.DURABLE);
        try (EmbeddedServer server = EmbeddedServer.start(config)) {
            assertThat(query(server, "SHOW fsync")).isEqualTo("on");
            assertThat(query(server, "SHOW synchronous_commit")).isEqualTo("on");
            execute(server, "CREATE TABLE kept AS SELECT 7 AS value");
        }
        try (EmbeddedServer server = EmbeddedServer.start(config)) {
            assertThat(query(server, "SELECT value FROM kept")).isEqualTo("7");
        }
    }

    @Test
    void start_whereAnotherServerRunsInTheDirectory_isRefused() {
        EmbeddedServer first = start();
        try (first) {
            assertThatThrownBy(this::start)
                    .isInstanceOf(EmbeddedServerException.class)
                    .hasMessage(directory + " is in use by another running server");
        }
    }

    @Test
    void start_whereAKilledOwnerLeftItsServer_stopsThatFirst() throws SQLException {
        Cluster orphan = new Cluster(INSTALLATION, directory);
        orphan.initialiseIfMissing(PASSWORD, Durability.FLEETING);
        int port = freePort();
        orphan.start(port, Durability.FLEETING);

        try (EmbeddedServer server = EmbeddedServer.start(
                new EmbeddedServerConfig(INSTALLATION, directory, port, Durability.FLEETING, PASSWORD))) {
            assertThat(query(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void start_whereAStrangerHasTheNumberOfTheDeadServer_leavesTheStrangerAlone() throws SQLException, IOException {
        start().close();
        // This very process: the test would not live to see the failure.
        Files.writeString(
                directory.resolve("postgresql/postmaster.pid"),
                ProcessHandle.current().pid() + "\n");

        try (EmbeddedServer server = start()) {
            assertThat(query(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void start_onAPortInUse_namesIt() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            EmbeddedServerConfig config = new EmbeddedServerConfig(
                    INSTALLATION, directory, other.getLocalPort(), Durability.FLEETING, PASSWORD);

            assertThatThrownBy(() -> EmbeddedServer.start(config))
                    .isInstanceOf(PortInUseException.class)
                    .hasMessage("port " + other.getLocalPort() + " on 127.0.0.1 is in use by another program");
        }
        start().close();
    }

    @Test
    void start_withBrokenSettings_showsTheServersOwnMessage() throws IOException {
        start().close();
        Files.writeString(directory.resolve("postgresql/postgresql.auto.conf"), "shared_buffers = nonsense\n");

        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("invalid value for parameter \"shared_buffers\"");
    }

    @Test
    void start_withDataOfAnotherVersion_namesBoth() throws IOException {
        start().close();
        Files.writeString(directory.resolve("postgresql/PG_VERSION"), "9\n");

        assertThatThrownBy(this::start)
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageContaining("made by PostgreSQL 9")
                .hasMessageContaining("PostgreSQL " + INSTALLATION.majorVersion());
    }

    @Test
    void start_inADirectoryLongerThanASocketsPath() throws SQLException {
        Path deep = directory.resolve("d".repeat(120)).resolve("with spaces and 'quotes'");

        try (EmbeddedServer server =
                EmbeddedServer.start(EmbeddedServerConfig.fleeting(INSTALLATION, deep, PASSWORD))) {
            assertThat(query(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void close_leavesOnlyDataLogAndLock() throws IOException {
        start().close();

        try (Stream<Path> files = Files.list(directory)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            assertThat(names).containsExactly("postgresql", "postgresql.lock", "postgresql.log");
        }
    }

    @Test
    void endOfTheProcess_stopsTheServer_andDeletesItsTemporaryDirectory() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeftServer.class.getName(),
                        INSTALLATION.directory().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            Path left = Path.of(output.readLine());
            long postmaster = Long.parseLong(output.readLine());
            assertThat(left).isDirectory();
            assertThat(isRunning(postmaster)).isTrue();

            process.destroy();

            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(left).doesNotExist();
            assertThat(isRunning(postmaster)).isFalse();
        } finally {
            process.destroyForcibly();
        }
    }

    /** Of one that has ended and that nobody has asked about, the system still knows the number. */
    private static boolean isRunning(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .isPresent();
    }

    /** A program that closes nothing. */
    static final class LeftServer {

        private LeftServer() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            TemporaryDirectory directory = TemporaryDirectory.create("tiny-dancer-test-");
            EmbeddedServer server = EmbeddedServer.start(
                    EmbeddedServerConfig.fleeting(new Installation(Path.of(arguments[0])), directory.path(), PASSWORD));
            System.out.println(directory.path());
            System.out.println(Files.readAllLines(directory.path().resolve("postgresql/postmaster.pid"))
                    .getFirst());
            Thread.currentThread().join();
            server.close();
        }
    }

    private EmbeddedServer start() {
        return EmbeddedServer.start(config(Durability.FLEETING));
    }

    private EmbeddedServerConfig config(Durability durability) {
        return new EmbeddedServerConfig(INSTALLATION, directory, EmbeddedServerConfig.ANY_PORT, durability, PASSWORD);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void execute(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.superuser("postgres").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.superuser("postgres").getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
