package dev.tinydancer.engine.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/** What happens to the decisions that the engine logs. */
public final class LogMetrics {

    private final MeterRegistry registry;
    private final Counter written;
    private final Counter dropped;

    public LogMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.written = Counter.builder("tinydancer.log.written")
                .description("Decisions written to the log by the engine")
                .register(registry);
        this.dropped = Counter.builder("tinydancer.log.dropped")
                .description(
                        "Decisions that are not in the log, because the queue was full or the database refused them")
                .register(registry);
    }

    /** Shows how many decisions wait. */
    public void watchQueue(IntSupplier size) {
        Gauge.builder("tinydancer.log.queue", size::getAsInt)
                .description("Decisions that wait to be written")
                .strongReference(true)
                .register(registry);
    }

    /** Counts decisions that are in the log now. */
    public void written(int count) {
        written.increment(count);
    }

    /** Counts decisions that will never be in the log. */
    public void dropped(int count) {
        dropped.increment(count);
    }
}
