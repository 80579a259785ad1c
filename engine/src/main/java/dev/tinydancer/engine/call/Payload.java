package dev.tinydancer.engine.call;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.tinydancer.engine.catalog.CatalogDocument;
import dev.tinydancer.engine.catalog.RoutesDocument;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JSON object of a message, as {@code docs/protocol.md} describes it. Parameters of the session that it never set are
 * null, and those that it has reset are empty.
 *
 * @param catalogVersion of the document that the verb rests on, agents or routes, as the caller sees it
 * @param catalog the agents that the caller sees, if it sees what no other does
 * @param routes the semantic routes that the caller sees, likewise
 * @param fixedSnapshot whether the caller's transaction has one snapshot for all of its statements, which may be an old
 *     one; null is no
 * @param at when the call began, in seconds since 1970
 * @param session the database's process, so that no two sessions send the same message
 * @param log the session's {@code tiny_dancer.log_decisions}; null for verbs that decide nothing
 * @param logRequests the session's {@code tiny_dancer.log_requests}
 * @param onEngineDown the session's {@code tiny_dancer.on_engine_down}, which matters when no engine can say that it is wrong
 * @param traceparent the session's {@code tiny_dancer.traceparent}: the span that the call belongs to. One that is no such
 *     thing is passed over, as W3C Trace Context asks for
 */
record Payload<A>(
        String tenant,
        long catalogVersion,
        @Nullable CatalogDocument catalog,
        @Nullable RoutesDocument routes,
        @Nullable Boolean fixedSnapshot,
        double at,
        int session,
        @Nullable String log,
        @Nullable String logRequests,
        @Nullable String onEngineDown,
        @Nullable String traceparent,
        A arguments) {

    private static final List<String> ON_OFF = List.of("on", "off");
    private static final List<String> ERROR_FALLBACK = List.of("error", "fallback");

    Payload {
        requireNonNull(tenant, "tenant");
        if (tenant.indexOf('\0') >= 0) {
            // No tenant of PostgreSQL has one, and every query for it would fail, those for all tenants included.
            throw new IllegalArgumentException("tenant must not have a NUL character");
        }
        requireNonNull(arguments, "arguments");
    }

    /** Throws {@code 22023} if a parameter of the session has none of its values. */
    void checkParameters() {
        if (log != null) {
            Arguments.oneOf("tiny_dancer.log_decisions", log, LogMode::fromSqlName, LogMode::sqlNames);
        }
        if (isSet(logRequests)) {
            Arguments.oneOf("tiny_dancer.log_requests", logRequests, ON_OFF);
        }
        if (isSet(onEngineDown)) {
            Arguments.oneOf("tiny_dancer.on_engine_down", onEngineDown, ERROR_FALLBACK);
        }
    }

    LogMode logMode() {
        return LogMode.fromSqlName(requireNonNullElse(log, "")).orElse(LogMode.OFF);
    }

    boolean keepsRequests() {
        return "on".equals(logRequests);
    }

    private static boolean isSet(@Nullable String parameter) {
        return parameter != null && !parameter.isEmpty();
    }
}
