package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.jdbc.SharedReading;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The catalog of one tenant. Safe for concurrent use. */
final class TenantCatalog {

    private final String tenant;
    private final CatalogSource source;
    private final SharedReading<Catalog> readings;
    private volatile @Nullable Catalog current;

    TenantCatalog(String tenant, CatalogSource source, Executor executor, Duration timeout) {
        this.tenant = tenant;
        this.source = source;
        this.readings = new SharedReading<>("a catalog", this::read, executor, timeout);
    }

    Optional<Catalog> current() {
        return Optional.ofNullable(current);
    }

    Catalog require(long version) throws InterruptedException {
        Catalog known = current;
        if (known != null && known.version() == version) {
            return known;
        }
        SharedReading.Result<Catalog> result = readings.next();
        Catalog read = result.value();
        if (read.version() != version && !result.isFresh()) {
            // That reading began before this call came, perhaps before the change that the caller has committed.
            read = readings.next().value();
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
        readings.begin();
    }

    private Catalog read() {
        Catalog known = current;
        // A session with uncommitted changes asks before each of its calls; the version alone is cheaper to read.
        if (known != null && source.versionOf(tenant) == known.version()) {
            return known;
        }
        Catalog read = source.load(tenant);
        current = read;
        return read;
    }
}
