package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.jdbc.SharedReading;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What one tenant has committed, as it was last read. Safe for concurrent use. */
final class TenantVersions<T extends Versioned> {

    private final String subject;
    private final LongSupplier version;
    private final Supplier<T> source;
    private final SharedReading<T> readings;
    private volatile @Nullable T current;

    /**
     * @param subject what is read, for messages
     * @param version reads its committed version
     * @param source reads it as a whole
     * @param executor runs both
     * @param timeout how long a call waits for them
     */
    TenantVersions(String subject, LongSupplier version, Supplier<T> source, Executor executor, Duration timeout) {
        this.subject = subject;
        this.version = version;
        this.source = source;
        this.readings = new SharedReading<>(subject, this::read, executor, timeout);
    }

    Optional<T> current() {
        return Optional.ofNullable(current);
    }

    /** See {@link CatalogStore#require}. */
    T require(long wanted) throws InterruptedException {
        T known = current;
        if (known != null && known.version() == wanted) {
            return known;
        }
        SharedReading.Result<T> result = readings.next();
        T read = result.value();
        if (read.version() != wanted && !result.isFresh()) {
            // That reading began before this call came, perhaps before the change that the caller has committed.
            read = readings.next().value();
        }
        if (read.version() != wanted) {
            throw new EngineException(
                    SqlState.CATALOG_DIFFERS,
                    subject + " was committed with version " + read.version() + ", the caller sees " + wanted);
        }
        return read;
    }

    /** See {@link CatalogStore#present}. */
    T present() throws InterruptedException {
        return readings.fresh();
    }

    /** Reads in the thread of the caller. */
    void load() {
        current = source.get();
    }

    /** Reads in the background; a failure is no harm, for the next call that needs it reads again. */
    void refresh() {
        readings.begin();
    }

    /** The same, unless this version is there already. */
    void refreshUnlessAt(long version) {
        T known = current;
        if (known == null || known.version() != version) {
            refresh();
        }
    }

    private T read() {
        T known = current;
        // A session with uncommitted changes asks before each of its calls; the version alone is cheaper to read.
        if (known != null && version.getAsLong() == known.version()) {
            return known;
        }
        T read = source.get();
        current = read;
        return read;
    }
}
