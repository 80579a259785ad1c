package dev.tinydancer.engine.trace;

import dev.tinydancer.engine.error.SqlState;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One span for each call, sent by OTLP over HTTP in batches from a thread of its own. A caller who says that its trace is
 * not sampled is not sampled here either.
 */
public final class OpenTelemetryTrace implements CallTrace {

    private static final AttributeKey<String> VERB = AttributeKey.stringKey("tinydancer.verb");
    private static final AttributeKey<String> SQL_STATE = AttributeKey.stringKey("db.response.status_code");
    private static final AttributeKey<String> TENANT = AttributeKey.stringKey("tinydancer.tenant");
    private static final AttributeKey<String> DECISION_ID = AttributeKey.stringKey("tinydancer.decision_id");
    private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
    private static final AttributeKey<String> SERVICE_VERSION = AttributeKey.stringKey("service.version");

    private static final Duration GRACE = Duration.ofSeconds(2);

    private static final TextMapGetter<String> TRACEPARENT = new TextMapGetter<>() {
        @Override
        public @Nullable String get(@Nullable String carrier, String key) {
            return key.equals("traceparent") ? carrier : null;
        }
    };

    private final SdkTracerProvider provider;
    private final Tracer tracer;

    /**
     * Sends spans to a collector.
     *
     * @param endpoint the whole address, for example {@code http://127.0.0.1:4318/v1/traces}
     * @param version of the engine
     */
    public OpenTelemetryTrace(URI endpoint, String version) {
        OtlpHttpSpanExporter exporter =
                OtlpHttpSpanExporter.builder().setEndpoint(endpoint.toString()).build();
        this.provider = SdkTracerProvider.builder()
                .setResource(
                        Resource.create(Attributes.of(SERVICE_NAME, "tiny-dancer-engine", SERVICE_VERSION, version)))
                .setSampler(Sampler.parentBased(Sampler.alwaysOn()))
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setScheduleDelay(Duration.ofSeconds(1))
                        .build())
                .build();
        this.tracer = provider.get("dev.tinydancer.engine", version);
    }

    @Override
    public void answered(Answered call) {
        Instant end = Instant.now();
        String caller = call.traceparent();
        Context parent = caller == null
                ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), caller, TRACEPARENT);
        SpanBuilder builder = tracer.spanBuilder("tiny_dancer " + call.verb())
                .setParent(parent)
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(end.minusNanos(call.nanos()))
                .setAttribute(VERB, call.verb())
                .setAttribute(SQL_STATE, call.sqlState())
                .setAttribute(TENANT, call.tenant());
        if (call.decisionId() != null) {
            builder.setAttribute(DECISION_ID, call.decisionId().toString());
        }
        Span span = builder.startSpan();
        if (!call.sqlState().equals(SqlState.SUCCESSFUL_COMPLETION.code())) {
            span.setStatus(StatusCode.ERROR, call.sqlState());
        }
        span.end(end);
    }

    @Override
    public void close() {
        provider.shutdown().join(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
