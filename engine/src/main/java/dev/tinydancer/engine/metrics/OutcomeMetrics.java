package dev.tinydancer.engine.metrics;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What came of requests: how agents ended, how long they took, what they cost, how many tokens they read and wrote.
 *
 * <p>Outcomes arrive in pieces. What a later report adds is counted then, and nothing that it repeats; a counter cannot
 * take back what a later report takes back. For one thread.
 */
public final class OutcomeMetrics {

    private static final Duration[] BUCKETS = {
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(300)
    };

    /** A later report comes within seconds, if at all. */
    private static final int REMEMBERED = 20_000;

    /**
     * An outcome as it stands.
     *
     * @param decisionId null for one without a decision, which no later report completes
     * @param completes whether it has been reported before
     * @param kind as in SQL
     * @param latencyMillis null where it is not known, as the others
     */
    public record Reported(
            String tenant,
            @Nullable UUID decisionId,
            boolean completes,
            String agent,
            String kind,
            @Nullable Double latencyMillis,
            @Nullable Double costUsd,
            @Nullable Integer inputTokens,
            @Nullable Integer outputTokens) {

        public Reported {
            requireNonNull(tenant, "tenant");
            requireNonNull(agent, "agent");
            requireNonNull(kind, "kind");
        }
    }

    private record Answerer(String tenant, String agent) {

        private static Answerer other() {
            return new Answerer(Series.OTHER, Series.OTHER);
        }
    }

    private record Kind(Answerer answerer, String kind) {}

    private final Series<Kind, Counter> outcomes;
    private final Series<Answerer, Timer> latencies;
    private final Series<Answerer, Counter> costs;
    private final Series<Kind, Counter> tokens;

    private final Map<UUID, Reported> latest = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Reported> eldest) {
            return size() > REMEMBERED;
        }
    };

    public OutcomeMetrics(MeterRegistry registry) {
        outcomes = new Series<>(
                key -> counter("tinydancer.outcomes", "Outcomes that were recorded", key.answerer())
                        .tag("kind", key.kind())
                        .register(registry),
                key -> new Kind(Answerer.other(), key.kind()));
        latencies = new Series<>(
                answerer -> Timer.builder("tinydancer.agent.latency")
                        .description("How long agents took to answer, as outcomes say")
                        .tag("tenant", answerer.tenant())
                        .tag("agent", answerer.agent())
                        .serviceLevelObjectives(BUCKETS)
                        .register(registry),
                _ -> Answerer.other());
        costs = new Series<>(
                answerer -> counter("tinydancer.agent.cost", "US dollars that agents have cost", answerer)
                        .baseUnit("usd")
                        .register(registry),
                _ -> Answerer.other());
        tokens = new Series<>(
                key -> counter("tinydancer.agent.tokens", "Tokens that agents read and wrote", key.answerer())
                        .tag("direction", key.kind())
                        .register(registry),
                key -> new Kind(Answerer.other(), key.kind()));
    }

    private static Counter.Builder counter(String name, String description, Answerer answerer) {
        return Counter.builder(name)
                .description(description)
                .tag("tenant", answerer.tenant())
                .tag("agent", answerer.agent());
    }

    /** Counts what is new in an outcome. */
    public void reported(Reported outcome) {
        UUID id = outcome.decisionId();
        Reported before = id == null ? null : latest.put(id, outcome);
        if (before == null && outcome.completes()) {
            // What was counted is not known any more, or happened before this engine came.
            return;
        }
        Answerer answerer = new Answerer(outcome.tenant(), outcome.agent());
        if (before == null) {
            outcomes.of(new Kind(answerer, outcome.kind())).increment();
        }
        Double latency = outcome.latencyMillis();
        if (latency != null && (before == null || before.latencyMillis() == null)) {
            latencies.of(answerer).record(Math.round(latency * 1000), TimeUnit.MICROSECONDS);
        }
        add(costs.of(answerer), outcome.costUsd(), before == null ? null : before.costUsd());
        add(
                tokens.of(new Kind(answerer, "input")),
                outcome.inputTokens(),
                before == null ? null : before.inputTokens());
        add(
                tokens.of(new Kind(answerer, "output")),
                outcome.outputTokens(),
                before == null ? null : before.outputTokens());
    }

    private static void add(Counter counter, @Nullable Number now, @Nullable Number before) {
        double more = (now == null ? 0 : now.doubleValue()) - (before == null ? 0 : before.doubleValue());
        if (more > 0) {
            counter.increment(more);
        }
    }
}
