package dev.tinydancer.engine.call;

import dev.tinydancer.engine.catalog.CatalogDocument;
import dev.tinydancer.engine.credential.MessageKey;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.Session;
import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RecordedOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/**
 * Calls that an engine makes of itself before anybody else may, so that the first real one finds compiled code: a cold
 * decision takes a hundred times as long as a warm one.
 */
final class Rehearsal {

    /** Whose calls these are. No role can belong to it, for such names do not begin with a space. */
    static final String TENANT = " rehearsal";

    /** Long enough for the code of a call to be compiled, short beside the rest of a start. */
    private static final Duration DURATION = Duration.ofMillis(500);

    /** Outcomes that are learned from: enough for each part of learning, few enough to take a moment. */
    private static final int LEARNED = 200;

    /** Outcomes that came since, which every prediction goes through; a restarted engine begins with all it has read. */
    private static final int RECENT = 3_000;

    private static final List<String> CATEGORIES = List.of("code", "math", "translation", "analysis");

    private static final List<String> REQUESTS = List.of(
            "Write a Python function to calculate Fibonacci numbers",
            "What is the capital of France?",
            "Analyze this complex legal document and list every obligation of the tenant with its paragraph",
            "Übersetze den folgenden Satz ins Englische: Das Wetter ist heute schön.",
            "Solve for x: 3x + 7 = 22, and explain each step. ".repeat(8));

    private static final List<String> TARGETS = List.of("balanced", "cost", "quality", "latency", "quality_per_dollar");

    private static final String CATALOG = """
            {"version": 0, "agents": [
            {"name": "large", "agent_type": "llm", "capabilities": ["reasoning", "code", "analysis"],
             "cost_per_1k_tokens": 0.03, "avg_latency_ms": 2500, "quality_score": 0.95, "active": true},
            {"name": "small", "agent_type": "llm", "capabilities": ["simple-tasks", "classification"],
             "cost_per_1k_input_tokens": 0.00025, "cost_per_1k_output_tokens": 0.001, "avg_latency_ms": 400,
             "quality_score": 0.8, "active": true},
            {"name": "runner", "agent_type": "tool", "capabilities": ["code-execution", "testing"],
             "cost_per_call": 0.001, "cost_per_second": 0.0001, "avg_latency_ms": 100, "p99_latency_ms": 300,
             "quality_score": 0.9, "active": true},
            {"name": "asleep", "agent_type": "human", "capabilities": ["creative"], "avg_latency_ms": 60000,
             "quality_score": 0.99, "active": false}]}""";

    private static final String PAYLOAD = """
            {"tenant": " rehearsal", "catalog_version": 0, "catalog": %s, "at": 1800000000.123456, "session": 1, "log": "off",
             "log_requests": null, "on_engine_down": null, "arguments": {"request": "%s", "optimize_for": "%s",
             "required_capabilities": null, "max_cost": 1.5, "max_latency_ms": null, "min_quality": null,
             "excluded_agents": null, "budget_remaining": null, "tags": null, "expected_output_tokens": null,
             "options": {}}}""";

    private Rehearsal() {}

    /**
     * Has the session answer calls of all kinds, made with this key, for a moment.
     *
     * @param router of {@link #TENANT}, without outcomes
     * @param dimension of embeddings
     */
    static void run(Session session, MessageKey key, JsonMapper json, AdaptiveRouter router, int dimension)
            throws InterruptedException {
        router.replaceAgents(
                json.readValue(CATALOG, CatalogDocument.class).toCatalog().agents());
        Outcomes outcomes = new Outcomes(router.agents().agents(), dimension);
        outcomes.record(router, LEARNED);
        router.learn();
        outcomes.record(router, RECENT);
        List<byte[]> calls = new ArrayList<>();
        for (String target : TARGETS) {
            for (String request : REQUESTS) {
                calls.add(call(key, "route", PAYLOAD.formatted(CATALOG, request, target)));
                calls.add(call(key, "explain_route", PAYLOAD.formatted(CATALOG, request, target)));
            }
        }
        ResultWriter nowhere = ResultWriter.discarding();
        long end = System.nanoTime() + DURATION.toNanos();
        while (System.nanoTime() - end < 0) {
            for (byte[] call : calls) {
                session.answer(call, 0, call.length, nowhere);
                nowhere.discard();
            }
        }
    }

    /** Makes up what came of requests that nobody made. */
    private static final class Outcomes {

        private final List<Agent> agents;
        private final int dimension;
        private final Random random = new Random(1);

        Outcomes(List<Agent> agents, int dimension) {
            this.agents = agents;
            this.dimension = dimension;
        }

        void record(AdaptiveRouter router, int count) {
            Instant now = Instant.now();
            for (int i = 0; i < count; i++) {
                router.record(new RecordedOutcome(
                        new UUID(random.nextLong(), random.nextLong()),
                        agents.get(i % agents.size()).name(),
                        embedding(),
                        CATEGORIES.get(random.nextInt(CATEGORIES.size())),
                        50,
                        new Outcome(random.nextInt(2), 400, 200),
                        now));
            }
        }

        private QuantizedEmbedding embedding() {
            float[] embedding = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                embedding[i] = random.nextFloat() - 0.5f;
            }
            return QuantizedEmbedding.of(embedding);
        }
    }

    private static byte[] call(MessageKey key, String verb, String payload) {
        byte[] authenticated = (verb + " " + payload).getBytes(StandardCharsets.UTF_8);
        String code = HexFormat.of().formatHex(key.code(authenticated));
        return (code + " " + verb + " " + payload).getBytes(StandardCharsets.UTF_8);
    }
}
