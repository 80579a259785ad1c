package dev.tinydancer.engine.metrics;

import dev.tinydancer.engine.error.SqlState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** How many calls there were of each verb, how they ended, and how long they took. */
public final class CallMetrics {

    private static final Duration[] BUCKETS = {
        Duration.ofNanos(25_000),
        Duration.ofNanos(50_000),
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2)
    };

    private final MeterRegistry registry;

    /** By verb, then by state: the registry's own look-up would allocate for every call. */
    private final Map<String, Map<SqlState, Timer>> timers = new ConcurrentHashMap<>();

    public CallMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Counts a call: how it ended, and the time from its last byte to the first of its answer. */
    public void answered(String verb, SqlState state, long nanos) {
        Map<SqlState, Timer> states = timers.get(verb);
        Timer timer = states == null ? null : states.get(state);
        (timer == null ? newTimer(verb, state) : timer).record(nanos, TimeUnit.NANOSECONDS);
    }

    /** Apart from {@link #answered}, for computing may lock what every call looks at. */
    private Timer newTimer(String verb, SqlState state) {
        return timers.computeIfAbsent(verb, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(state, _ -> timer(verb, state));
    }

    private Timer timer(String verb, SqlState state) {
        return Timer.builder("tinydancer.calls")
                .description("Calls from SQL functions, by verb and SQLSTATE of the answer")
                .tag("verb", verb)
                .tag("sqlstate", state.code())
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }
}
