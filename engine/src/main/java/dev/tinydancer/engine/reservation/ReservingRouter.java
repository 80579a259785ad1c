package dev.tinydancer.engine.reservation;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.jdbc.Connections;
import dev.tinydancer.engine.jdbc.DetachedWork;
import dev.tinydancer.engine.jdbc.SharedReading;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.RequestAssessment;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.Situation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Routes requests so that budgets and the limits of agents are kept across all engines: decides by what is known of them,
 * reserves what the decision needs, and where that is refused decides again.
 */
public final class ReservingRouter {

    /** Of sessions that want the last of a budget at the same time, one gets it at each attempt. */
    private static final int MOST_ATTEMPTS = 20;

    /** Reservations of one call that take so long that not all calls may do it at the same time. */
    private static final int LARGE = 1_000;

    /** Of many; measured 17 µs on two cores. */
    private static final Duration TIME_OF_EACH = Duration.ofNanos(50_000);

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
    public static ReservingRouter open(
            Connections connections, JsonMapper json, DetachedWork work, InstantSource clock) {
        ReservingRouter router = new ReservingRouter(new ReservationTable(connections, json), work, clock);
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
        table.settle();
        Map<String, PoolView> read = table.readAll();
        views.putAll(read);
        views.keySet().retainAll(read.keySet());
    }

    /** Deletes what was settled long ago. */
    public void forgetSettled() {
        table.forgetSettled();
    }

    /** Decisions that are made together. */
    @FunctionalInterface
    public interface Decisions<T> {
        T decide(Attempt attempt) throws InterruptedException;
    }

    /**
     * Makes decisions that are reserved together, all or none: where others were faster, they are made anew by what is known
     * then.
     *
     * @param decisions makes them in an attempt; what it throws ends the call, and nothing is reserved
     * @return what it returned in the attempt that succeeded
     * @throws EngineException {@code TD503} if the database cannot be asked
     */
    public <T> T together(String tenant, Decisions<T> decisions) throws InterruptedException {
        Attempt attempt = new Attempt(tenant);
        for (int tried = 0; tried < MOST_ATTEMPTS; tried++) {
            T decided = decisions.decide(attempt);
            if (attempt.commit()) {
                return decided;
            }
            attempt = attempt.next();
        }
        throw new EngineException(
                SqlState.DATABASE_UNREACHABLE,
                "limits and budgets change faster than they can be reserved",
                null,
                "Route the request again.");
    }

    /**
     * Decisions of one call until they are reserved, each in the situation that those before it leave. For one thread.
     */
    public final class Attempt {

        private final String tenant;
        private final List<Reservation> reservations = new ArrayList<>();
        private PoolView view;
        private boolean isFresh;

        private Attempt(String tenant) {
            this.tenant = tenant;
            this.view = known(views.get(tenant));
        }

        /** A request in the situation that the decisions before it leave. */
        public RequestAssessment look(Occasion occasion, Function<Situation, RequestAssessment> assess)
                throws InterruptedException {
            RequestAssessment assessment = assess.apply(situation(occasion));
            if (assessment.isConstrainedBySituation() && refresh()) {
                return assess.apply(situation(occasion));
            }
            return assessment;
        }

        /**
         * Decides for one agent.
         *
         * @param assess what {@link dev.tinydancer.router.routing.Router#assess} makes of the request in a situation
         * @throws dev.tinydancer.router.routing.BudgetExhaustedException if what is left of a budget does not suffice
         * @throws dev.tinydancer.router.routing.NoSuitableAgentException if no agent keeps all constraints otherwise
         */
        public RoutingDecision decide(Occasion occasion, Function<Situation, RequestAssessment> assess)
                throws InterruptedException {
            RoutingDecision decision = look(occasion, assess).decide();
            take(occasion, decision.chosen(), claims(occasion, decision.chosen()));
            return decision;
        }

        /** Whether a decision that was made otherwise can be had beside those before it; if so, it is one of them now. */
        public boolean reserve(Occasion occasion, AgentAssessment chosen) throws InterruptedException {
            List<Claim> claims = claims(occasion, chosen);
            if (!view.admits(claims, clock.instant()) && !(refresh() && view.admits(claims, clock.instant()))) {
                return false;
            }
            take(occasion, chosen, claims);
            return true;
        }

        private Situation situation(Occasion occasion) {
            return view.situation(occasion.catalog(), occasion.tags(), occasion.decisionId(), clock.instant());
        }

        private List<Claim> claims(Occasion occasion, AgentAssessment chosen) {
            return view.claims(occasion.catalog(), occasion.tags(), chosen);
        }

        private void take(Occasion occasion, AgentAssessment chosen, List<Claim> claims) {
            if (claims.isEmpty()) {
                return;
            }
            UUID decisionId = occasion.decisionId();
            if (decisionId == null) {
                throw new EngineException(
                        SqlState.PROTOCOL_VIOLATION, "a decision under a budget or a limit needs a decision_id");
            }
            reservations.add(Reservation.of(decisionId, chosen, occasion.logged(), claims));
            view = view.withTaken(claims, clock.instant());
        }

        /** Asks how things stand now, once: what is in the way may be gone. Returns whether anything is known anew. */
        private boolean refresh() throws InterruptedException {
            if (isFresh) {
                return false;
            }
            view = refreshed(tenant);
            for (Reservation reservation : reservations) {
                view = view.withTaken(reservation.claims(), clock.instant());
            }
            isFresh = true;
            return true;
        }

        /** Reserves all of it; whether that was granted. */
        private boolean commit() throws InterruptedException {
            return reservations.isEmpty()
                    || ReservingRouter.this.reserve(tenant, reservations).stream()
                            .noneMatch(Balance::refused);
        }

        /** With what the database said when it refused this one, and with what has been settled since. */
        private Attempt next() throws InterruptedException {
            Attempt next = new Attempt(tenant);
            if (!isFresh) {
                next.view = refreshed(tenant);
            }
            next.isFresh = true;
            return next;
        }
    }

    private List<Balance> reserve(String tenant, List<Reservation> reservations) throws InterruptedException {
        String failure = "the engine cannot reserve in its database";
        List<Reservation> together = List.copyOf(reservations);
        Supplier<List<Balance>> reserving = () -> table.reserve(tenant, together);
        List<Balance> balances = together.size() < LARGE
                ? work.await(tenant, failure, reserving)
                : work.awaitLarge(tenant, failure, TIME_OF_EACH.multipliedBy(together.size()), reserving);
        views.compute(tenant, (_, view) -> known(view).with(balances));
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
        return views.compute(tenant, (_, view) -> known(view).withOnly(balances));
    }

    private static PoolView known(@Nullable PoolView view) {
        return view == null ? PoolView.EMPTY : view;
    }
}
