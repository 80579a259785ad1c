package dev.tinydancer.engine.call;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.log.DecisionColumns;
import dev.tinydancer.engine.log.DecisionLog;
import dev.tinydancer.engine.log.LoggedDecision;
import dev.tinydancer.engine.log.RequestHash;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Hands the decisions of calls to the engine's log, where their callers do not write them themselves. */
final class CallLog {

    /**
     * One decision of a call.
     *
     * @param place among the decisions of the call, from 0
     * @param request its text
     */
    record Entry(int place, String request, DecisionColumns columns) {}

    private final DecisionLog log;

    CallLog(DecisionLog log) {
        this.log = log;
    }

    /**
     * Leaves the decisions to the log if that is what the call asks for.
     *
     * @return what the caller is to be told; null for nothing
     */
    @Nullable
    String offer(Call<?> call, String optimizeFor, List<String> tags, List<Entry> decisions) {
        if (call.log() != LogMode.ASYNC) {
            return null;
        }
        int dropped = 0;
        for (Entry decision : decisions) {
            UUID decisionId = call.decisionId(decision.place());
            if (decisionId == null) {
                throw new EngineException(
                        SqlState.PROTOCOL_VIOLATION, "a decision that the engine is to log needs a decision_id");
            }
            boolean taken = log.offer(new LoggedDecision(
                    decisionId,
                    call.tenant(),
                    optimizeFor,
                    tags,
                    RequestHash.hex(decision.request()),
                    call.logRequests() ? decision.request() : null,
                    decision.columns()));
            dropped += taken ? 0 : 1;
        }
        return dropped == 0
                ? null
                : "the engine's queue of decisions to log is full, " + dropped + " of " + decisions.size()
                        + " are not logged";
    }
}
