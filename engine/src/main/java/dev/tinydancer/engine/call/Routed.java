package dev.tinydancer.engine.call;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.router.routing.NoSuitableAgentException;
import java.util.function.Supplier;

/** What becomes of a routing for which no agent fits: an error of the call. */
final class Routed {

    private Routed() {}

    /** What the routing gives. Throws {@code TD404} if no agent fits. */
    static <T> T orFail(Supplier<T> routing) {
        try {
            return routing.get();
        } catch (NoSuitableAgentException e) {
            throw new EngineException(SqlState.NO_AGENT_FITS, String.valueOf(e.getMessage()), e.detail(), e.hint());
        }
    }
}
