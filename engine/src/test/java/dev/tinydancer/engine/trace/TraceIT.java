package dev.tinydancer.engine.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tinydancer.engine.Engine;
import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Spans of calls as a collector gets them. */
@Timeout(120)
@Tag("once")
final class TraceIT {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    /** The bodies of the requests, protocol buffers, as Latin-1. */
    private static final List<String> received = new CopyOnWriteArrayList<>();

    private static HttpServer collector;
    private static Engine engine;

    @BeforeAll
    static void start() throws Exception {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        String endpoint = "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces";
        engine = Engine.start(TestEngine.config(database.engineUrl(), Map.of("otlp-endpoint", endpoint)));
        database.pointAtEngine(engine.address().getPort());
        database.execute("""
                SELECT ruvector_register_agent('any', 'llm', ARRAY['a'], avg_latency_ms := 1, quality_score := 1)""");
    }

    @AfterAll
    static void stop() {
        engine.close();
        collector.stop(0);
    }

    @Test
    void call_isASpanOfTheCallersTrace() throws Exception {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "SET tiny_dancer.traceparent = '00-" + TRACE + "-" + PARENT + "-01'");
            String decision = Rows.first(connection, "SELECT decision_id FROM ruvector_route('Hello')")
                    .getFirst();
            Eventually.succeeds(() -> assertThat(received)
                    .anySatisfy(body -> assertThat(body)
                            .contains(bytes(TRACE))
                            .contains(bytes(PARENT))
                            .contains("tiny_dancer route")
                            .contains("00000")
                            .contains(decision)
                            .contains("tiny-dancer-engine")));
        }
    }

    @Test
    void failedCall_isASpanWithItsState_andNoTextOfTheRequest() throws Exception {
        try (Connection connection = database.connect()) {
            SqlFailure.of(connection, "SELECT ruvector_route('Sesame open', required_capabilities := '{unheard of}')");
            Eventually.succeeds(() ->
                    assertThat(received).anySatisfy(body -> assertThat(body).contains("TD404")));
            assertThat(received).noneSatisfy(body -> assertThat(body).contains("Sesame"));
        }
    }

    @Test
    void unsampledTrace_staysUnsampled_andNonsenseIsPassedOver() throws Exception {
        String unsampled = "aaaabbbbccccddddaaaabbbbccccdddd";
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "SET tiny_dancer.traceparent = '00-" + unsampled + "-" + PARENT + "-00'");
            Rows.first(connection, "SELECT ruvector_route('Hello')");
            Rows.execute(connection, "SET tiny_dancer.traceparent = 'nonsense'");
            String later = Rows.first(connection, "SELECT decision_id FROM ruvector_route('Hello')")
                    .getFirst();
            Eventually.succeeds(() ->
                    assertThat(received).anySatisfy(body -> assertThat(body).contains(later)));
            assertThat(received).noneSatisfy(body -> assertThat(body).contains(bytes(unsampled)));
        }
    }

    private static String bytes(String hexadecimal) {
        return new String(HexFormat.of().parseHex(hexadecimal), StandardCharsets.ISO_8859_1);
    }
}
