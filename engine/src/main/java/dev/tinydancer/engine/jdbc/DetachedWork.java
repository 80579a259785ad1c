package dev.tinydancer.engine.jdbc;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Work in the database that a call waits for and another thread does: the thread of a call may be interrupted, which would
 * cost a connection if it happened in the middle of a statement.
 */
public final class DetachedWork {

    private final Executor executor;
    private final Duration timeout;

    /**
     * @param executor does the work
     * @param timeout how long a call waits
     */
    public DetachedWork(Executor executor, Duration timeout) {
        this.executor = executor;
        this.timeout = timeout;
    }

    /**
     * Waits for the work. If it takes too long, nobody waits any longer, and it goes on.
     *
     * @param failure the message if it comes to nothing
     * @throws EngineException {@code TD503} if it fails or takes too long
     */
    public <T> T await(String failure, Supplier<T> work) throws InterruptedException {
        return await(failure, CompletableFuture.supplyAsync(work, executor), timeout);
    }

    /** A reading that many calls may wait for at the same time, done as this work is. */
    public <T> SharedReading<T> shared(String subject, Supplier<T> source) {
        return new SharedReading<>(subject, source, executor, timeout);
    }

    static <T> T await(String failure, CompletableFuture<T> future, Duration timeout) throws InterruptedException {
        try {
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw unreachable(failure, "It did not answer within " + timeout.toMillis() + " ms.", e);
        } catch (ExecutionException e) {
            throw unreachable(failure, "The engine's log has the reason.", e);
        }
    }

    private static EngineException unreachable(String failure, String detail, Exception cause) {
        return new EngineException(
                SqlState.DATABASE_UNREACHABLE,
                failure,
                detail,
                "Does the engine's role still reach the database?",
                cause);
    }
}
