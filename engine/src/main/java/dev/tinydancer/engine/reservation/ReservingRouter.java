package dev.tinydancer.engine.reservation;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DetachedWork;
import dev.tinydancer.engine.jdbc.SharedReading;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.RequestAssessment;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.Situation;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Routes requests so that budgets and the limits of agents are kept across all engines: decides by what is known of them,
 * reserves what the decision needs, and where that is refused decides again.
 */
public final class ReservingRouter {

    private final ReservationTable table;
    private final DetachedWork work;
    private final InstantSource clock;
    private final Map<String, PoolView> views = new ConcurrentHashMap<>();
    private final Map<String, SharedReading<PoolView>> refreshes = new ConcurrentHashMap<>();

    private ReservingRouter(ReservationTable table, DetachedWork work, InstantSource clock) {
        this.table = table;
        this.work = work;
        this.clock = clock;
    }

    /** Reserves in this database; reads how things stand before it returns. */
    public static ReservingRouter open(Database database, JsonMapper json, DetachedWork work, InstantSource clock) {
        ReservingRouter router = new ReservingRouter(new ReservationTable(database, json), work, clock);
        router.poll();
        return router;
    }

    /**
     * A request as it comes with a call.
     *
     * @param tags of the request
     * @param decisionId what the reservation is kept under; null only where nothing is decided
     * @param logged whether the decision will be in the log
     */
    public record Occasion(
            String tenant,
            Catalog catalog,
            List<String> tags,
            @Nullable UUID decisionId,
            boolean logged) {}

    /** Settles what is due, and learns what other engines and all sessions have done. Called by one thread. */
    public void poll() {
        Map<String, PoolView> read = table.settleAndReadAll();
        views.putAll(read);
        views.keySet().retainAll(read.keySet());
    }

    /** Deletes what was settled long ago. */
    public void forgetSettled() {
        table.forgetSettled();
    }

    /**
     * Decides for one agent and reserves what that needs.
     *
     * @param assess what {@link dev.tinydancer.router.routing.Router#assess} makes of the request in a situation
     * @throws dev.tinydancer.router.routing.BudgetExhaustedException if what is left of a budget does not suffice
     * @throws dev.tinydancer.router.routing.NoSuitableAgentException if no agent keeps all constraints otherwise
     * @throws EngineException {@code TD503} if the database cannot be asked
     */
    public RoutingDecision decide(Occasion occasion, Function<Situation, RequestAssessment> assess)
            throws InterruptedException {
        PoolView view = views.getOrDefault(occasion.tenant(), PoolView.EMPTY);
        RequestAssessment assessment = assess.apply(situation(view, occasion));
        boolean isFresh = false;
        // Each refusal takes an agent out, and one may be for want of newer figures.
        for (int attempt = 0; attempt <= assessment.agents().size() + 1; attempt++) {
            if (!isFresh && assessment.isConstrainedBySituation()) {
                view = refreshed(occasion.tenant());
                isFresh = true;
                assessment = assess.apply(situation(view, occasion));
            }
            RoutingDecision decision = assessment.decide();
            List<Claim> claims = view.claims(occasion.catalog(), occasion.tags(), decision.chosen());
            if (claims.isEmpty()) {
                return decision;
            }
            List<Balance> balances = reserve(occasion, decision.chosen(), claims);
            if (balances.stream().noneMatch(Balance::refused)) {
                return decision;
            }
            view = isFresh ? view.with(balances) : refreshed(occasion.tenant());
            isFresh = true;
            assessment = assess.apply(situation(view, occasion));
        }
        throw new EngineException(
                SqlState.DATABASE_UNREACHABLE,
                "limits and budgets change faster than they can be reserved",
                null,
                "Route the request again.");
    }

    /** A request in the situation of this moment, for one who wants to know and reserves nothing. */
    public RequestAssessment look(Occasion occasion, Function<Situation, RequestAssessment> assess)
            throws InterruptedException {
        RequestAssessment assessment =
                assess.apply(situation(views.getOrDefault(occasion.tenant(), PoolView.EMPTY), occasion));
        return assessment.isConstrainedBySituation()
                ? assess.apply(situation(refreshed(occasion.tenant()), occasion))
                : assessment;
    }

    /**
     * Reserves what a decision needs that was made together with others. The caller decides anew, or without this one, if
     * that is refused.
     *
     * @return whether it was granted
     * @throws EngineException {@code TD503} if the database cannot be asked
     */
    public boolean reserve(Occasion occasion, AgentAssessment chosen) throws InterruptedException {
        PoolView view = known(views.get(occasion.tenant()));
        List<Claim> claims = view.claims(occasion.catalog(), occasion.tags(), chosen);
        return claims.isEmpty() || reserve(occasion, chosen, claims).stream().noneMatch(Balance::refused);
    }

    private Situation situation(PoolView view, Occasion occasion) {
        return view.situation(occasion.catalog(), occasion.tags(), occasion.decisionId(), clock.instant());
    }

    private List<Balance> reserve(Occasion occasion, AgentAssessment chosen, List<Claim> claims)
            throws InterruptedException {
        UUID decisionId = occasion.decisionId();
        if (decisionId == null) {
            throw new EngineException(
                    SqlState.PROTOCOL_VIOLATION, "a decision under a budget or a limit needs a decision_id");
        }
        List<Balance> balances = work.await(
                "the engine cannot reserve in its database",
                () -> table.reserve(occasion.tenant(), decisionId, chosen, occasion.logged(), claims));
        views.compute(occasion.tenant(), (_, view) -> known(view).with(balances));
        return balances;
    }

    /** How a tenant stands now; calls that want to know at the same time ask once. */
    private PoolView refreshed(String tenant) throws InterruptedException {
        return refreshes
                .computeIfAbsent(tenant, name -> work.shared("budgets and limits", () -> refresh(name)))
                .fresh();
    }

    private PoolView refresh(String tenant) {
        List<Balance> balances = table.refresh(tenant);
        return views.compute(tenant, (_, view) -> new PoolView(known(view).circuits(), Map.of()).with(balances));
    }

    private static PoolView known(@Nullable PoolView view) {
        return view == null ? PoolView.EMPTY : view;
    }
}
