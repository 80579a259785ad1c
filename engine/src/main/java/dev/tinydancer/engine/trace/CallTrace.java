package dev.tinydancer.engine.trace;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Is told of calls that have been answered. Safe for concurrent use. */
public interface CallTrace extends AutoCloseable {

    /** Tells nobody. */
    CallTrace OFF = new CallTrace() {
        @Override
        public void answered(Answered call) {}

        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public void close() {}
    };

    /**
     * A call.
     *
     * @param verb what was asked for
     * @param sqlState of the answer
     * @param tenant whose call it was
     * @param decisionId of its first decision; null if there is none
     * @param traceparent the span of the caller, as W3C Trace Context writes it; null for none
     * @param nanos how long it took
     */
    record Answered(
            String verb,
            String sqlState,
            String tenant,
            @Nullable UUID decisionId,
            @Nullable String traceparent,
            long nanos) {}

    /** Takes note of a call that has just been answered. Never waits. */
    void answered(Answered call);

    /** Whether anybody wants to know. */
    default boolean isOn() {
        return true;
    }

    /** Sends what has not been sent yet. */
    @Override
    void close();
}
