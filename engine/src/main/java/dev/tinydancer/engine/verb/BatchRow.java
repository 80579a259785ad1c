package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.log.DecisionColumns;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request of a batch: a decision or an error.
 *
 * @param state {@code 00000} for a decision
 * @param error SQLSTATE and message
 */
record BatchRow(
        @Nullable DecisionColumns decision,
        SqlState state,
        @Nullable String error) {

    static BatchRow of(DecisionColumns decision) {
        return new BatchRow(decision, SqlState.SUCCESSFUL_COMPLETION, null);
    }

    static BatchRow failed(EngineException failure) {
        String detail = failure.detail();
        return new BatchRow(
                null,
                failure.state(),
                failure.state().code() + ": " + failure.getMessage()
                        + (detail == null || detail.isEmpty() ? "" : ": " + detail));
    }
}
