package dev.tinydancer.engine.verb;

import dev.tinydancer.engine.call.Call;
import dev.tinydancer.engine.call.LogMode;
import dev.tinydancer.engine.call.Reply;
import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.conversation.ConversationTurn;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.log.DecisionColumns;
import dev.tinydancer.engine.log.DecisionLog;
import dev.tinydancer.engine.log.LoggedDecision;
import dev.tinydancer.engine.metrics.DecisionMetrics;
import dev.tinydancer.engine.reservation.ReservingRouter;
import dev.tinydancer.engine.reservation.ReservingRouter.Attempt;
import dev.tinydancer.engine.reservation.ReservingRouter.Decisions;
import dev.tinydancer.router.AdaptiveRouter;
import dev.tinydancer.router.conversation.ConversationState;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.PendingDecisions;
import dev.tinydancer.router.routing.RequestAssessment;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.RoutingRequest;
import dev.tinydancer.router.routing.Situation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One call that routes: assesses, decides and reserves under what its caller sees, and logs what was decided. A call may
 * make several decisions, each with its place from 0. For one thread.
 */
final class RoutingCall {

    private final Call<?> call;
    private final List<String> tags;
    private final List<String> budgetTags;
    private final @Nullable String unknownExclusions;
    private final Catalog catalog;
    private final AdaptiveRouter router;
    private final ReservingRouter reserving;
    private final DecisionLog log;
    private final DecisionMetrics metrics;
    /** Agents that the decisions of the present attempt are for though their circuits are open. */
    private final Set<String> lastResorts = new TreeSet<>();

    /** Decisions of the present attempt; the router is told of those that succeed, when they are logged. */
    private final PendingDecisions pending = new PendingDecisions();

    private boolean missesOutcomes;
    private int unlogged;

    /** @see RoutingCalls#open */
    RoutingCall(
            Call<?> call,
            List<String> tags,
            List<String> budgetTags,
            @Nullable String unknownExclusions,
            Catalog catalog,
            AdaptiveRouter router,
            ReservingRouter reserving,
            DecisionLog log,
            DecisionMetrics metrics) {
        this.call = call;
        this.tags = tags;
        this.budgetTags = budgetTags;
        this.unknownExclusions = unknownExclusions;
        this.catalog = catalog;
        this.router = router;
        this.reserving = reserving;
        this.log = log;
        this.metrics = metrics;
    }

    /** What the caller sees. */
    Catalog catalog() {
        return catalog;
    }

    /** The request in the situation of this moment; nothing is reserved. */
    RequestAssessment look(RoutingRequest request) throws InterruptedException {
        return together(attempt -> look(attempt, 0, request));
    }

    /** Makes decisions that are reserved together, see {@link ReservingRouter#together}. */
    <T> T together(Decisions<T> decisions) throws InterruptedException {
        return reserving.together(call.tenant(), catalog, budgetTags, call.logMode() != LogMode.OFF, attempt -> {
            lastResorts.clear();
            pending.clear();
            return decisions.decide(attempt);
        });
    }

    /** A request in the situation that the decisions of the attempt leave. */
    RequestAssessment look(Attempt attempt, int place, RoutingRequest request) throws InterruptedException {
        return attempt.look(decisionId(place), assessmentOf(request));
    }

    /** Decides for one agent. Throws {@code TD404} if no agent fits, {@code TD402} if money is all that is missing. */
    RoutingDecision decide(Attempt attempt, int place, RoutingRequest request) throws InterruptedException {
        RoutingDecision decision = Routed.orFail(() -> attempt.decide(decisionId(place), assessmentOf(request)));
        pending.add(decision);
        noteLastResort(decision.chosen());
        missesOutcomes |= decision.ranking().size() > 1 && router.missesOutcomes(request.policy());
        return decision;
    }

    /** Whether a decision that was made otherwise can be had beside those of the attempt; if so, it is one of them now. */
    boolean reserve(Attempt attempt, int place, AgentAssessment chosen) throws InterruptedException {
        boolean isReserved = attempt.reserve(decisionId(place), chosen);
        if (isReserved) {
            pending.add(chosen.agent().name());
            noteLastResort(chosen);
        }
        return isReserved;
    }

    private void noteLastResort(AgentAssessment chosen) {
        if (chosen.overlooked() != null) {
            lastResorts.add(chosen.agent().name());
        }
    }

    /** Makes a decision; one that is refused counts. */
    <T> T counted(String optimizeFor, Routed.Routing<T> routing) throws InterruptedException {
        try {
            return routing.run();
        } catch (EngineException e) {
            refused(optimizeFor, e.state());
            throw e;
        }
    }

    /** Counts a request for which no decision could be made. */
    void refused(String optimizeFor, SqlState reason) {
        metrics.refused(call.tenant(), optimizeFor, reason);
    }

    /** By the caller's catalog, which may differ from the one that the router knows. */
    private Function<Situation, RequestAssessment> assessmentOf(RoutingRequest request) {
        return situation -> router.router().assess(catalog.agents(), request, situation, pending);
    }

    /** The id of a decision; null where the verb decides nothing. */
    @Nullable
    UUID decisionId(int place) {
        return call.decisionId(place);
    }

    /**
     * Counts a decision, logs it as the call asks for it, and awaits its outcome.
     *
     * @param optimizeFor what the log is to say that it was decided for
     * @param conversationId the caller's name for the conversation; null for none
     * @return the row that the caller is to write; null if it is to write none
     */
    @Nullable
    String log(
            int place, String optimizeFor, @Nullable String conversationId, String request, DecisionColumns columns) {
        metrics.decided(call.tenant(), columns.agent(), optimizeFor, columns.isTrial(), columns.estimatedCostUsd());
        UUID decisionId = call.decisionId(place);
        if (decisionId != null) {
            // Those that are not logged, too: that nothing will come of them is a reason to try nobody out.
            router.expectOutcome(decisionId, columns.agent());
            if (columns.isTrial()) {
                router.spendOnTrial(columns.estimatedCostUsd());
            }
        }
        if (call.logMode() == LogMode.OFF) {
            return null;
        }
        if (decisionId == null) {
            throw new EngineException(
                    SqlState.PROTOCOL_VIOLATION, "a decision that is to be logged needs a decision_id");
        }
        LoggedDecision decision = LoggedDecision.of(
                decisionId, call.tenant(), optimizeFor, tags, conversationId, request, call.keepsRequests(), columns);
        if (call.logMode() == LogMode.SYNC) {
            return decision.row();
        }
        unlogged += log.offer(decision) ? 0 : 1;
        return null;
    }

    /**
     * How a conversation stands with a decision.
     *
     * @param conversationId null for none
     * @return the row that the caller is to write; null if it is to write none
     */
    @Nullable
    String turn(int place, @Nullable String conversationId, RoutingDecision decision, JsonMapper json) {
        UUID decisionId = decisionId(place);
        ConversationState state = decision.conversation();
        return conversationId == null || decisionId == null || state == null
                ? null
                : ConversationTurn.row(call.tenant(), conversationId, decisionId, state, json);
    }

    /**
     * What the caller is to be told beside the decisions that have been made and logged; null for nothing.
     *
     * @param reply knows what the session has been told before
     */
    @Nullable
    String notice(Reply reply) {
        String withoutOutcomes = missesOutcomes
                ? reply.once("no outcomes have come back lately, so that no agent is tried out:"
                        + " ruvector_record_outcome reports them")
                : null;
        String openCircuits = lastResorts.isEmpty()
                ? null
                : "no agent fits whose circuit is closed, asked all the same: " + String.join(", ", lastResorts);
        String fullQueue = unlogged == 0
                ? null
                : "the engine's queue of decisions to log is full, " + unlogged + " of this call are not logged";
        return Notices.joined(openCircuits, unknownExclusions, fullQueue, withoutOutcomes);
    }
}
