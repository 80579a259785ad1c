package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.jdbc.DatabaseException;
import dev.tinydancer.engine.tenant.PerTenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The committed catalogs of the tenants that call, each as it stood when it was last read. A tenant's is read with its first
 * call and kept for as long as calls come.
 */
public final class CatalogStore {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogStore.class);

    private final CatalogSource source;
    private final PerTenant<TenantVersions<Catalog>> tenants;

    /**
     * @param executor runs what reads from the source, apart from the threads of the calls: these may be interrupted, which
     *     would cost the source its connection
     * @param timeout how long a call waits for the source
     */
    public CatalogStore(CatalogSource source, Executor executor, Duration timeout) {
        this.source = source;
        this.tenants = new PerTenant<>(tenant -> new TenantVersions<>(
                "a catalog", () -> source.versionOf(tenant), () -> source.load(tenant), executor, timeout));
    }

    /**
     * The tenant's catalog of exactly this version. One that is not there yet is read, once for all calls that wait for it.
     *
     * @throws EngineException {@code TD409} if the committed catalog has another version: the caller's transaction has
     *     changed it, or looks at an older snapshot; {@code TD503} if it cannot be read in time
     * @throws InterruptedException if the call is cancelled while it waits
     */
    public Catalog require(String tenant, long version) throws InterruptedException {
        return tenants.use(tenant).require(version);
    }

    /**
     * The tenant's catalog as it is committed now.
     *
     * @throws EngineException {@code TD503} if it cannot be read in time
     * @throws InterruptedException if the call is cancelled while it waits
     */
    public Catalog present(String tenant) throws InterruptedException {
        return tenants.use(tenant).present();
    }

    /**
     * The tenant's catalog as it was last read, or as it is committed now if none is held.
     *
     * @throws EngineException {@code TD503} if it has to be read and cannot be in time
     * @throws InterruptedException if the call is cancelled while it waits
     */
    public Catalog known(String tenant) throws InterruptedException {
        TenantVersions<Catalog> versions = tenants.use(tenant);
        Optional<Catalog> current = versions.current();
        return current.isPresent() ? current.get() : versions.present();
    }

    /**
     * Reads a tenant's catalog before its first call, and returns when it is there; but for one that makes no sense, which
     * stops its own tenant's calls and nobody else's.
     *
     * @throws DatabaseException if the database cannot be asked
     */
    public void readAhead(String tenant) {
        load(tenant, tenants.use(tenant));
    }

    /**
     * Reads the catalogs that are held anew, if nobody can tell which have changed, and returns when all are there.
     *
     * @throws DatabaseException if the database cannot be asked
     */
    public void reload() {
        tenants.forEach(CatalogStore::load);
    }

    private static void load(String tenant, TenantVersions<Catalog> versions) {
        try {
            versions.load();
        } catch (DatabaseException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("the catalog of tenant {} cannot be used, and its calls will fail", tenant, e);
        }
    }

    /**
     * Reads in the background what has changed since it was read; not what nobody has needed. Throws what the source throws.
     */
    public void refreshChanged() {
        if (!tenants.isEmpty()) {
            Map<String, Long> versions = source.versions();
            tenants.forEach((tenant, held) -> held.refreshUnlessAt(versions.getOrDefault(tenant, 0L)));
        }
    }

    /** Gives the memory of a tenant's back. */
    public void forget(String tenant) {
        tenants.forget(tenant);
    }

    /** Gives the memory of those back that nobody has asked for so long; the next call that needs one reads it again. */
    public void forgetIdle(Duration time) {
        tenants.forgetIdle(time);
    }

    /** A tenant's catalog as it was last read; empty if it is not held. */
    public Optional<Catalog> current(String tenant) {
        return tenants.find(tenant).flatMap(TenantVersions::current);
    }

    /** Of how many tenants a catalog is held. */
    public int size() {
        return held().size();
    }

    /** The highest version of any tenant, for a gauge that moves whenever something was loaded; 0 without any. */
    public long highestVersion() {
        return held().stream().mapToLong(Catalog::version).max().orElse(0);
    }

    private List<Catalog> held() {
        List<Catalog> catalogs = new ArrayList<>();
        tenants.forEach((_, versions) -> versions.current().ifPresent(catalogs::add));
        return catalogs;
    }
}
