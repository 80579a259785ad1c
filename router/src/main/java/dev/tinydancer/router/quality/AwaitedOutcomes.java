package dev.tinydancer.router.quality;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decisions whose outcome is not known yet. Whoever tries agents out looks here: a request that an agent is answering tells
 * something of it soon, and another one need not be sent for that; and where nothing comes back, nothing is learned.
 *
 * <p>Holds at most {@value #MOST_OF_AN_AGENT} decisions of each agent and {@value #MOST} in all, beyond which they make no
 * difference. Safe for concurrent use; looking waits for nobody.
 */
public final class AwaitedOutcomes {

    /** So many leave next to no doubt of an agent, should they all come back. */
    private static final int MOST_OF_AN_AGENT = 100;

    private static final int MOST = 10_000;

    /** Decisions without any outcome after which one that comes at all should have come. */
    private static final int DECISIONS_WITHOUT_OUTCOME = 50;

    private static final Duration TIME_WITHOUT_OUTCOME = Duration.ofMinutes(15);

    private final InstantSource clock;
    private final Duration patience;

    /** The oldest first. Guarded by this, as is every change of the rest. */
    private final Map<UUID, Awaited> awaited = new LinkedHashMap<>();

    private final Map<String, Integer> counts = new ConcurrentHashMap<>();
    private volatile int decisionsSinceOutcome;
    private volatile Instant latestOutcome = Instant.MIN;

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
    public synchronized void expect(UUID decisionId, String agent) {
        Instant now = clock.instant();
        giveUp(now.minus(patience));
        decisionsSinceOutcome = Math.min(decisionsSinceOutcome + 1, DECISIONS_WITHOUT_OUTCOME);
        if (awaited.size() < MOST && of(agent) < MOST_OF_AN_AGENT) {
            Awaited before = awaited.putIfAbsent(decisionId, new Awaited(agent, now));
            if (before == null) {
                counts.merge(agent, 1, Integer::sum);
            }
        }
    }

    /** An outcome has come, of any decision. */
    public synchronized void arrived(UUID decisionId, Instant recordedAt) {
        decisionsSinceOutcome = 0;
        if (recordedAt.isAfter(latestOutcome)) {
            latestOutcome = recordedAt;
        }
        Awaited found = awaited.remove(decisionId);
        if (found != null) {
            countOneLess(found.agent());
        }
    }

    /** How many of an agent's are awaited, at least 0; those whose time is up among them until the next decision. */
    public int of(String agent) {
        return counts.getOrDefault(agent, 0);
    }

    /**
     * Whether outcomes come back: one was recorded within 15 minutes, or fewer than 50 decisions have been made since the
     * last one.
     */
    public boolean comeBack() {
        return decisionsSinceOutcome < DECISIONS_WITHOUT_OUTCOME
                || latestOutcome.isAfter(clock.instant().minus(TIME_WITHOUT_OUTCOME));
    }

    private void giveUp(Instant before) {
        Iterator<Awaited> oldestFirst = awaited.values().iterator();
        while (oldestFirst.hasNext()) {
            Awaited oldest = oldestFirst.next();
            if (!oldest.since().isBefore(before)) {
                return;
            }
            oldestFirst.remove();
            countOneLess(oldest.agent());
        }
    }

    private void countOneLess(String agent) {
        counts.computeIfPresent(agent, (_, count) -> count == 1 ? null : count - 1);
    }
}
