package dev.tinydancer.engine.reservation;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.jdbc.Connections;
import dev.tinydancer.engine.jdbc.DetachedWork;
import dev.tinydancer.engine.jdbc.JoinedWork;
import dev.tinydancer.engine.jdbc.SharedReading;
import dev.tinydancer.engine.metrics.BudgetMetrics;
import dev.tinydancer.engine.metrics.CircuitMetrics;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.RequestAssessment;
import dev.tinydancer.router.routing.RoutingDecision;
import dev.tinydancer.router.routing.Situation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

    /** Reservations of one call that others do not notice when they are made with theirs. */
    private static final int SMALL = 10;

    private static final String FAILURE = "the engine cannot reserve in its database";

    /** Of many; measured 17 µs on two cores. */
    private static final Duration TIME_OF_EACH = Duration.ofNanos(50_000);

    private final ReservationTable table;
    private final DetachedWork work;
    private final InstantSource clock;
    private final BudgetMetrics metrics;
    private final CircuitMetrics circuits;
    private final Map<String, TenantStanding> standings = new ConcurrentHashMap<>();
    private final Map<String, SharedReading<TenantStanding>> refreshes = new ConcurrentHashMap<>();

    /** By tenant: those who see the same budgets go together. */
    private final Map<String, JoinedWork<Catalog, List<Reservation>, List<Allowance>>> joined =
            new ConcurrentHashMap<>();

    private ReservingRouter(
            ReservationTable table,
            DetachedWork work,
            InstantSource clock,
            BudgetMetrics metrics,
            CircuitMetrics circuits) {
        this.table = table;
        this.work = work;
        this.clock = clock;
        this.metrics = metrics;
        this.circuits = circuits;
    }

    /** Reserves in this database; reads how things stand before it returns. */
    public static ReservingRouter open(
            Connections connections,
            JsonMapper json,
            DetachedWork work,
            InstantSource clock,
            BudgetMetrics metrics,
            CircuitMetrics circuits) {
        ReservingRouter router =
                new ReservingRouter(new ReservationTable(connections, json), work, clock, metrics, circuits);
        router.poll();
        return router;
    }

    /** Settles what is due, and learns what other engines and all sessions have done. Called by one thread. */
    public void poll() {
        table.settle();
        ReservationTable.Present read = table.readAll();
        standings.putAll(read.tenants());
        standings.keySet().retainAll(read.tenants().keySet());
        metrics.show(read.budgets());
        circuits.show(read.circuits());
    }

    /** Deletes what was settled long ago. */
    public void forgetSettled() {
        table.forgetSettled();
    }

    /** Gives the memory of those back who want nothing at the moment; what is under way goes on, with nobody to join it. */
    public void forgetUnused() {
        joined.clear();
        refreshes.clear();
        work.forgetUnused();
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
     * @param catalog as the caller sees it
     * @param tags of each of the requests
     * @param logged whether the decisions will be in the log
     * @param decisions makes them in an attempt; what it throws ends the call, and nothing is reserved
     * @return what it returned in the attempt that succeeded
     * @throws EngineException {@code TD503} if the database cannot be asked
     */
    public <T> T together(String tenant, Catalog catalog, List<String> tags, boolean logged, Decisions<T> decisions)
            throws InterruptedException {
        Attempt attempt = new Attempt(tenant, catalog, tags, logged);
        for (int tried = 0; tried < MOST_ATTEMPTS; tried++) {
            T decided = decisions.decide(attempt);
            if (Thread.interrupted()) {
                // Nobody gets the decisions: what they need is not to be kept from others.
                throw new InterruptedException();
            }
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
        private final Catalog catalog;
        private final List<String> tags;
        private final boolean logged;
        private final List<Reservation> reservations = new ArrayList<>();
        private TenantStanding standing;
        private boolean isFresh;

        private Attempt(String tenant, Catalog catalog, List<String> tags, boolean logged) {
            this.tenant = tenant;
            this.catalog = catalog;
            this.tags = tags;
            this.logged = logged;
            this.standing = known(standings.get(tenant));
        }

        /**
         * A request in the situation that the decisions before it leave.
         *
         * @param decisionId of the decision that is to be made; null only where none is
         * @param assess what {@link dev.tinydancer.router.routing.Router#assess} makes of the request in a situation
         */
        public RequestAssessment look(@Nullable UUID decisionId, Function<Situation, RequestAssessment> assess)
                throws InterruptedException {
            RequestAssessment assessment = assess.apply(situation(decisionId));
            if (assessment.isConstrainedBySituation() && refresh()) {
                return assess.apply(situation(decisionId));
            }
            return assessment;
        }

        /**
         * Decides for one agent.
         *
         * @param decisionId what the reservation is kept under
         * @param assess as for {@link #look}
         * @throws dev.tinydancer.router.routing.BudgetExhaustedException if what is left of a budget does not suffice
         * @throws dev.tinydancer.router.routing.NoSuitableAgentException if no agent keeps all constraints otherwise
         */
        public RoutingDecision decide(@Nullable UUID decisionId, Function<Situation, RequestAssessment> assess)
                throws InterruptedException {
            RoutingDecision decision = look(decisionId, assess).decide();
            take(decisionId, decision.chosen(), claims(decision.chosen()));
            return decision;
        }

        /** Whether a decision that was made otherwise can be had beside those before it; if so, it is one of them now. */
        public boolean reserve(@Nullable UUID decisionId, AgentAssessment chosen) throws InterruptedException {
            List<Claim> claims = claims(chosen);
            if (!standing.admits(claims, clock.instant()) && !(refresh() && standing.admits(claims, clock.instant()))) {
                return false;
            }
            take(decisionId, chosen, claims);
            return true;
        }

        private Situation situation(@Nullable UUID decisionId) {
            return standing.situation(catalog, tags, decisionId, clock.instant());
        }

        private List<Claim> claims(AgentAssessment chosen) {
            return standing.claims(catalog, tags, chosen, clock.instant());
        }

        private void take(@Nullable UUID decisionId, AgentAssessment chosen, List<Claim> claims) {
            if (claims.isEmpty()) {
                return;
            }
            if (decisionId == null) {
                throw new EngineException(
                        SqlState.PROTOCOL_VIOLATION, "a decision under a budget or a limit needs a decision_id");
            }
            reservations.add(Reservation.of(decisionId, chosen, logged, claims));
            standing = standing.withTaken(claims, clock.instant());
        }

        /** Asks how things stand now, once: what is in the way may be gone. Returns whether anything is known anew. */
        private boolean refresh() throws InterruptedException {
            if (isFresh) {
                return false;
            }
            standing = refreshed(tenant);
            for (Reservation reservation : reservations) {
                standing = standing.withTaken(reservation.claims(), clock.instant());
            }
            isFresh = true;
            return true;
        }

        /** Reserves all of it; whether that was granted. */
        private boolean commit() throws InterruptedException {
            return reservations.isEmpty()
                    || ReservingRouter.this.reserve(tenant, catalog, reservations).stream()
                            .noneMatch(Allowance::refused);
        }

        /** With what the database said when it refused this one, and with what has been settled since. */
        private Attempt next() throws InterruptedException {
            Attempt next = new Attempt(tenant, catalog, tags, logged);
            if (!isFresh) {
                next.standing = refreshed(tenant);
            }
            next.isFresh = true;
            return next;
        }
    }

    private List<Allowance> reserve(String tenant, Catalog catalog, List<Reservation> reservations)
            throws InterruptedException {
        List<Reservation> together = List.copyOf(reservations);
        if (together.size() <= SMALL) {
            return joined.computeIfAbsent(tenant, this::joined).await(catalog, together);
        }
        Supplier<List<Allowance>> reserving = () -> reserve(tenant, together);
        return together.size() < LARGE
                ? work.await(tenant, FAILURE, reserving)
                : work.awaitLarge(tenant, FAILURE, TIME_OF_EACH.multipliedBy(together.size()), reserving);
    }

    private JoinedWork<Catalog, List<Reservation>, List<Allowance>> joined(String tenant) {
        return work.joined(
                tenant,
                FAILURE,
                calls -> reserve(tenant, distinct(calls)),
                allowances -> allowances.stream().anyMatch(Allowance::refused));
    }

    /** A call that was sent again while its first thread still waits is one. */
    private static List<Reservation> distinct(List<List<Reservation>> calls) {
        Map<UUID, Reservation> reservations = new LinkedHashMap<>();
        for (List<Reservation> call : calls) {
            call.forEach(reservation -> reservations.put(reservation.decisionId(), reservation));
        }
        return List.copyOf(reservations.values());
    }

    private List<Allowance> reserve(String tenant, List<Reservation> reservations) {
        List<Allowance> allowances = table.reserve(tenant, reservations);
        standings.compute(tenant, (_, standing) -> known(standing).with(allowances));
        return allowances;
    }

    /** How a tenant stands now; calls that want to know at the same time ask once. */
    private TenantStanding refreshed(String tenant) throws InterruptedException {
        return refreshes
                .computeIfAbsent(tenant, name -> work.shared("budgets and limits", () -> refresh(name)))
                .fresh();
    }

    private TenantStanding refresh(String tenant) {
        List<Allowance> allowances = table.refresh(tenant);
        return standings.compute(tenant, (_, standing) -> known(standing).withOnly(allowances));
    }

    private static TenantStanding known(@Nullable TenantStanding standing) {
        return standing == null ? TenantStanding.EMPTY : standing;
    }
}
