package dev.tinydancer.engine.jdbc;

import dev.tinydancer.engine.error.EngineException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something in the database that many threads want to read at the same time: one reads, the others wait for it.
 *
 * <p>The reading is done by a thread of its own. Those who wait may be interrupted, which would cost a connection if it
 * happened to the one who reads.
 */
public final class SharedReading<T> {

    private static final Logger LOG = LoggerFactory.getLogger(SharedReading.class);

    private final String subject;
    private final Supplier<T> source;
    private final Executor executor;
    private final Duration timeout;

    /** The reading that is under way, under the lock of this object. */
    private @Nullable CompletableFuture<T> running;

    /**
     * @param subject what is read, for messages
     * @param source reads it
     * @param executor runs the source
     * @param timeout how long a thread waits for it
     */
    public SharedReading(String subject, Supplier<T> source, Executor executor, Duration timeout) {
        this.subject = subject;
        this.source = source;
        this.executor = executor;
        this.timeout = timeout;
    }

    /**
     * What was read.
     *
     * @param isFresh whether the reading began when it was asked for, and so saw everything that was committed by then
     */
    public record Result<T>(T value, boolean isFresh) {}

    /**
     * Waits for the reading that is under way, or for a new one if there is none.
     *
     * @throws EngineException {@code TD503} if it fails or takes too long; what the source throws of the kind
     */
    public Result<T> next() throws InterruptedException {
        CompletableFuture<T> future;
        boolean isFresh;
        synchronized (this) {
            isFresh = running == null;
            future = runningOrStarted();
        }
        return new Result<>(
                DetachedWork.await("the engine cannot read " + subject + " from its database", future, timeout),
                isFresh);
    }

    /**
     * Waits for a reading that has begun after this call.
     *
     * @throws EngineException {@code TD503} if it fails or takes too long
     */
    public T fresh() throws InterruptedException {
        Result<T> result = next();
        return result.isFresh() ? result.value() : next().value();
    }

    /** Begins a reading, unless one is under way, and does not wait for it. A failure is logged and no more. */
    public void begin() {
        CompletableFuture<T> _ = runningOrStarted();
    }

    private synchronized CompletableFuture<T> runningOrStarted() {
        CompletableFuture<T> future = running;
        if (future == null) {
            CompletableFuture<T> started = new CompletableFuture<>();
            running = started;
            executor.execute(() -> read(started));
            future = started;
        }
        return future;
    }

    private void read(CompletableFuture<T> started) {
        try {
            T value = source.get();
            finish();
            started.complete(value);
        } catch (EngineException e) {
            // What it refuses is for the callers, who are told what to do.
            finish();
            started.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            LOG.warn("{} could not be read from the database", subject, e);
            finish();
            started.completeExceptionally(e);
        }
    }

    private synchronized void finish() {
        running = null;
    }
}
