package dev.tinydancer.engine.call;

import java.util.concurrent.atomic.AtomicReference;

/**
 * How many sessions ask at the same time. A session that waits for its answer by looking again and again keeps a
 * processor busy, which helps while there are processors to spare and harms when there are not. Safe for concurrent use; nobody
 * waits, least of all in a crowd.
 */
final class Crowd {

    /** Longer than a call takes, so that who asks all the time asks in each window; two to the power of 22 nanoseconds. */
    private static final int WINDOW_BITS = 22;

    /** Sessions that may look on any machine: two of them on two processors have twice as many calls as two that sleep. */
    private static final int FEW = 2;

    private final int most;
    private final AtomicReference<Count> counted = new AtomicReference<>(new Count(0, 0, 0));

    /** @param before sessions of the window before */
    private record Count(long window, int sessions, int before) {

        private Count of(long now) {
            return now == window ? this : new Count(now, 0, now == window + 1 ? sessions : 0);
        }
    }

    /** @param processors of this machine, half of which are left to other work where there are many */
    Crowd(int processors) {
        this.most = Math.max(FEW, processors / 2);
    }

    /** The window of a moment, for {@link #join}. */
    static long windowOf(long nanos) {
        return nanos >> WINDOW_BITS;
    }

    /**
     * Counts a session that asks.
     *
     * @param now the present window
     * @param last the window in which the session asked before
     * @return whether sessions crowd
     */
    boolean join(long now, long last) {
        Count count = now == last
                ? counted.get().of(now)
                : counted.updateAndGet(known -> {
                    Count present = known.of(now);
                    return new Count(now, present.sessions() + 1, present.before());
                });
        return Math.max(count.sessions(), count.before()) > most;
    }
}
