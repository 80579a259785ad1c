package dev.tinydancer.engine.call;

/**
 * How many sessions ask at the same time. A session that waits for its answer by looking again and again keeps a
 * processor busy, which helps while there are processors to spare and harms when there are not.
 */
final class Crowd {

    /** Longer than a call takes, so that who asks all the time asks in each window; two to the power of 22 nanoseconds. */
    private static final int WINDOW_BITS = 22;

    private final int processors;
    private long window;
    private int sessions;
    private int sessionsBefore;

    /** @param processors of this machine, half of which are taken for the database's own */
    Crowd(int processors) {
        this.processors = processors;
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
    synchronized boolean join(long now, long last) {
        if (now != window) {
            sessionsBefore = now == window + 1 ? sessions : 0;
            sessions = 0;
            window = now;
        }
        if (now != last) {
            sessions++;
        }
        return 2 * Math.max(sessions, sessionsBefore) > processors;
    }
}
