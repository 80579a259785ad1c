package dev.tinydancer.postgres.embedded;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has to be done once: by whoever began it or, where the program ends before, by Ctrl-C for one, at its end. The last
 * duty to come is the first to be done then, so that a server stops before its directory is deleted. A program that is killed
 * does nothing any more.
 */
final class ExitDuty {

    private static final Logger log = LoggerFactory.getLogger(ExitDuty.class);

    /** Those that are not done, the last one first. Guards itself. */
    private static final Deque<ExitDuty> OPEN = new ArrayDeque<>();

    /** Guarded by {@link #OPEN}. */
    private static boolean ending;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ExitDuty::doAll, "exit duties"));
    }

    private final Runnable work;
    private boolean done;

    private ExitDuty(Runnable work) {
        this.work = work;
    }

    /**
     * Begins something and takes on the duty to undo it, as one: the program does not end in between, and what it did not
     * know of when it began to end is not begun.
     *
     * @throws EmbeddedServerException if it ends
     */
    static <T, E extends Exception> T unlessEnding(Beginning<T, E> beginning) throws E {
        synchronized (OPEN) {
            if (ending) {
                throw new EmbeddedServerException("the program is ending");
            }
            return beginning.begin();
        }
    }

    /** What is begun together with its duty. */
    @FunctionalInterface
    interface Beginning<T, E extends Exception> {
        T begin() throws E;
    }

    /** Takes a duty on. */
    static ExitDuty of(Runnable work) {
        ExitDuty duty = new ExitDuty(work);
        synchronized (OPEN) {
            OPEN.push(duty);
        }
        return duty;
    }

    /**
     * Does what the duty is about to undo, unless the program ends; it does not end meanwhile.
     *
     * @throws EmbeddedServerException if it ends
     */
    synchronized void begin(Runnable what) {
        if (done) {
            throw new EmbeddedServerException("the program is ending");
        }
        what.run();
    }

    /** Does the duty, if that has not been done. Until it is, it stays open, so that the program's end waits for it. */
    synchronized void discharge() {
        try {
            if (!done) {
                done = true;
                work.run();
            }
        } finally {
            synchronized (OPEN) {
                OPEN.remove(this);
            }
        }
    }

    private static void doAll() {
        synchronized (OPEN) {
            ending = true;
        }
        for (ExitDuty duty = last(); duty != null; duty = last()) {
            try {
                duty.discharge();
            } catch (RuntimeException e) {
                log.warn("something is left behind", e);
            }
        }
    }

    private static @Nullable ExitDuty last() {
        synchronized (OPEN) {
            return OPEN.peek();
        }
    }
}
