package dev.tinydancer.engine.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What holds of an engine at this moment. */
public final class EngineGauges implements AutoCloseable {

    private final MeterRegistry registry;
    private final MultiGauge models;
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /** Gauges of the process and of its Java. */
    public EngineGauges(MeterRegistry registry, String version) {
        this.registry = registry;
        // In Prometheus' own words: neither is a count of something.
        registry.config().meterFilter(renaming("jvm.gc.pause", "jvm.gc.pauses"));
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new JvmInfoMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        collections.bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        Gauge.builder("tinydancer.engine.info", () -> 1)
                .description("1, with the version of the engine")
                .tag("version", version)
                .strongReference(true)
                .register(registry);
        models = MultiGauge.builder("tinydancer.model.info")
                .description("1, with what each model is now")
                .register(registry);
    }

    private static MeterFilter renaming(String from, String to) {
        return new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                return id.getName().equals(from) ? id.withName(to) : id;
            }
        };
    }

    /** Shows a figure as it is whenever it is asked for. */
    public void show(String name, String description, Supplier<Number> figure) {
        Gauge.builder(name, figure)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /** Shows these models and no others, by role. */
    public void showModels(Map<String, String> present) {
        models.register(
                present.entrySet().stream()
                        .map(model ->
                                MultiGauge.Row.of(Tags.of("role", model.getKey(), "model", model.getValue()), () -> 1))
                        .toList(),
                true);
    }

    /** Figures of one kind, by tenant and a second label; as many as {@link Series} allows. */
    static <T> void showRows(
            MultiGauge gauge, List<T> rows, java.util.function.Function<T, Tags> labels, ToDoubleFunction<T> figure) {
        gauge.register(
                rows.stream()
                        .limit(Series.MOST)
                        .map(row -> MultiGauge.Row.of(labels.apply(row), figure.applyAsDouble(row)))
                        .toList(),
                true);
    }

    @Override
    public void close() {
        collections.close();
    }
}
