package dev.tinydancer.engine.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The JSON interface as programs and browsers meet it: what it answers, and whom. */
@Timeout(120)
final class PageIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database, Map.of("http-port", "0"));

    private static final HttpClient http = HttpClient.newHttpClient();

    private static String decision;

    @BeforeAll
    static void decide() throws SQLException {
        try (Connection connection = database.connect()) {
            for (String agent : List.of("'small', 'llm', '{code}', 0.001", "'large', 'llm', '{code}', 0.03")) {
                Rows.execute(
                        connection,
                        "SELECT ruvector_register_agent(" + agent + ", avg_latency_ms => 100, quality_score => 0.9)");
            }
            Rows.execute(connection, "SET tiny_dancer.log_requests = on");
            decision = Rows.first(connection, "SELECT decision_id FROM ruvector_route('a secret', tags => '{t}')")
                    .getFirst();
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + decision + "', true, 250, 0.5)");
        }
    }

    static List<String> names() {
        return Questions.names().stream()
                .filter(name -> !List.of(
                                "answers", "attempts", "conversation", "decision", "fit", "shares", "similar", "try")
                        .contains(name))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyQuestion_isAnswered_withTheStatementThatPsqlTakes(String name) throws Exception {
        JsonNode answer = json(get("/api/v1/" + name));
        assertThat(answer.path("rows").isArray()).as(answer.toString()).isTrue();
        try (Connection user = database.connectAsUser()) {
            assertThat(Rows.all(user, answer.path("sql").asString().replace(";", "")))
                    .hasSize(answer.path("rows").size());
        }
    }

    @Test
    void figures_areThoseOfSql() throws Exception {
        JsonNode summary = json(get("/api/v1/summary?range=1+day")).path("rows").get(0);
        assertThat(summary.path("period").asString()).isEqualTo("now");
        try (Connection connection = database.connect()) {
            assertThat(List.of(
                            summary.path("total_requests").asString(),
                            summary.path("total_cost").asString()))
                    .isEqualTo(
                            Rows.first(
                                    connection,
                                    "SELECT total_requests, total_cost FROM ruvector_routing_history('1 day', 'all', 'tenant')"));
        }
        JsonNode seen = json(get("/api/v1/decisions?tag=t&outcome=success")).path("rows");
        assertThat(seen).hasSize(1);
        assertThat(seen.get(0).path("decision_id").asString()).isEqualTo(decision);
        assertThat(json(get("/api/v1/decisions?outcome=failure")).path("rows")).isEmpty();
        assertThat(json(get("/api/v1/decisions?agent=nobody")).path("rows")).isEmpty();
        assertThat(json(get("/api/v1/decisions?tag=t&older_than=" + decision)).path("rows"))
                .isEmpty();
        assertThat(json(get("/api/v1/decisions?tag=t&back=1+hour")).path("rows"))
                .isEmpty();
        assertThat(json(get("/api/v1/decisions?tag=t&before=2001-01-01")).path("rows"))
                .isEmpty();
    }

    @Test
    void decision_isFoundById_withoutItsText() throws Exception {
        JsonNode row = openDecision(get(decisionPath()));
        assertThat(row.path("success").asBoolean()).isTrue();
        assertThat(row.path("alternatives")).hasSize(1);
        assertThat(row.path("request").isNull()).isTrue();
    }

    @Test
    void decision_hasItsConversationItsAttemptsAndItsEvidence() throws Exception {
        String turn;
        String again;
        try (Connection connection = database.connect()) {
            turn = Rows.first(
                            connection,
                            "SELECT decision_id FROM ruvector_route('a secret', conversation_id => 'a chat')")
                    .getFirst();
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + turn + "', false, kind => 'timeout')");
            again = Rows.first(
                            connection,
                            "SELECT decision_id FROM ruvector_route('a secret', retry_of => '" + turn + "')")
                    .getFirst();
        }
        JsonNode chat = json(get("/api/v1/conversation?name=a+chat")).path("rows");
        // The turn and its other attempt.
        assertThat(chat).hasSize(2);
        assertThat(chat.get(0).path("kind").asString()).isEqualTo("timeout");
        assertThat(json(get("/api/v1/attempts?id=" + turn))
                        .path("rows")
                        .get(1)
                        .path("decision_id")
                        .asString())
                .isEqualTo(again);
        Eventually.succeeds(() -> assertThat(similar(again)).contains(decision));
        assertThat(get("/api/v1/similar?id=" + java.util.UUID.randomUUID()).statusCode())
                .isEqualTo(400);
    }

    private static String similar(String decision) {
        try {
            return json(get("/api/v1/similar?id=" + decision)).path("rows").toString();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void trying_isWhatExplainRouteSays_andLeavesNothing() throws Exception {
        String before = log();
        HttpResponse<String> response = post("/api/v1/try", """
                {"request": "hello", "policy": "cost", "max_cost": "1"}""");
        JsonNode rows = json(response).path("rows");
        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).path("chosen").asBoolean()).isTrue();
        assertThat(rows.get(0).path("agent_name").asString()).isEqualTo("small");
        assertThat(json(response).path("sql").asString()).contains("max_cost => 1,", "optimize_for => 'cost'");
        assertThat(log()).isEqualTo(before);
    }

    @Test
    void badInput_isAnErrorOfTheDatabase_withItsHint() throws Exception {
        HttpResponse<String> response = get("/api/v1/history?period=week");
        assertThat(response.statusCode()).isEqualTo(400);
        JsonNode error = json(response).path("error");
        assertThat(error.path("sqlstate").asString()).isEqualTo("22023");
        assertThat(error.path("message").asString()).isEqualTo("period is unknown, got \"week\"");
        assertThat(error.path("hint").asString()).isEqualTo("Valid are: hour, day, all.");
        assertThat(json(get("/api/v1/agents?colour=red"))
                        .path("error")
                        .path("message")
                        .asString())
                .isEqualTo("agents has no parameter \"colour\"; it has range");
        assertThat(get("/api/v1/agents?time_zone=Nowhere").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/unheard_of").statusCode()).isEqualTo(404);
        assertThat(post("/api/v1/try", "[]").statusCode()).isEqualTo(400);
        assertThat(post("/api/v1/try", "null").statusCode()).isEqualTo(400);
        assertThat(get("/api/v1/figures?range=infinity").body()).contains("time_range must be");
        assertThat(json(get("/api/v1/prices")).path("rows").isArray()).isTrue();
        assertThat(get("/api/v1/attempts").body()).contains("attempts needs id; it takes id uuid");
        assertThat(get("/api/v1/attempts?id=x").body())
                .contains("invalid input syntax for type uuid", "attempts takes id uuid.");
        assertThat(post("/api/v1/try", "{\"request\": \"\"}").statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'; DROP TABLE x; --", "$$", "\\", "%27%3B"})
    void hostileValue_isAValue(String value) throws Exception {
        HttpResponse<String> response =
                get("/api/v1/decisions?agent=" + java.net.URLEncoder.encode(value, StandardCharsets.UTF_8));
        assertThat(json(response).path("rows")).isEmpty();
    }

    @Test
    void page_isServed_withoutAnythingInline() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .get()
                .asString()
                .contains("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body()).doesNotContain("style=", "onclick", "http://", "https://");
        assertThat(get("/views/../../questions/try.sql").statusCode()).isEqualTo(404);
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        HttpRequest again = HttpRequest.newBuilder(uri("/"))
                .header("If-None-Match", page.headers().firstValue("ETag").orElseThrow())
                .build();
        assertThat(http.send(again, BodyHandlers.ofString()).statusCode()).isEqualTo(304);
    }

    @Test
    void scripts_areLessThan150Kilobytes_compressed() {
        int total = 0;
        for (String name : PageFiles.names()) {
            if (name.endsWith(".js")) {
                total += Http.compressed(Resources.bytes("web/" + name)).length;
            }
        }
        assertThat(total).isBetween(10_000, 150_000);
    }

    /** As a page of elsewhere would, whose name leads to this machine, or a proxy for somebody behind it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: evil.example",
                "Host: evil.example:80",
                "Host: 127.0.0.1.evil.example",
                "Host: localhost\r\nX-Forwarded-For: 10.0.0.1",
                "Host: localhost\r\nForwarded: for=10.0.0.1",
                "Host: evil.example\r\nCookie: tiny_dancer_page=tdp_ended"
            })
    void foreignHost_isAskedForAToken(String headers) throws IOException {
        // Or has brought too many wrong ones by now.
        assertThat(raw(headers)).containsPattern("^HTTP/1.1 (401|429)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: localhost",
                "Host: 127.0.0.1:80",
                "Host: [::1]:80",
                "Host: localhost\r\nCookie: tiny_dancer_page=tdp_ended"
            })
    void hostOfThisMachine_needsNone(String headers) throws IOException {
        assertThat(raw(headers)).startsWith("HTTP/1.1 200");
    }

    @Test
    void pageOfAnotherSite_mayNotPost() throws Exception {
        HttpRequest fromElsewhere = HttpRequest.newBuilder(uri("/api/v1/try"))
                .header("Content-Type", "application/json")
                .header("Origin", "https://evil.example")
                .POST(BodyPublishers.ofString("{\"request\": \"hello\"}"))
                .build();
        HttpResponse<String> refused = http.send(fromElsewhere, BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains("Origin must be of the page's own Host", "https://evil.example", "must pass Host on");
        HttpRequest form = HttpRequest.newBuilder(uri("/api/v1/try"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{\"request\": \"hello\"}"))
                .build();
        assertThat(http.send(form, BodyHandlers.ofString()).statusCode()).isEqualTo(400);
    }

    @Test
    void token_isARole_ofItsTenant() throws Exception {
        String role = database.newRoleUrl("IN ROLE tiny_dancer_admin").user();
        database.execute("SELECT tiny_dancer.assign_tenant('" + role + "', 'acme')");
        database.execute("GRANT " + role + " TO tiny_dancer_engine");
        String token;
        try (Connection connection = database.connect()) {
            token = Rows.first(connection, "SELECT tiny_dancer.create_page_token('" + role + "', note => 'a test')")
                    .getFirst();
        }
        Eventually.succeeds(() ->
                assertThat(withToken(token, "/api/v1/session").statusCode()).isEqualTo(200));
        JsonNode who = json(withToken(token, "/api/v1/session")).path("rows").get(0);
        assertThat(who.path("tenant").asString()).isEqualTo("acme");
        assertThat(who.path("reads_texts").asBoolean()).isTrue();
        assertThat(json(withToken(token, "/api/v1/names")).path("rows")).isEmpty();
        assertThat(json(withToken(token, decisionPath())).path("rows")).isEmpty();

        HttpResponse<String> login = post("/api/v1/login", "{\"token\": \"" + token + "\"}");
        assertThat(login.statusCode()).isEqualTo(204);
        assertThat(login.headers().firstValue("Set-Cookie"))
                .get()
                .asString()
                .contains("HttpOnly", "SameSite=Strict", token);

        database.execute("SELECT tiny_dancer.revoke_page_tokens('" + role + "')");
        Eventually.succeeds(() ->
                assertThat(withToken(token, "/api/v1/session").statusCode()).isIn(401, 429));
    }

    @Test
    void admin_seesTexts() throws Exception {
        database.execute("GRANT tiny_dancer_admin TO tiny_dancer_engine");
        try (Connection connection = database.connect()) {
            String token = Rows.first(connection, "SELECT tiny_dancer.create_page_token('tiny_dancer_admin')")
                    .getFirst();
            assertThat(openDecision(withToken(token, decisionPath()))
                            .path("request")
                            .asString())
                    .isEqualTo("a secret");
        } finally {
            database.execute("REVOKE tiny_dancer_admin FROM tiny_dancer_engine");
        }
    }

    @Test
    void roleThatTheEngineMayNotTake_isSaid() throws Exception {
        String role = database.newRoleUrl("IN ROLE tiny_dancer_user").user();
        try (Connection connection = database.connect()) {
            String token = Rows.first(connection, "SELECT tiny_dancer.create_page_token('" + role + "')")
                    .getFirst();
            assertThat(withToken(token, "/api/v1/names").statusCode()).isEqualTo(403);
            assertThat(withToken(token, "/api/v1/names").body()).contains("GRANT that role TO tiny_dancer_engine");
        }
    }

    @Test
    void wrongTokens_areRefused() throws Exception {
        assertThat(withToken("tdp_wrong", "/api/v1/session").statusCode()).isIn(401, 429);
        assertThat(post("/api/v1/login", "{\"token\": \"tdp_wrong\"}").statusCode())
                .isIn(401, 429);
    }

    /** Many may be behind one address. */
    @Test
    void validToken_isAdmitted_whateverOthersOfItsAddressBring() throws Exception {
        String token;
        try (Connection connection = database.connect()) {
            token = Rows.first(connection, "SELECT tiny_dancer.create_page_token('tiny_dancer_user')")
                    .getFirst();
        }
        assertThat(withToken(token, "/api/v1/session").statusCode()).isEqualTo(200);
        for (int i = 0; i < 10; i++) {
            withToken("tdp_wrong", "/api/v1/session");
        }
        assertThat(withToken("tdp_wrong", "/api/v1/session").statusCode()).isEqualTo(429);
        assertThat(withToken(token, "/api/v1/session").statusCode()).isEqualTo(200);
    }

    private static String decisionPath() {
        long millis = Long.parseLong(decision.replace("-", "").substring(0, 12), 16);
        return "/api/v1/decision?id=" + decision + "&at=" + java.time.Instant.ofEpochMilli(millis);
    }

    private static JsonNode openDecision(HttpResponse<String> response) {
        JsonNode rows = json(response).path("rows");
        assertThat(rows).as(response.body()).hasSize(1);
        return rows.get(0);
    }

    private static String log() throws SQLException {
        try (Connection connection = database.connect()) {
            return Rows.all(connection, """
                    SELECT (SELECT count(*) FROM tiny_dancer.decision), (SELECT count(*) FROM tiny_dancer.reservation),
                           (SELECT sum(requests) FROM tiny_dancer.agent_tally)""").toString();
        }
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:"
                + engine.engine().httpAddress().orElseThrow().getPort() + path);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> withToken(String token, String path) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(uri(path))
                            .header("Authorization", "Bearer " + token)
                            .build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    /** With headers that Java's client would not send; the first line of the answer. */
    private static String raw(String headers) throws IOException {
        URI address = uri("/");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort())) {
            socket.getOutputStream()
                    .write(("GET /api/v1/session HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    private static JsonNode json(HttpResponse<String> response) {
        return ProtocolJson.mapper().readTree(response.body());
    }
}
