package dev.tinydancer.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.testing.Eventually;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The server as PostgreSQL's JDBC driver sees it. */
@Timeout(60)
final class WireServerTest {

    private static final String USER = "engine";
    private static final String PASSWORD = "correct horse";
    private static final int MAX_CONNECTIONS = 3;
    private static final int MAX_MESSAGE_BYTES = 64 * 1024;
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final ScramVerifier VERIFIER = ScramClient.verifierOf(PASSWORD, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});

    private static final RowShape TWO_COLUMNS = RowShape.of("text", "nothing");
    private static final RowShape ECHO = RowShape.of("echo");

    private final CountDownLatch slowQueryRuns = new CountDownLatch(1);
    private final CountDownLatch slowQueryMayEnd = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private WireServer server;

    @BeforeEach
    void start() throws IOException {
        server = WireServer.start(
                new WireConfig(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        null,
                        null,
                        MAX_CONNECTIONS,
                        MAX_MESSAGE_BYTES,
                        Duration.ofSeconds(10),
                        "16.0"),
                user -> user.equals(USER) ? Optional.of(VERIFIER) : Optional.empty(),
                user -> this::answer);
    }

    @AfterEach
    void stop() throws InterruptedException {
        slowQueryMayEnd.countDown();
        server.close(GRACE);
        threads.shutdownNow();
    }

    /** A session that does what the query's first word says. */
    private void answer(byte[] query, int offset, int length, ResultWriter result) throws InterruptedException {
        String text = new String(query, offset, length, StandardCharsets.UTF_8);
        switch (text.split(" ", 2)[0]) {
            case "row" -> {
                result.rows(TWO_COLUMNS);
                result.row();
                result.text("žlutý 馬 🐎");
                result.text(null);
            }
            case "two" -> {
                result.rows(ECHO);
                result.row();
                result.text("first");
                result.rows(ECHO);
            }
            case "slow" -> {
                slowQueryRuns.countDown();
                slowQueryMayEnd.await();
                result.rows(ECHO);
            }
            case "refuse" -> {
                result.rows(ECHO);
                result.row();
                throw new EngineException(SqlState.NO_AGENT_FITS, "no agent fits", "all were too dear", "pay more");
            }
            case "break" -> throw new IllegalStateException("secret text of the request");
            case "incomplete" -> {
                result.rows(TWO_COLUMNS);
                result.row();
                result.text("alone");
            }
            default -> {
                result.rows(ECHO);
                result.row();
                result.text(text);
            }
        }
    }

    @Test
    void connect_besideAThousandThatOnlyBegin_succeeds() throws Exception {
        List<RawClient> flood = new ArrayList<>();
        try {
            for (int i = 0; i < 1_064; i++) {
                RawClient client = new RawClient(server.address());
                flood.add(client);
                client.sendStartup(
                        StartupPacket.MAJOR_VERSION << Short.SIZE,
                        ("user\0" + USER + "\0\0").getBytes(StandardCharsets.US_ASCII));
            }
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                assertThat(first(statement.executeQuery("hello"))).isEqualTo("hello");
            }
        } finally {
            for (RawClient client : flood) {
                client.close();
            }
        }
    }

    @Test
    void query_textAndNull_arriveAsWritten() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("row")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString("text")).isEqualTo("žlutý 馬 🐎");
            assertThat(rows.getObject("nothing")).isNull();
            assertThat(rows.getMetaData().getColumnTypeName(1)).isEqualTo("text");
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void query_twoRowSets_arriveInOrder() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("two")).isTrue();
            assertThat(first(statement.getResultSet())).isEqualTo("first");
            assertThat(statement.getMoreResults()).isTrue();
            assertThat(statement.getResultSet().next()).isFalse();
            assertThat(statement.getMoreResults()).isFalse();
        }
    }

    @Test
    void query_refused_carriesEveryField_andTheNextOneWorks() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            ServerErrorMessage error = failure(statement, "refuse");
            assertThat(error.getSQLState()).isEqualTo("TD404");
            assertThat(error.getSeverity()).isEqualTo("ERROR");
            assertThat(error.getMessage()).isEqualTo("no agent fits");
            assertThat(error.getDetail()).isEqualTo("all were too dear");
            assertThat(error.getHint()).isEqualTo("pay more");
            assertThat(echo(statement, "again")).isEqualTo("again");
        }
    }

    @Test
    void query_fault_tellsAReferenceAndNothingElse() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            ServerErrorMessage error = failure(statement, "break");
            assertThat(error.getSQLState()).isEqualTo("TD500");
            assertThat(error.getMessage()).matches("fault in the engine, reference [0-9a-f]{8}");
            assertThat(error.toString()).doesNotContain("secret");
            assertThat(failure(statement, "incomplete").getSQLState()).isEqualTo("TD500");
            assertThat(echo(statement, "again")).isEqualTo("again");
        }
    }

    @Test
    void query_longerThanTheBound_isRefusedAndTheNextOneWorks() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            String fits = "x".repeat(MAX_MESSAGE_BYTES - 5);
            assertThat(echo(statement, fits)).isEqualTo(fits);
            ServerErrorMessage error = failure(statement, fits + "x");
            assertThat(error.getSQLState()).isEqualTo("54000");
            assertThat(error.getMessage()).contains("65537").contains("65536");
            assertThat(error.getHint()).contains("max-message-bytes");
            assertThat(failure(statement, "x".repeat(5_000_000)).getSQLState()).isEqualTo("54000");
            assertThat(echo(statement, "again")).isEqualTo("again");
        }
    }

    @Test
    void query_empty_isAnsweredAsEmpty() throws SQLException {
        try (Connection connection = connect()) {
            assertThat(connection.isValid(10)).isTrue();
        }
    }

    @Test
    void extendedProtocol_isRefusedWithAHint() throws SQLException {
        Properties properties = properties();
        properties.setProperty("preferQueryMode", "extended");
        properties.setProperty("assumeMinServerVersion", "9.0");
        try (Connection connection = DriverManager.getConnection(url(), properties);
                Statement statement = connection.createStatement()) {
            ServerErrorMessage error = failure(statement, "echo");
            assertThat(error.getSQLState()).isEqualTo("0A000");
            assertThat(error.getHint()).contains("preferQueryMode=simple");
            assertThat(failure(statement, "echo").getSQLState()).isEqualTo("0A000");
        }
    }

    @Test
    void startup_wrongPassword_andUnknownUser_areToldTheSame() {
        assertThat(refusal(USER, "wrong"))
                .isEqualTo("28P01: FATAL: password authentication failed for user \"engine\"");
        assertThat(refusal("nobody", PASSWORD))
                .isEqualTo("28P01: FATAL: password authentication failed for user \"nobody\"");
    }

    @Test
    void startup_beyondTheLastConnection_isRefused_untilOneLeaves() throws SQLException {
        List<Connection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < MAX_CONNECTIONS; i++) {
                connections.add(connect());
            }
            assertThat(server.sessionCount()).isEqualTo(MAX_CONNECTIONS);
            assertThat(refusal(USER, PASSWORD)).startsWith("53300: FATAL: the engine has all of its 3 connections");
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
        Eventually.succeeds(() -> connect().close());
    }

    @Test
    void startup_wrongPasswords_keepNoSessionSlot() throws SQLException {
        for (int i = 0; i < 2 * MAX_CONNECTIONS; i++) {
            assertThat(refusal(USER, "wrong")).startsWith("28P01");
        }
        Eventually.succeeds(() -> connect().close());
    }

    @Test
    void cancel_endsTheQuery_andTheNextOneWorks() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            CompletableFuture<ServerErrorMessage> error =
                    CompletableFuture.supplyAsync(() -> failure(statement, "slow"), threads);
            assertThat(slowQueryRuns.await(30, TimeUnit.SECONDS)).isTrue();
            statement.cancel();
            assertThat(error.get(30, TimeUnit.SECONDS).getSQLState()).isEqualTo("57014");
            assertThat(echo(statement, "again")).isEqualTo("again");
        }
    }

    @Test
    void cancel_whenIdle_changesNothing() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThat(echo(statement, "before")).isEqualTo("before");
            statement.cancel();
            assertThat(echo(statement, "after")).isEqualTo("after");
        }
    }

    @Test
    void close_finishesTheQueryInFlight_andClosesIdleConnections() throws Exception {
        try (Connection idle = connect();
                Connection busy = connect();
                Statement slow = busy.createStatement()) {
            CompletableFuture<Boolean> answered = CompletableFuture.supplyAsync(() -> execute(slow, "slow"), threads);
            assertThat(slowQueryRuns.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(this::close, threads);
            Eventually.succeeds(
                    () -> assertThatThrownBy(() -> connect().close()).isInstanceOf(SQLException.class));
            Eventually.succeeds(() -> assertThat(idle.isValid(10)).isFalse());
            assertThat(closed).isNotDone();
            slowQueryMayEnd.countDown();
            assertThat(answered.get(30, TimeUnit.SECONDS)).isTrue();
            closed.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void close_afterTheGrace_interruptsTheQuery() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            CompletableFuture<ServerErrorMessage> error =
                    CompletableFuture.supplyAsync(() -> failure(statement, "slow"), threads);
            assertThat(slowQueryRuns.await(30, TimeUnit.SECONDS)).isTrue();
            server.close(Duration.ofMillis(1));
            assertThat(error.get(30, TimeUnit.SECONDS).getSQLState()).isEqualTo("57P01");
        }
    }

    @Test
    void set_clientEncoding_changesTextBothWays() throws SQLException {
        Properties properties = properties();
        properties.setProperty("allowEncodingChanges", "true");
        try (Connection connection = DriverManager.getConnection(url(), properties);
                Statement statement = connection.createStatement()) {
            statement.execute("set client_encoding to 'LATIN1'");
            assertThat(echo(statement, "é ÿ")).isEqualTo("é ÿ");
            assertThat(failure(statement, "row").getSQLState()).isEqualTo("22P05");
            statement.execute("SET client_encoding = 'UTF8'");
            assertThat(echo(statement, "馬")).isEqualTo("馬");
            assertThat(failure(statement, "SET client_encoding = 'KLINGON'").getMessage())
                    .isEqualTo("invalid value for parameter \"client_encoding\": \"KLINGON\"");
        }
    }

    @Test
    void set_knownParameter_isAccepted_andAnUnknownOneRefused() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            assertThat(statement.execute("SET extra_float_digits = 3")).isFalse();
            assertThat(statement.execute("set application_name = 'x y'")).isFalse();
            assertThat(failure(statement, "SET nonsense = 1").getSQLState()).isEqualTo("42704");
            assertThat(failure(statement, "SET nonsense").getSQLState()).isEqualTo("42601");
        }
    }

    private void close() {
        try {
            server.close(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url(), properties());
    }

    private String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.address().getPort() + "/any";
    }

    private static Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", PASSWORD);
        properties.setProperty("preferQueryMode", "simple");
        return properties;
    }

    private String refusal(String user, String password) {
        Properties properties = properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        try (Connection connection = DriverManager.getConnection(url(), properties)) {
            return "accepted: " + connection;
        } catch (SQLException e) {
            return e.getSQLState() + ": " + e.getMessage();
        }
    }

    private static String echo(Statement statement, String text) throws SQLException {
        try (ResultSet rows = statement.executeQuery(text)) {
            return first(rows);
        }
    }

    private static String first(ResultSet rows) throws SQLException {
        assertThat(rows.next()).isTrue();
        return rows.getString(1);
    }

    private static boolean execute(Statement statement, String query) {
        try {
            return statement.execute(query);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static ServerErrorMessage failure(Statement statement, String query) {
        try {
            statement.execute(query);
        } catch (PSQLException e) {
            ServerErrorMessage message = e.getServerErrorMessage();
            if (message != null) {
                return message;
            }
            throw new AssertionError(e);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("query succeeded: " + query);
    }
}
