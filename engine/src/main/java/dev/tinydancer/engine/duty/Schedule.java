package dev.tinydancer.engine.duty;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs duties again and again. One that fails is logged and comes again at its next time. */
public final class Schedule {

    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);

    /** Enough for the duties that take long, beside those that must not wait for them. */
    private static final int THREADS = 4;

    private static final Duration GRACE = Duration.ofSeconds(2);

    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(
            THREADS, Thread.ofPlatform().daemon().name("duty-", 0).factory());

    /** Runs the duty now and then {@code interval} after each end of it. */
    public void every(Duration interval, String name, Runnable duty) {
        ScheduledFuture<?> _ = threads.scheduleWithFixedDelay(
                () -> {
                    try {
                        duty.run();
                    } catch (RuntimeException | Error e) {
                        // An Error as well: the executor would drop the duty without a word, and the engine would limp.
                        LOG.warn("{} failed, it is tried again in {} ms", name, interval.toMillis(), e);
                    }
                },
                0,
                interval.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    /** Stops, and returns when it has. */
    public void close() throws InterruptedException {
        threads.shutdown();
        if (!threads.awaitTermination(GRACE.toNanos(), TimeUnit.NANOSECONDS)) {
            threads.shutdownNow();
        }
    }
}
