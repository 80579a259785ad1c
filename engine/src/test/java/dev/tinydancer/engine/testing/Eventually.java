package dev.tinydancer.engine.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for something that happens soon, by looking again and again until a deadline. */
public final class Eventually {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 2_000_000;

    private Eventually() {}

    /** What must come to pass without throwing. */
    @FunctionalInterface
    public interface Attempt {
        void run() throws Exception;
    }

    /** Returns as soon as the attempt succeeds; at the deadline its last failure is the test's. */
    public static void succeeds(Attempt attempt) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            try {
                attempt.run();
                return;
            } catch (Exception | AssertionError e) {
                if (System.nanoTime() - deadline >= 0) {
                    throw new AssertionError("did not come to pass within " + DEADLINE, e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
