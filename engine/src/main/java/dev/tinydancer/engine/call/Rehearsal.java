package dev.tinydancer.engine.call;

import dev.tinydancer.engine.credential.MessageKey;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Calls that an engine makes of itself before anybody else may, so that the first real one finds compiled code: a cold
 * decision takes a hundred times as long as a warm one.
 */
final class Rehearsal {

    /** Long enough for the code of a call to be compiled, short beside the rest of a start. */
    private static final Duration DURATION = Duration.ofMillis(400);

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
            {"tenant": "rehearsal", "catalog_version": 0, "catalog": %s, "decision_id": null, "log": "off",
             "log_requests": false, "arguments": {"request": "%s", "optimize_for": "%s",
             "required_capabilities": null, "max_cost": 1.5, "max_latency_ms": null, "min_quality": null,
             "excluded_agents": null, "budget_remaining": null, "tags": null, "expected_output_tokens": null}}""";

    private Rehearsal() {}

    /** Has the session answer calls of all kinds, made with this key, for a moment. */
    static void run(Session session, MessageKey key) throws InterruptedException {
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

    private static byte[] call(MessageKey key, String verb, String payload) {
        byte[] authenticated = (verb + " " + payload).getBytes(StandardCharsets.UTF_8);
        String code = HexFormat.of().formatHex(key.code(authenticated));
        return (verb + " " + code + " " + payload).getBytes(StandardCharsets.UTF_8);
    }
}
