package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.BudgetExhaustedException;
import dev.tinydancer.router.routing.NoSuitableAgentException;

/** What becomes of a routing for which no agent fits, or no money is left: an error of the call. */
final class Routed {

    private Routed() {}

    /** A routing that may have to wait for the database. */
    @FunctionalInterface
    interface Routing<T> {
        T run() throws InterruptedException;
    }

    /** The error of a call for whose decision others have taken what it needs, a budget or the last place at an agent. */
    static EngineException taken(AgentAssessment agent) {
        return new EngineException(
                SqlState.BUDGET_EXHAUSTED,
                "what " + agent.agent().name() + " needs of a budget or a limit was taken by others meanwhile",
                null,
                "Route the request again.");
    }

    /** What the routing gives. Throws {@code TD404} if no agent fits, {@code TD402} if money is all that is missing. */
    static <T> T orFail(Routing<T> routing) throws InterruptedException {
        try {
            return routing.run();
        } catch (NoSuitableAgentException e) {
            // Where no agent is registered there is nothing to tell of any, and an empty DETAIL would be printed.
            String detail = e.detail().isEmpty() ? null : e.detail();
            throw new EngineException(SqlState.NO_AGENT_FITS, String.valueOf(e.getMessage()), detail, e.hint());
        } catch (BudgetExhaustedException e) {
            throw new EngineException(SqlState.BUDGET_EXHAUSTED, String.valueOf(e.getMessage()), e.detail(), e.hint());
        }
    }
}
