package dev.tinydancer.engine.call;

import dev.tinydancer.engine.brain.Brain;
import dev.tinydancer.engine.catalog.CatalogDocument;
import dev.tinydancer.engine.credential.MessageKey;
import dev.tinydancer.engine.json.ProtocolJson;
import dev.tinydancer.engine.wire.ResultWriter;
import dev.tinydancer.engine.wire.Session;
import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.quality.Outcome;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RecordedOutcome;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that an engine makes of itself before anybody else may, so that the first real one finds compiled code: a cold
 * decision takes a hundred times as long as a warm one. What they need the database for comes last, so that the rest goes on
 * while it is read.
 */
public final class Rehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    /** Whose calls these are. No role can belong to it, for such names do not begin with a space. */
    public static final String TENANT = " rehearsal";

    /** What a call takes when its code is compiled, if not yet by the best compiler. */
    private static final Duration QUICK = Duration.ofNanos(500_000);

    /** A machine on which calls never become quick must start, too. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** Outcomes that are learned from: as few as make a call use what is learned. Learning itself can be cold. */
    private static final int LEARNED = 40;

    /** Outcomes that came since, which every prediction goes through; a restarted engine begins with all it has read. */
    private static final int RECENT = 1_000;

    private static final List<String> CATEGORIES = List.of("code", "math", "translation", "analysis");

    private static final List<String> REQUESTS = List.of(
            "Write a Python function to calculate Fibonacci numbers",
            "What is the capital of France?",
            "Analyze this complex legal document and list every obligation of the tenant with its paragraph",
            "Übersetze den folgenden Satz ins Englische: Das Wetter ist heute schön.",
            "Solve for x: 3x + 7 = 22, and explain each step. ".repeat(8));

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

    private final Brain brain;
    private final FutureTask<Void> decisions;

    private Rehearsal(Brain brain) {
        this.brain = brain;
        this.decisions = new FutureTask<>(this::decide, null);
    }

    /** Begins with decisions, on a thread of its own. */
    public static Rehearsal begin(Brain brain) {
        Rehearsal rehearsal = new Rehearsal(brain);
        Thread.ofPlatform().daemon().name("rehearsal").start(rehearsal.decisions);
        return rehearsal;
    }

    private void decide() {
        AdaptiveRouter router = brain.of(TENANT);
        router.replaceAgents(ProtocolJson.mapper()
                .readValue(CATALOG, CatalogDocument.class)
                .toCatalog()
                .agents());
        Outcomes outcomes = new Outcomes(router.agents().agents(), brain.dimension());
        outcomes.record(router, LEARNED);
        router.learn();
        outcomes.record(router, RECENT);
        untilQuick(() -> {
            for (Policy policy : Policy.standard()) {
                for (String request : REQUESTS) {
                    router.route(request, policy);
                }
            }
        });
    }

    /** Has the session answer calls, made with this key, when the decisions are over; the tenant of them is forgotten. */
    void finish(Session session, MessageKey key) throws InterruptedException {
        try {
            decisions.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the rehearsal failed", e.getCause());
        }
        List<byte[]> calls = new ArrayList<>();
        for (Policy policy : Policy.standard()) {
            for (String request : REQUESTS) {
                calls.add(routeCall(key, request, policy.name()));
            }
        }
        ResultWriter nowhere = ResultWriter.discarding();
        untilQuick(() -> {
            for (byte[] call : calls) {
                session.answer(call, 0, call.length, nowhere);
                nowhere.discard();
            }
        });
        brain.forget(TENANT);
    }

    /** One call for each policy and request. */
    @FunctionalInterface
    private interface Round<E extends Exception> {
        void run() throws E;
    }

    /** By the processor's time, which other processes do not lengthen. */
    private static <E extends Exception> void untilQuick(Round<E> round) throws E {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long calls = (long) Policy.standard().size() * REQUESTS.size();
        long enough = calls * QUICK.toNanos();
        long end = System.nanoTime() + LONGEST.toNanos();
        long took = Long.MAX_VALUE;
        int rounds = 0;
        while (took > enough && System.nanoTime() - end < 0) {
            long began = threads.getCurrentThreadCpuTime();
            round.run();
            took = threads.getCurrentThreadCpuTime() - began;
            rounds++;
        }
        LOG.debug("{} rounds, the last took {} µs", rounds, took / 1_000);
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

    private static byte[] routeCall(MessageKey key, String request, String target) {
        String payload = """
                {"tenant": "%s", "catalog_version": 0, "catalog": %s, "at": 1800000000.123456, "session": 1,
                 "log": "sync", "log_requests": null, "on_engine_down": null, "arguments": {"request": "%s", "optimize_for": "%s",
                 "required_capabilities": null, "max_cost": 1.5, "max_latency_ms": null, "min_quality": null,
                 "excluded_agents": null, "budget_remaining": null, "tags": null, "expected_output_tokens": null,
                 "options": {}}}""".formatted(TENANT, CATALOG, request, target);
        String code = HexFormat.of().formatHex(key.code(("route " + payload).getBytes(StandardCharsets.UTF_8)));
        return (code + " route " + payload).getBytes(StandardCharsets.UTF_8);
    }
}
