package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog of one tenant. At most one thread reads it from the source at a time; all others that need it wait for that
 * one.
 */
final class TenantCatalog {

    private static final Logger LOG = LoggerFactory.getLogger(TenantCatalog.class);

    private final String tenant;
    private final CatalogSource source;
    private final Executor executor;
    private final Duration timeout;

    private volatile @Nullable Catalog current;
    /** The reading that is under way, under the lock of this object. */
    private @Nullable CompletableFuture<Catalog> reading;

    TenantCatalog(String tenant, CatalogSource source, Executor executor, Duration timeout) {
        this.tenant = tenant;
        this.source = source;
        this.executor = executor;
        this.timeout = timeout;
    }

    OptionalLong version() {
        Catalog catalog = current;
        return catalog == null ? OptionalLong.empty() : OptionalLong.of(catalog.version());
    }

    Catalog require(long version) throws InterruptedException {
        Catalog known = current;
        if (known != null && known.version() == version) {
            return known;
        }
        Reading joined = read();
        Catalog read = await(joined.future());
        if (read.version() != version && !joined.isOwn()) {
            // That reading began before this call came, perhaps before the change that the caller has committed.
            read = await(read().future());
        }
        if (read.version() != version) {
            throw new EngineException(
                    SqlState.CATALOG_DIFFERS,
                    "the committed catalog has version " + read.version() + ", the caller sees " + version);
        }
        return read;
    }

    /** Reads in the thread of the caller. */
    void load() {
        current = source.load(tenant);
    }

    /** Reads in the background; a failure is no harm, for the next call that needs it reads again. */
    void refresh() {
        read();
    }

    /**
     * A reading of the catalog.
     *
     * @param isOwn whether it began now, and so sees everything that was committed before
     */
    private record Reading(CompletableFuture<Catalog> future, boolean isOwn) {}

    private synchronized Reading read() {
        CompletableFuture<Catalog> running = reading;
        if (running != null) {
            return new Reading(running, false);
        }
        CompletableFuture<Catalog> started = new CompletableFuture<>();
        reading = started;
        executor.execute(() -> complete(started));
        return new Reading(started, true);
    }

    private void complete(CompletableFuture<Catalog> started) {
        try {
            Catalog catalog = readFromSource();
            finish(catalog);
            started.complete(catalog);
        } catch (RuntimeException | Error e) {
            finish(null);
            LOG.warn("a catalog could not be read from the database", e);
            started.completeExceptionally(e);
        }
    }

    private Catalog readFromSource() {
        Catalog known = current;
        // A session with uncommitted changes asks before each of its calls; the version alone is cheaper to read.
        if (known != null && source.versionOf(tenant) == known.version()) {
            return known;
        }
        return source.load(tenant);
    }

    private synchronized void finish(@Nullable Catalog catalog) {
        reading = null;
        if (catalog != null) {
            current = catalog;
        }
    }

    private Catalog await(CompletableFuture<Catalog> future) throws InterruptedException {
        try {
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw unreadable("It did not answer within " + timeout.toMillis() + " ms.", e);
        } catch (ExecutionException e) {
            throw unreadable("The engine's log has the reason.", e);
        }
    }

    private static EngineException unreadable(String detail, Exception cause) {
        return new EngineException(
                SqlState.DATABASE_UNREACHABLE,
                "the engine cannot read the catalog from its database",
                detail,
                "Does the engine's role still reach the database?",
                cause);
    }
}
