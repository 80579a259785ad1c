package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.jdbc.DatabaseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The committed catalogs of all tenants, each as it stood when it was last read. */
public final class CatalogStore {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogStore.class);

    private final CatalogSource source;
    private final Executor executor;
    private final Duration timeout;
    private final Map<String, TenantVersions<Catalog>> tenants = new ConcurrentHashMap<>();

    /**
     * @param executor runs what reads from the source, apart from the threads of the calls: these may be interrupted, which
     *     would cost the source its connection
     * @param timeout how long a call waits for the source
     */
    public CatalogStore(CatalogSource source, Executor executor, Duration timeout) {
        this.source = source;
        this.executor = executor;
        this.timeout = timeout;
    }

    /**
     * The tenant's catalog of exactly this version. One that is not there yet is read, once for all calls that wait for it.
     *
     * @throws EngineException {@code TD409} if the committed catalog has another version: the caller's transaction has
     *     changed it, or looks at an older snapshot; {@code TD503} if it cannot be read in time
     * @throws InterruptedException if the call is cancelled while it waits
     */
    public Catalog require(String tenant, long version) throws InterruptedException {
        return tenant(tenant).require(version);
    }

    /**
     * The tenant's catalog as it is committed now.
     *
     * @throws EngineException {@code TD503} if it cannot be read in time
     * @throws InterruptedException if the call is cancelled while it waits
     */
    public Catalog present(String tenant) throws InterruptedException {
        return tenant(tenant).present();
    }

    /**
     * Reads the catalogs of all tenants anew and returns when all are there, but for those that make no sense, which stop
     * their own tenant's calls and nobody else's.
     *
     * @throws DatabaseException if the database cannot be asked
     */
    public void loadAll() {
        for (String tenant : source.versions().keySet()) {
            try {
                tenant(tenant).load();
            } catch (DatabaseException e) {
                throw e;
            } catch (RuntimeException e) {
                LOG.error("the catalog of tenant {} cannot be used, and its calls will fail", tenant, e);
            }
        }
    }

    /** Reads in the background what has changed since it was read. Throws what the source throws. */
    public void refreshChanged() {
        source.versions().forEach((tenant, version) -> tenant(tenant).refreshUnlessAt(version));
    }

    /** The tenants whose catalog has been read. */
    public List<String> tenants() {
        return tenants.entrySet().stream()
                .filter(tenant -> tenant.getValue().current().isPresent())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A tenant's catalog as it was last read; empty if it has not been read. */
    public Optional<Catalog> current(String tenant) {
        TenantVersions<Catalog> known = tenants.get(tenant);
        return known == null ? Optional.empty() : known.current();
    }

    /** The highest version of any tenant, for a gauge that moves whenever something was loaded; 0 without any. */
    public long highestVersion() {
        return tenants.values().stream()
                .flatMap(tenant -> tenant.current().stream())
                .mapToLong(Catalog::version)
                .max()
                .orElse(0);
    }

    private TenantVersions<Catalog> tenant(String tenant) {
        return tenants.computeIfAbsent(
                tenant,
                name -> new TenantVersions<>(
                        "a catalog", () -> source.versionOf(name), () -> source.load(name), executor, timeout));
    }
}
