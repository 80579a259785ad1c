package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Tenants that ask nothing are forgotten, and their next call is answered as if they had not been. */
@Tag("once")
@Timeout(180)
final class IdleTenantsIT {

    private static final String REQUEST = "Translate this paragraph into German";

    private static final Map<String, String> SETTINGS =
            Map.of("outcome-poll-interval-ms", "20", "tenants-kept-s", "1", "http-port", "0");

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database, SETTINGS);

    /** Of a tenant that asks after the others, for the one that asked last stays. */
    private static Connection another;

    @BeforeAll
    static void makeAnotherTenant() throws SQLException {
        another = database.connectAsUser();
        String role = Rows.first(another, "SELECT session_user").getFirst();
        database.execute("SELECT tiny_dancer.assign_tenant('" + role + "', 'another')");
    }

    @AfterAll
    static void closeConnection() throws SQLException {
        another.close();
    }

    @BeforeEach
    void registerAgents() throws SQLException {
        database.execute("DELETE FROM tiny_dancer.agent");
        try (Connection connection = database.connect()) {
            register(connection, "first");
            register(connection, "second");
        }
        database.execute("""
                INSERT INTO tiny_dancer.agent (tenant, name, agent_type, capabilities, avg_latency_ms, quality_score)
                VALUES ('another', 'any', 'llm', '{x}', 1, 1)""");
    }

    @Test
    void nextCall_knowsItsOutcomes() throws Exception {
        try (Connection connection = database.connect()) {
            for (int i = 0; i < 6; i++) {
                record(connection, "first", false);
                record(connection, "second", true);
            }
            // On a machine that does much else, not the first one.
            Eventually.succeeds(() -> {
                awaitForgotten();
                assertThat(Rows.first(
                                connection,
                                "SELECT agent_name, reasoning FROM ruvector_route('" + REQUEST + "', 'quality')"))
                        .satisfiesExactly(
                                agent -> assertThat(agent).isEqualTo("second"),
                                reasoning -> assertThat(reasoning).contains("6 similar requests, 6 good"));
            });
        }
    }

    @Test
    void lastCaller_keepsItsOutcomes() throws Exception {
        try (Connection connection = database.connect()) {
            record(connection, "first", true);
            Eventually.succeeds(() -> assertThat(metric(engine.engine(), "tinydancer_evidence_outcomes"))
                    .isPositive());
            // Three times as long as a tenant is kept, and longer than it takes to look who is idle.
            Thread.sleep(3_000);
            assertThat(metric(engine.engine(), "tinydancer_evidence_outcomes")).isPositive();
        }
    }

    @Test
    void nextCall_seesWhatHasChangedMeanwhile_andWhatItsOwnTransactionHas() throws Exception {
        try (Connection connection = database.connect();
                Connection other = database.connect()) {
            assertThat(route(connection)).isIn("first", "second");
            awaitForgotten();
            Rows.execute(other, "SELECT ruvector_remove_agent('second')");
            assertThat(route(connection)).isEqualTo("first");
            awaitForgotten();

            connection.setAutoCommit(false);
            register(connection, "mine");
            Rows.execute(connection, "SELECT ruvector_remove_agent('first')");
            assertThat(route(connection)).isEqualTo("mine");
            awaitForgotten();
            assertThat(route(connection)).isEqualTo("mine");
            connection.rollback();
            awaitForgotten();
            assertThat(route(connection)).isEqualTo("first");
        }
    }

    @Test
    void nextCall_keepsItsBudgets() throws Exception {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "SELECT ruvector_set_budget('user:ann', 0.000001, 'total')");
            awaitForgotten();
            assertThat(SqlFailure.of(connection, "SELECT ruvector_route('" + REQUEST + "', tags := '{user:ann}')")
                            .getSQLState())
                    .isEqualTo("TD402");
            assertThat(route(connection)).isIn("first", "second");
        } finally {
            database.execute("DELETE FROM tiny_dancer.budget");
        }
    }

    @Test
    void start_readsTheTenantsThatWereActiveLast_andOthersWithTheirFirstCall() throws Exception {
        database.execute("""
                INSERT INTO tiny_dancer.agent (tenant, name, agent_type, capabilities, avg_latency_ms, quality_score)
                SELECT 'tenant ' || to_char(n, 'FM000'), 'any', 'llm', '{x}', 1, 1 FROM generate_series(1, 120) AS n""");
        Map<String, String> kept = Map.of("http-port", "0");
        try (Engine started = Engine.start(TestEngine.config(database.engineUrl(), kept))) {
            assertThat(metric(started, "tinydancer_catalog_tenants")).isEqualTo(100);
            database.pointAtEngine(started.address().getPort());
            try (Connection caller =
                    database.newRole("IN ROLE tiny_dancer_user").getConnection()) {
                String role = Rows.first(caller, "SELECT session_user").getFirst();
                database.execute("SELECT tiny_dancer.assign_tenant('" + role + "', 'tenant 120')");
                assertThat(route(caller)).isEqualTo("any");
            }
            assertThat(metric(started, "tinydancer_catalog_tenants")).isEqualTo(101);
        } finally {
            database.pointAtEngine(engine.engine().address().getPort());
        }
    }

    private static void awaitForgotten() {
        Eventually.succeeds(() -> {
            assertThat(route(another)).isEqualTo("any");
            assertThat(metric(engine.engine(), "tinydancer_catalog_tenants")).isOne();
            assertThat(metric(engine.engine(), "tinydancer_evidence_outcomes")).isZero();
        });
    }

    private static double metric(Engine engine, String name) throws IOException, InterruptedException {
        URI metrics = URI.create(
                "http://127.0.0.1:" + engine.httpAddress().orElseThrow().getPort() + "/metrics");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void register(Connection connection, String name) throws SQLException {
        Rows.execute(connection, """
                SELECT ruvector_register_agent('%s', 'llm', ARRAY['translation'], cost_per_1k_tokens := 0.01,
                    avg_latency_ms := 1000, quality_score := 0.8)""".formatted(name));
    }

    private static String route(Connection connection) throws SQLException {
        return Rows.first(connection, "SELECT agent_name FROM ruvector_route('" + REQUEST + "')")
                .getFirst();
    }

    private static void record(Connection connection, String agent, boolean success) throws SQLException {
        String other = agent.equals("first") ? "second" : "first";
        Rows.execute(connection, """
                SELECT ruvector_record_outcome(decision_id, %s)
                FROM ruvector_route('%s', excluded_agents := '{%s}')""".formatted(success, REQUEST, other));
    }
}
