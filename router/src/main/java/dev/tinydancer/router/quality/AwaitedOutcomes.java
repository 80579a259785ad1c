package dev.tinydancer.router.quality;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Decisions whose outcome is not known yet. Whoever tries agents out looks here: a request that an agent is answering tells
 * something of it soon, and another one need not be sent for that; and where nothing comes back, nothing is learned.
 *
 * <p>Holds at most {@value #MOST_OF_AN_AGENT} decisions of each agent and {@value #MOST} in all, beyond which they make no
 * difference. Safe for concurrent use, and nobody waits for anybody: every decision passes here, and where threads are many
 * more than processors, those that waited for one that is not running would be many soon, and be let in one by one.
 */
public final class AwaitedOutcomes {

    /** So many leave next to no doubt of an agent, should they all come back. */
    private static final int MOST_OF_AN_AGENT = 100;

    private static final int MOST = 10_000;

    /** Decisions without any outcome after which one that comes at all should have come. */
    private static final int DECISIONS_WITHOUT_OUTCOME = 50;

    private static final Duration TIME_WITHOUT_OUTCOME = Duration.ofMinutes(15);

    /** How often those whose time is up are looked for, which reads them all. */
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final Duration patience;

    private final Map<UUID, Awaited> awaited = new ConcurrentHashMap<>();

    /** Of each agent in {@link #awaited}; whoever adds one there counts it first. */
    private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

    private final AtomicInteger decisionsSinceOutcome = new AtomicInteger();
    private final AtomicReference<Instant> latestOutcome = new AtomicReference<>(Instant.MIN);
    private final AtomicReference<Instant> nextLook = new AtomicReference<>(Instant.MIN);

    private record Awaited(String agent, Instant since) {}

    /** @param patience after which an outcome is awaited no longer, positive */
    public AwaitedOutcomes(Duration patience, InstantSource clock) {
        if (!patience.isPositive()) {
            throw new IllegalArgumentException("patience must be positive, got " + patience);
        }
        this.patience = patience;
        this.clock = requireNonNull(clock, "clock");
    }

    /** A request has gone to this agent. */
    public void expect(UUID decisionId, String agent) {
        Instant now = clock.instant();
        giveUp(now);
        if (decisionsSinceOutcome.get() < DECISIONS_WITHOUT_OUTCOME) {
            decisionsSinceOutcome.incrementAndGet();
        }
        AtomicInteger count = countOf(agent);
        if (count.get() >= MOST_OF_AN_AGENT || awaited.size() >= MOST) {
            return;
        }
        if (count.incrementAndGet() > MOST_OF_AN_AGENT
                || awaited.putIfAbsent(decisionId, new Awaited(agent, now)) != null) {
            count.decrementAndGet();
        }
    }

    /** An outcome has come, of any decision. */
    public void arrived(UUID decisionId, Instant recordedAt) {
        decisionsSinceOutcome.set(0);
        latestOutcome.accumulateAndGet(recordedAt, (one, other) -> one.isAfter(other) ? one : other);
        Awaited found = awaited.remove(decisionId);
        if (found != null) {
            countOf(found.agent()).decrementAndGet();
        }
    }

    /** How many of an agent's are awaited, at least 0; those whose time is up among them for a second more. */
    public int of(String agent) {
        return of(agent, 0);
    }

    /** The same, with so many decisions for the agent that have not been {@linkplain #expect expected} yet. */
    public int of(String agent, int more) {
        AtomicInteger count = counts.get(agent);
        return Math.min((count == null ? 0 : count.get()) + more, MOST_OF_AN_AGENT);
    }

    /**
     * Whether outcomes come back: one was recorded within 15 minutes, or fewer than 50 decisions have been made since the
     * last one.
     */
    public boolean comeBack() {
        return comeBack(0);
    }

    /** The same, with so many decisions that have not been {@linkplain #expect expected} yet. */
    public boolean comeBack(int more) {
        return decisionsSinceOutcome.get() + more < DECISIONS_WITHOUT_OUTCOME
                || latestOutcome.get().isAfter(clock.instant().minus(TIME_WITHOUT_OUTCOME));
    }

    private void giveUp(Instant now) {
        Instant due = nextLook.get();
        if (now.isBefore(due) || !nextLook.compareAndSet(due, now.plus(BETWEEN_LOOKS))) {
            return;
        }
        Instant before = now.minus(patience);
        awaited.forEach((decisionId, each) -> {
            if (each.since().isBefore(before) && awaited.remove(decisionId, each)) {
                countOf(each.agent()).decrementAndGet();
            }
        });
    }

    private AtomicInteger countOf(String agent) {
        AtomicInteger known = counts.get(agent);
        return known != null ? known : counts.computeIfAbsent(agent, _ -> new AtomicInteger());
    }
}
