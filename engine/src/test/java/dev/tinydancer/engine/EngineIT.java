package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine as those see it who run it. */
@Timeout(120)
final class EngineIT {

    private static final String ROUTE = "SELECT agent_name FROM ruvector_route('Hello')";

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database, Map.of("http-port", "0", "max-connections", "5"));

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void http_tellsThatItIsReady() throws Exception {
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").body()).isEqualTo("ready\n");
    }

    @Test
    void metrics_countCallsByVerbAndState() throws Exception {
        try (Connection connection = database.connect()) {
            SqlFailure.of(connection, "SELECT * FROM ruvector_route('Hello', required_capabilities := '{unheard of}')");
            Rows.first(connection, "SELECT version FROM ruvector_engine_status()");
            assertThat(get("/metrics").body())
                    .contains("tinydancer_calls_seconds_count{sqlstate=\"TD404\",verb=\"route\"}")
                    .contains("tinydancer_calls_seconds_count{sqlstate=\"00000\",verb=\"status\"}")
                    .contains("tinydancer_calls_seconds_bucket")
                    .contains("tinydancer_log_queue 0.0")
                    .containsPattern("tinydancer_connections [1-9]");
        }
    }

    @Test
    void cancelledBatch_endsInTheEngine_andReservesNothing() throws Exception {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, """
                    SELECT ruvector_register_agent('cancelled', 'llm', ARRAY['a'], cost_per_call := 0.001,
                                                   avg_latency_ms := 1, quality_score := 1);
                    -- So that a batch takes seconds on any machine.
                    SELECT ruvector_register_agent('other ' || n, 'llm', ARRAY['a'], cost_per_call := 1,
                                                   avg_latency_ms := 1000, quality_score := 0.1)
                    FROM generate_series(1, 400) AS n;
                    SELECT ruvector_set_budget('all', 1000)""");
            Rows.first(connection, ROUTE);
            Rows.execute(connection, "SET tiny_dancer.log_decisions = off");
            for (String target : List.of("balanced", "total_cost")) {
                double before = cancelledBatches();
                // How long it takes until the engine has the texts depends on what else the machine does.
                for (int millis = 500; cancelledBatches() == before; millis *= 2) {
                    Rows.execute(connection, "SET statement_timeout = " + millis);
                    assertThat(SqlFailure.of(connection, """
                            SELECT count(*) FROM ruvector_batch_route(
                                array_fill(repeat(md5('any') || ' ', 130), ARRAY[1000]), '%s')
                            """.formatted(target)).getSQLState())
                            .isEqualTo("57014");
                    Thread.sleep(500);
                }
                assertThat(Rows.first(connection, ROUTE)).containsExactly("cancelled");
            }
            Rows.execute(connection, "RESET statement_timeout");
            // What was routed alone.
            assertThat(Rows.first(connection, "SELECT count(*) FROM tiny_dancer.reservation"))
                    .containsExactly("3");
            Rows.execute(connection, """
                    SELECT ruvector_remove_budget('all');
                    SELECT ruvector_remove_agent(name) FROM ruvector_list_agents()""");
        }
    }

    private double cancelledBatches() throws Exception {
        String name = "tinydancer_calls_seconds_count{sqlstate=\"57014\",verb=\"batch_route\"} ";
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .sum();
    }

    @Test
    void catalog_followsNoticesWithoutAnyCall() throws Exception {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, """
                    SELECT ruvector_register_agent('noticed', 'llm', ARRAY['a'], avg_latency_ms := 1, quality_score := 1)""");
            String version = Rows.first(
                            connection, "SELECT version FROM tiny_dancer.catalog_version WHERE tenant = 'default'")
                    .getFirst();
            Eventually.succeeds(
                    () -> assertThat(get("/metrics").body()).contains("tinydancer_catalog_version " + version + ".0"));
        }
    }

    @Test
    void newSecrets_areTakenUpByOpenAndNewSessions() throws Exception {
        try (Connection open = database.connect()) {
            Rows.execute(open, """
                    SELECT ruvector_register_agent('any', 'llm', ARRAY['a'], avg_latency_ms := 1, quality_score := 1)""");
            Rows.first(open, ROUTE);
            Rows.execute(open, "SELECT tiny_dancer.rotate_engine_credential()");
            Rows.first(open, ROUTE);
            try (Connection fresh = database.connect()) {
                Rows.first(fresh, ROUTE);
            }
        }
    }

    @Test
    void sessionsBeyondTheBound_areToldSo() throws Exception {
        List<Connection> connections = new ArrayList<>();
        try {
            Eventually.succeeds(() -> assertThat(get("/metrics").body()).contains("tinydancer_connections 0.0"));
            for (int i = 0; i < 5; i++) {
                connections.add(database.connect());
                Rows.first(connections.getLast(), "SELECT version FROM ruvector_engine_status()");
            }
            connections.add(database.connect());
            assertThat(SqlFailure.of(connections.getLast(), "SELECT version FROM ruvector_engine_status()")
                            .getDetail())
                    .contains("all of its 5 connections");
        } finally {
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    @Test
    void start_withoutAnInstallation_saysWhatToDo() throws Exception {
        DatabaseUrl url = database.engineUrl();
        DatabaseUrl elsewhere = new DatabaseUrl(url.hosts(), "postgres", url.user(), url.password(), Map.of());
        assertThatThrownBy(() -> Engine.start(TestEngine.config(elsewhere, Map.of())))
                .isInstanceOf(EngineStartException.class)
                .hasMessageContaining("Tiny Dancer is not installed in postgresql://")
                .hasMessageContaining("tiny-dancer install");
    }

    @Test
    void start_withAWrongPassword_repeatsNoPassword() throws Exception {
        DatabaseUrl url = database.engineUrl();
        DatabaseUrl wrong = new DatabaseUrl(url.hosts(), url.database(), url.user(), Optional.of("sesame"), Map.of());
        assertThatThrownBy(() -> Engine.start(TestEngine.config(wrong, Map.of())))
                .isInstanceOf(EngineStartException.class)
                .hasMessageContaining("cannot connect to postgresql://" + url.user())
                .hasMessageNotContaining("sesame");
    }

    @Test
    void start_withoutRights_namesTheGrant() throws Exception {
        DatabaseUrl url = database.engineUrl();
        database.execute("REVOKE tiny_dancer_engine FROM " + url.user());
        assertThatThrownBy(() -> Engine.start(TestEngine.config(url, Map.of())))
                .isInstanceOf(EngineStartException.class)
                .hasMessageContaining("GRANT tiny_dancer_engine");
    }

    @Test
    void start_atATakenPort_namesIt_andLeavesNothingRunning() throws Exception {
        String port = Integer.toString(engine.engine().address().getPort());
        DatabaseUrl url = database.engineUrl();
        assertThatThrownBy(() -> Engine.start(TestEngine.config(url, Map.of("port", port))))
                .isInstanceOf(EngineStartException.class)
                .hasMessageStartingWith("cannot listen at 127.0.0.1:" + port + ":")
                .hasMessageContaining("the setting port");
        try (Connection connection = database.connect()) {
            Eventually.succeeds(() -> assertThat(Rows.first(
                            connection, "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + url.user() + "'"))
                    .containsExactly("0"));
        }
    }

    private HttpResponse<String> get(String path) throws Exception {
        InetSocketAddress address = engine.engine().httpAddress().orElseThrow();
        URI uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
