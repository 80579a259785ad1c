package dev.tinydancer.engine.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/** What holds of an engine at this moment. */
public final class EngineGauges {

    private EngineGauges() {}

    /** Shows the number of open sessions, the newest catalog version, and whether notices of the database arrive. */
    public static void register(
            MeterRegistry registry, IntSupplier connections, LongSupplier catalogVersion, BooleanSupplier listening) {
        Gauge.builder("tinydancer.connections", connections::getAsInt)
                .description("Sessions of the database that are connected")
                .strongReference(true)
                .register(registry);
        Gauge.builder("tinydancer.catalog.version", catalogVersion::getAsLong)
                .description("Highest version of a catalog that is held")
                .strongReference(true)
                .register(registry);
        Gauge.builder("tinydancer.notices.listening", () -> listening.getAsBoolean() ? 1 : 0)
                .description("1 while notices of the database arrive, else 0")
                .strongReference(true)
                .register(registry);
    }
}
