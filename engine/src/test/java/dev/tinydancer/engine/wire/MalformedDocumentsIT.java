package dev.tinydancer.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one who has the password and the key can send: calls that are authentic and not of the right form. Whatever they are,
 * the engine says what is wrong with them and goes on; no fault of its own comes of them.
 */
@Tag("once")
@Timeout(300)
final class MalformedDocumentsIT {

    /** Of each verb; more in the long form. */
    private static final int CASES = Integer.getInteger("tinydancer.fuzz.calls", 400);

    private static final String CATALOG = """
            {"version": 3, "agents": [
             {"name": "a", "agent_type": "llm", "capabilities": ["code"], "cost_per_1k_tokens": 0.03,
              "avg_latency_ms": 2500, "p99_latency_ms": 5000, "quality_score": 0.9, "max_concurrency": 4, "active": true,
              "circuit": "closed"},
             {"name": "b", "agent_type": "tool", "capabilities": ["x", "y"], "cost_per_call": 0.03, "cost_per_second": 1,
              "avg_latency_ms": 25, "quality_score": 0.5, "active": false}],
             "budgets": [{"scope": "tag:none", "amount": 20, "period": "day", "on_exhausted": "reject"}]}""";

    private static final String ROUTING = """
            {"request": "Write a function", "optimize_for": "balanced", "required_capabilities": ["code"], "max_cost": 10,
             "max_latency_ms": 1e6, "min_quality": 0.1, "excluded_agents": ["c"], "budget_remaining": 5, "tags": ["t"],
             "expected_output_tokens": 100, "options": {}}""";

    /** The arguments of each verb. */
    private static final Map<String, String> VERBS = Map.ofEntries(
            Map.entry("status", "{}"),
            Map.entry("embed", "{\"input\": \"some text\"}"),
            Map.entry("prepare_route", """
                    {"conditions": {"time_range": ["09:00", "17:00"], "time_zone": "Europe/Berlin", "user_tier": ["gold"],
                                    "rate_limit": 5}, "texts": ["one", "two"]}"""),
            Map.entry("semantic_route", """
                    {"query": "help", "top_k": 3, "user_tier": "gold", "now_ms": 1790000000000, "options": {}}"""),
            Map.entry("fit_routes", """
                    {"examples": [{"query": "help me", "route": "r"}, {"query": "nothing", "route": null}]}"""),
            Map.entry("find_agents_by_capability", "{\"capability\": \"code\", \"k\": 3, \"options\": {}}"),
            Map.entry("embed_batch", "{\"texts\": [\"some text\", null]}"),
            Map.entry("classify_request", "{\"request\": \"Write a function\"}"),
            Map.entry("classify_requests", "{\"texts\": [\"Write a function\", \"\", null]}"),
            Map.entry("classify_capabilities", "{\"request\": \"Write a function\"}"),
            Map.entry("route", ROUTING),
            Map.entry("explain_route", ROUTING),
            Map.entry("route_multi", "{\"num_agents\": 2, \"strategy\": \"ensemble\", \"each\": " + ROUTING + "}"),
            Map.entry("batch_route", """
                    {"requests": ["one", null, "three"], "max_total_cost": 3, "min_mean_quality": null, "each": %s}""".formatted(ROUTING)),
            Map.entry("route_map", "{\"queries\": [\"one\", \"two\"]}"),
            Map.entry("similar_requests", """
                    {"decision_id": "0190b6a4-7c3e-7000-8000-000000000000", "embedding": "AAAA", "top_k": 3}"""),
            Map.entry("optimize_budget", """
                    {"monthly_budget": 100, "quality_threshold": 0.5, "latency_threshold_ms": 5000, "options": {},
                     "counts": {"code": 10, "math": 2}, "observed_ms": 3600000,
                     "sample": [{"category": "code", "input_tokens": 12, "embedding": "00ff"}]}"""));

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** What stands in places where it does not belong. */
    private static final List<String> JUNK = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1e308",
            "-1e308",
            "9223372036854775807",
            "99999999999999999999",
            "0.5",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\ufeff\\u202e\"",
            "\"NaN\"",
            "\"25:99\"",
            "[]",
            "[null]",
            "[[[]]]",
            "[1, \"a\", null]",
            "{}",
            "{\"a\": {\"b\": [1]}}",
            "\"" + "x".repeat(300) + "\"");

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private static String embedding = "";
    private static byte[] key = {};
    private static String password = "";

    @BeforeAll
    static void readSecrets() throws Exception {
        try (Connection connection = database.connect()) {
            key = HexFormat.of()
                    .parseHex(Rows.first(connection, "SELECT encode(mac_key, 'hex') FROM tiny_dancer.engine_credential")
                            .getFirst());
            password = Rows.first(connection, """
                            SELECT option_value FROM pg_user_mappings, pg_options_to_table(umoptions)
                            WHERE srvname = 'tiny_dancer_engine' AND option_name = 'password'""").getFirst();
            embedding = Rows.first(connection, """
                            SELECT translate(encode(array_send(array_agg((0.05)::real)), 'base64'), E'\\n', '')
                            FROM generate_series(1, 384)""").getFirst();
        }
    }

    static List<String> verbs() {
        return VERBS.keySet().stream().sorted().toList();
    }

    @Test
    void verbs_areAllThatTheEngineKnows() throws Exception {
        try (RawClient client = connect()) {
            String answer = ask(client, "frolic", "{}".getBytes(StandardCharsets.UTF_8));

            assertThat(answer).contains("This engine knows: " + String.join(", ", verbs()) + ".");
        }
    }

    /** Else the engine would look for it among the outcomes of all tenants, and find none of any. */
    @Test
    void tenantThatNoTextOfPostgresCanBe_isRefused() throws Exception {
        try (RawClient client = connect()) {
            String document = JSON.writeValueAsString(payload("route").put("tenant", "a\0b"));

            assertThat(ask(client, "route", document.getBytes(StandardCharsets.UTF_8)))
                    .contains("08P01");
        }
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void call_ofTheRightForm_isAnswered(String verb) throws Exception {
        try (RawClient client = connect()) {
            assertThat(ask(client, verb, JSON.writeValueAsBytes(payload(verb)))).doesNotContain("08P01", "TD500");
        }
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void call_ofAnyForm_isNoFaultOfTheEngine(String verb) throws Exception {
        long seed = Long.getLong("tinydancer.seed", System.nanoTime());
        Random random = new Random(seed);
        try (RawClient client = connect()) {
            for (int number = 0; number < CASES; number++) {
                byte[] payload = mutated(verb, random);
                String answer = ask(client, verb, payload);
                assertThat(answer)
                        .as(
                                "-Dtinydancer.seed=%d, case %d of %s: %s",
                                seed, number, verb, new String(payload, StandardCharsets.UTF_8))
                        .doesNotContain("TD500")
                        .doesNotContain("XX000");
            }
            assertThat(ask(client, verb, JSON.writeValueAsBytes(payload(verb)))).doesNotContain("08P01");
        }
    }

    private static ObjectNode payload(String verb) {
        String routes = """
                {"version": 2, "routes": [{"name": "r", "description": "d", "target_agent": "a", "priority": 1,
                  "conditions": {"time_range": null, "time_zone": null, "user_tier": null, "rate_limit": null},
                  "score_threshold": 0.1, "utterances": [{"text": "help me", "embedding": "%s"}]}]}""".formatted(embedding);
        return (ObjectNode) JSON.readTree("""
                {"tenant": "fuzz", "catalog_version": 3, "catalog": %s, "routes": %s,
                 "at": 1800000000.123456, "session": 1, "log": "sync", "log_requests": "off", "on_engine_down": "error",
                 "arguments": %s}""".formatted(CATALOG, routes, VERBS.get(verb)));
    }

    /** A place in a document. */
    private record Place(JsonNode parent, @Nullable String name, int index) {

        void set(JsonNode value) {
            if (parent instanceof ObjectNode object) {
                object.set(name, value);
            } else {
                ((ArrayNode) parent).set(index, value);
            }
        }

        void remove() {
            if (parent instanceof ObjectNode object) {
                object.remove(name);
            } else {
                ((ArrayNode) parent).remove(index);
            }
        }
    }

    private static byte[] mutated(String verb, Random random) {
        ObjectNode payload = payload(verb);
        for (int change = random.nextInt(3); change >= 0; change--) {
            List<Place> places = new ArrayList<>();
            collect(payload, places);
            Place place = places.get(random.nextInt(places.size()));
            switch (random.nextInt(8)) {
                case 0 -> place.remove();
                case 1 -> {
                    if (place.parent() instanceof ObjectNode object) {
                        object.set("another", JSON.readTree(JUNK.get(random.nextInt(JUNK.size()))));
                    } else {
                        ((ArrayNode) place.parent()).add(place.parent().get(0).deepCopy());
                    }
                }
                default -> place.set(JSON.readTree(JUNK.get(random.nextInt(JUNK.size()))));
            }
        }
        byte[] bytes = JSON.writeValueAsBytes(payload);
        if (random.nextInt(20) == 0) {
            // Cut off, or with a character that is none.
            bytes[random.nextInt(bytes.length)] = random.nextBoolean() ? (byte) '}' : (byte) 0xC3;
        }
        return bytes;
    }

    private static void collect(JsonNode node, List<Place> places) {
        if (node instanceof ObjectNode object) {
            for (Map.Entry<String, JsonNode> property : object.properties()) {
                places.add(new Place(node, property.getKey(), 0));
                collect(property.getValue(), places);
            }
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                places.add(new Place(node, null, i));
                collect(array.get(i), places);
            }
        }
    }

    private static RawClient connect() throws IOException {
        RawClient client = new RawClient(engine.engine().address());
        MalformedMessagesTest.authenticate(client, "tiny_dancer", password);
        return client;
    }

    /** All that comes back, up to the end of the answer. */
    private static String ask(RawClient client, String verb, byte[] payload)
            throws IOException, GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        mac.update((verb + " ").getBytes(StandardCharsets.US_ASCII));
        String code = HexFormat.of().formatHex(mac.doFinal(payload));
        byte[] start = (code + " " + verb + " ").getBytes(StandardCharsets.US_ASCII);
        client.send(
                'Q',
                ByteBuffer.allocate(start.length + payload.length + 1)
                        .put(start)
                        .put(payload)
                        .array());
        StringBuilder answer = new StringBuilder();
        for (RawClient.Message message = client.read(); message.type() != 'Z'; message = client.read()) {
            answer.append(message.type()).append(message.text()).append('\n');
        }
        return answer.toString();
    }
}
