package dev.tinydancer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.cli.LauncherProcess;
import dev.tinydancer.cli.terminal.ExitCode;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code up}, {@code down} and {@code status} as real processes. */
@Tag("once")
final class LocalInstanceIT {

    private static final Pattern READY = Pattern.compile("ready: psql \"(postgresql://[^\"]+)\"");
    private static final String REGISTER = """
            SELECT ruvector_register_agent(name := 'gpt-4', agent_type := 'llm', capabilities := ARRAY['code'],
                cost_per_1k_tokens := 0.03, avg_latency_ms := 2500, quality_score := 0.95)
            """;
    private static final String ROUTE = "SELECT agent_name FROM ruvector_route('Write a function')";

    @TempDir
    Path directory;

    private final String port = Integer.toString(freePort());

    @AfterEach
    void stopWhatATestLeft() throws IOException, InterruptedException {
        try (LauncherProcess down = LauncherProcess.start("down", "--data-dir", directory.toString())) {
            assertThat(down.exitCode()).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void up_answersAndStopsOnSigterm_andTheDataSurvives() throws Exception {
        try (LauncherProcess first = up()) {
            String url = url(first.ready());
            assertThat(url).contains(":" + port + "/tiny_dancer?passfile=").doesNotContain("tiny_dancer:");
            assertThat(query(url, REGISTER)).isEqualTo("t");
            assertThat(query(url, ROUTE)).isEqualTo("gpt-4");
            first.terminate();
            assertThat(first.exitCode()).isEqualTo(ExitCode.OK);
        }
        try (LauncherProcess second = up()) {
            assertThat(query(url(second.ready()), ROUTE)).isEqualTo("gpt-4");
            second.interrupt();
            assertThat(second.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(second.err()).doesNotContain("WARNING");
        }
        assertThat(directory.resolve("running.json")).doesNotExist();
        assertThat(directory.resolve("postgresql/postmaster.pid")).doesNotExist();
    }

    @Test
    void up_afterSigkill_takesTheDataOver() throws Exception {
        try (LauncherProcess first = up()) {
            query(url(first.ready()), REGISTER);
            first.kill();
            first.exitCode();
        }
        assertThat(directory.resolve("postgresql/postmaster.pid")).exists();
        try (LauncherProcess second = up()) {
            assertThat(query(url(second.ready()), ROUTE)).isEqualTo("gpt-4");
        }
    }

    @Test
    void up_detached_isSeenByStatusAndStoppedByDown() throws Exception {
        try (LauncherProcess up = up("--detach", "--http-port", "0")) {
            assertThat(up.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(query(url(up.ready()), "SELECT current_user")).isEqualTo("tiny_dancer");
        }
        try (LauncherProcess again = up()) {
            assertThat(again.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(again.err()).contains("already running");
            assertThat(again.ready()).contains(port);
        }
        JsonNode status = status(ExitCode.OK);
        try (LauncherProcess again = up("--detach", "--json")) {
            assertThat(again.exitCode()).isEqualTo(ExitCode.OK);
            JsonNode facts = JsonMapper.shared().readTree(again.out());
            assertThat(facts.get("started").asBoolean()).isFalse();
            assertThat(facts.get("data_dir").asString()).isEqualTo(directory.toString());
            for (String fact : List.of("pid", "version", "url", "port", "engine_port", "http_port", "page")) {
                assertThat(facts.get(fact)).as(fact).isEqualTo(status.get(fact));
            }
            assertThat(again.err()).isEmpty();
        }
        assertThat(status.get("running").asBoolean()).isTrue();
        assertThat(status.get("agents").asInt()).isZero();
        assertThat(status.get("postgresql").asString()).startsWith("18");
        assertThat(readiness(status.get("http_port").asInt())).isEqualTo("ready\n");
        try (LauncherProcess down = LauncherProcess.start("down", "--data-dir", directory.toString())) {
            assertThat(down.exitCode()).isEqualTo(ExitCode.OK);
            assertThat(down.err()).contains("stopped");
        }
        try (LauncherProcess down = LauncherProcess.start("down", "--json", "--data-dir", directory.toString())) {
            assertThat(down.exitCode()).isEqualTo(ExitCode.OK);
            JsonNode result = JsonMapper.shared().readTree(down.out());
            assertThat(result.get("stopped").asBoolean()).isFalse();
            assertThat(result.get("data_dir").asString()).isEqualTo(directory.toString());
        }
        assertThat(status(ExitCode.FAILED).get("running").asBoolean()).isFalse();
    }

    @Test
    void up_onAPortInUse_namesTheFlag_andMakesNothing() throws Exception {
        Path fresh = directory.resolve("fresh");
        try (ServerSocket other = new ServerSocket(Integer.parseInt(port), 1, InetAddress.ofLiteral("127.0.0.1"));
                LauncherProcess up = LauncherProcess.start("up", "--data-dir", fresh.toString(), "--port", port)) {
            assertThat(up.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(up.err())
                    .contains("port " + other.getLocalPort() + " on 127.0.0.1 is in use")
                    .contains("--port");
            assertThat(up.out()).isEmpty();
        }
        assertThat(fresh).doesNotExist();
    }

    @Test
    void owner_isAnOrdinaryRoleThatMayGrantTheUseOfTinyDancer() throws Exception {
        try (LauncherProcess up = up()) {
            String url = url(up.ready());
            assertThat(query(url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("f");
            assertThat(query(url, "SELECT datdba::regrole FROM pg_database WHERE datname = current_database()"))
                    .isEqualTo("tiny_dancer");
            try (Connection connection = connect(url);
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE ROLE app LOGIN IN ROLE tiny_dancer_user");
            }
        }
    }

    /** The whole process: the engine, the sentence model beyond Java's heap, and what installed the schema. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void up_afterBatchesAndEmbeddings_takesLessThan400Megabytes() throws Exception {
        try (LauncherProcess up = up()) {
            String url = url(up.ready());
            query(url, REGISTER);
            query(
                    url,
                    "SELECT count(ruvector_embed('a text of usual length, number ' || n)) FROM generate_series(1, 100) n");
            query(url, "SELECT count(ruvector_embed(repeat('a text without end ', 200))) FROM generate_series(1, 5)");
            for (int batch = 0; batch < 5; batch++) {
                query(url, """
                        SELECT count(*)
                        FROM ruvector_batch_route(ARRAY(SELECT 'request number ' || n FROM generate_series(1, 1000) AS n))""");
            }

            Path status = Path.of("/proc/" + status(ExitCode.OK).get("pid").asLong() + "/status");
            String resident = Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Long.parseLong(resident.replaceAll("\\D", "")))
                    .as(resident)
                    .isLessThan(400_000);
        }
    }

    private LauncherProcess up(String... further) throws IOException {
        String[] arguments = new String[5 + further.length];
        System.arraycopy(new String[] {"up", "--data-dir", directory.toString(), "--port", port}, 0, arguments, 0, 5);
        System.arraycopy(further, 0, arguments, 5, further.length);
        return LauncherProcess.start(arguments);
    }

    private JsonNode status(int exitCode) throws IOException, InterruptedException {
        try (LauncherProcess status = LauncherProcess.start("status", "--json", "--data-dir", directory.toString())) {
            assertThat(status.exitCode()).isEqualTo(exitCode);
            return JsonMapper.shared().readTree(status.out());
        }
    }

    private static String readiness(int httpPort) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + "/health/ready"))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static String url(String readyLine) {
        Matcher matcher = READY.matcher(readyLine);
        assertThat(matcher.matches()).as(readyLine).isTrue();
        return matcher.group(1);
    }

    private static Connection connect(String url) throws IOException, SQLException {
        return DatabaseUrl.parse(url, Map.of()).dataSource().getConnection();
    }

    private static String query(String url, String sql) throws IOException, SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
