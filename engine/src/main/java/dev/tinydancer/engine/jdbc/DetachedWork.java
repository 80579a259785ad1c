package dev.tinydancer.engine.jdbc;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work in the database that a call waits for and another thread does: the thread of a call may be interrupted, which would
 * cost a connection if it happened in the middle of a statement. When the call gives up, the statement is cancelled at the
 * server. Of each tenant so much is done at a time and no more; the rest waits.
 */
public final class DetachedWork {

    private final Executor executor;
    private final Duration timeout;
    private final TenantShares shares;
    private final Semaphore large = new Semaphore(1, true);

    /**
     * @param executor does the work
     * @param timeout how long a call waits
     * @param ofTenant how much of a tenant is done at a time, at least 1
     */
    public DetachedWork(Executor executor, Duration timeout, int ofTenant) {
        this.executor = executor;
        this.timeout = timeout;
        this.shares = new TenantShares(ofTenant);
    }

    /**
     * Waits for the work. If it takes too long, or the thread is interrupted, nobody waits any longer, and it is cancelled.
     *
     * @param tenant whose work it is
     * @param failure the message if it comes to nothing
     * @throws EngineException {@code TD503} if it fails or takes too long
     */
    public <T> T await(String tenant, String failure, Supplier<T> work) throws InterruptedException {
        return await(tenant, failure, Deadline.in(timeout), work);
    }

    /**
     * As {@link #await(String, String, Supplier)}, for work that takes much longer than usual: of all tenants together one
     * at a time is done.
     *
     * @param more how much longer it may take
     */
    public <T> T awaitLarge(String tenant, String failure, Duration more, Supplier<T> work)
            throws InterruptedException {
        Deadline deadline = Deadline.in(timeout.plus(more));
        if (!large.tryAcquire(deadline.left().toNanos(), TimeUnit.NANOSECONDS)) {
            throw unreachable(failure, "Other large calls took all of the time.", null);
        }
        try {
            return await(tenant, failure, deadline, work);
        } finally {
            large.release();
        }
    }

    /** Until when a call waits. */
    private record Deadline(long nanoTime) {

        static Deadline in(Duration duration) {
            return new Deadline(System.nanoTime() + duration.toNanos());
        }

        Duration left() {
            return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
        }
    }

    private <T> T await(String tenant, String failure, Deadline deadline, Supplier<T> work)
            throws InterruptedException {
        TenantShares.Place place = shares.take(tenant, deadline.left())
                .orElseThrow(() -> unreachable(failure, "Other calls of the tenant took all of the time.", null));
        Cancellation cancellation = new Cancellation();
        CompletableFuture<T> future = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return cancellation.scope(work);
                    } finally {
                        place.giveBack();
                    }
                },
                executor);
        boolean answered = false;
        try {
            T result = await(failure, future, deadline.left());
            answered = true;
            return result;
        } finally {
            if (!answered) {
                // Cancelling takes a connection of its own; whoever gives up is to have the answer at once.
                executor.execute(cancellation::cancel);
            }
        }
    }

    /** A reading that many calls may wait for at the same time; it goes on when one of them gives up. */
    public <T> SharedReading<T> shared(String subject, Supplier<T> source) {
        return new SharedReading<>(subject, source, executor, timeout);
    }

    /**
     * Work that one transaction can do for many calls of a tenant.
     *
     * @param failure the message if it comes to nothing
     * @param work does it for some calls
     * @param isRefused whether what came of it is that nothing was done, since they wanted too much together
     */
    public <K, W, R> JoinedWork<K, W, R> joined(
            String tenant, String failure, Function<List<W>, R> work, Predicate<R> isRefused) {
        return new JoinedWork<>(tenant, failure, work, isRefused, shares, executor, timeout);
    }

    /** Gives the memory of tenants back that want nothing at the moment. */
    public void forgetUnused() {
        shares.forgetUnused();
    }

    static <T> T await(String failure, CompletableFuture<T> future, Duration timeout) throws InterruptedException {
        try {
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw unreachable(failure, "It did not answer within " + timeout.toMillis() + " ms.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException refusal) {
                throw refusal;
            }
            throw unreachable(failure, "The engine's log has the reason.", e);
        }
    }

    private static EngineException unreachable(String failure, String detail, @Nullable Exception cause) {
        return new EngineException(
                SqlState.DATABASE_UNREACHABLE,
                failure,
                detail,
                "Does the engine's role still reach the database?",
                cause);
    }
}
