package dev.tinydancer.engine.jdbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Work in the database that many calls of a tenant want at the same time and that one transaction can do for all of them: it
 * costs little more than for one. What comes while the tenant has its share of the pool waits for its turn, and all that wait
 * then go together. Where that comes to nothing each half of them is tried, so that no call fails for another's sake.
 *
 * <p>A call that gives up takes nothing from the others; a statement that nobody waits for any longer is cancelled. What is
 * done for it all the same is not undone: its session may have asked again, and rely on it.
 *
 * @param <K> what those have in common that may go together
 * @param <W> what a call wants
 * @param <R> what it gets, the same for all that went together
 */
public final class JoinedWork<K, W, R> {

    private final String tenant;
    private final String failure;
    private final Function<List<W>, R> work;
    private final Predicate<R> isRefused;
    private final TenantShares shares;
    private final Executor executor;
    private final Duration timeout;

    /** In the order in which they came. Guarded by this object, as is the next one. */
    private final Set<Part> waiting = new LinkedHashSet<>();

    private boolean waitsForShare;

    JoinedWork(
            String tenant,
            String failure,
            Function<List<W>, R> work,
            Predicate<R> isRefused,
            TenantShares shares,
            Executor executor,
            Duration timeout) {
        this.tenant = tenant;
        this.failure = failure;
        this.work = work;
        this.isRefused = isRefused;
        this.shares = shares;
        this.executor = executor;
        this.timeout = timeout;
    }

    /** What one call wants, until it has it or gives up. */
    private final class Part {

        private final K kind;
        private final W wanted;
        private final CompletableFuture<R> future = new CompletableFuture<>();

        /** Those it goes with, once it does. Guarded by the work. */
        private @Nullable Group group;

        private Part(K kind, W wanted) {
            this.kind = kind;
            this.wanted = wanted;
        }

        private boolean isWaitedFor() {
            return !future.isDone();
        }
    }

    /** Parts that one transaction does. */
    private final class Group {

        private final List<Part> parts;
        private final Cancellation cancellation = new Cancellation();

        private Group(List<Part> parts) {
            this.parts = parts;
        }
    }

    /**
     * Waits for the work.
     *
     * @param kind only calls of an equal kind go together
     * @throws dev.tinydancer.engine.error.EngineException {@code TD503} if it fails or takes too long
     */
    public R await(K kind, W wanted) throws InterruptedException {
        Part part = new Part(kind, wanted);
        boolean answered = false;
        try {
            add(part);
            R result = DetachedWork.await(failure, part.future, timeout);
            answered = true;
            return result;
        } finally {
            if (!answered) {
                giveUp(part);
            }
        }
    }

    private synchronized void add(Part part) {
        waiting.add(part);
        collectSoon();
    }

    private synchronized void collectSoon() {
        if (!waitsForShare && !waiting.isEmpty()) {
            executor.execute(this::collect);
            waitsForShare = true;
        }
    }

    synchronized int waitingCalls() {
        return waiting.size();
    }

    private void giveUp(Part part) {
        part.future.cancel(false);
        Group group;
        synchronized (this) {
            waiting.remove(part);
            group = part.group;
        }
        if (group != null && group.parts.stream().noneMatch(Part::isWaitedFor)) {
            // Cancelling takes a connection of its own; whoever gives up is to have the answer at once.
            executor.execute(group.cancellation::cancel);
        }
    }

    /** Waits for a share of the pool, and does with it what waits by then. */
    private void collect() {
        Optional<TenantShares.Place> place;
        try {
            place = shares.take(tenant, timeout);
            if (place.isEmpty()) {
                // Who has waited for as long gives up by himself; others have just come.
                collectAgain();
                return;
            }
        } catch (InterruptedException _) {
            // The engine ends.
            Thread.currentThread().interrupt();
            return;
        }
        try {
            doTogether(collected());
        } finally {
            place.get().giveBack();
        }
    }

    /** The first that waits, and the others of its kind; for what is left there is another turn. */
    private synchronized List<Part> collected() {
        List<Part> parts = new ArrayList<>();
        for (Part part : waiting) {
            if (parts.isEmpty() || part.kind.equals(parts.getFirst().kind)) {
                parts.add(part);
            }
        }
        parts.forEach(waiting::remove);
        collectAgain();
        return parts;
    }

    private synchronized void collectAgain() {
        waitsForShare = false;
        collectSoon();
    }

    private void doTogether(List<Part> parts) {
        Group group = grouped(parts);
        int size = group.parts.size();
        if (size == 0) {
            return;
        }
        List<W> wanted = group.parts.stream().map(part -> part.wanted).toList();
        try {
            R result = group.cancellation.scope(() -> work.apply(wanted));
            if (size == 1 || !isRefused.test(result)) {
                group.parts.forEach(part -> part.future.complete(result));
                return;
            }
        } catch (RuntimeException | Error e) {
            if (size == 1) {
                group.parts.getFirst().future.completeExceptionally(e);
                return;
            }
        }
        doTogether(group.parts.subList(0, size / 2));
        doTogether(group.parts.subList(size / 2, size));
    }

    private synchronized Group grouped(List<Part> parts) {
        Group group = new Group(parts.stream().filter(Part::isWaitedFor).toList());
        group.parts.forEach(part -> part.group = group);
        return group;
    }
}
