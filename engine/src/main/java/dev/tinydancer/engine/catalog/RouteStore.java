package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.router.semantic.RouteIndex;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The committed semantic routes of all tenants, each ready to be searched as they stood when they were last read. A tenant's
 * are read with the first call that needs them, so that who has none pays nothing, and kept for as long as calls come.
 */
public final class RouteStore {

    private final RouteSource source;
    private final Executor executor;
    private final Executor builders;
    private final Duration timeout;
    private final Map<String, TenantRoutes> tenants = new ConcurrentHashMap<>();

    /**
     * @param executor runs what reads from the source, see {@link CatalogStore}
     * @param builders builds graphs, which takes minutes for a hundred thousand utterances
     * @param timeout how long a call waits for the source
     */
    public RouteStore(RouteSource source, Executor executor, Executor builders, Duration timeout) {
        this.source = source;
        this.executor = executor;
        this.builders = builders;
        this.timeout = timeout;
    }

    /**
     * The tenant's routes of exactly this version.
     *
     * @throws EngineException {@code TD409} if the committed routes have another version; {@code TD503} if they cannot be
     *     read in time
     * @throws InterruptedException if the call is cancelled while it waits
     */
    public RouteIndex require(String tenant, long version) throws InterruptedException {
        return tenant(tenant).require(version);
    }

    /** Routes that only one caller sees, ready to be searched once. */
    public RouteIndex indexOnce(String tenant, SemanticRoutes routes) {
        return tenant(tenant).indexOnce(routes);
    }

    /**
     * Reads in the background what has changed since it was read; not what nobody has needed. Throws what the source throws.
     */
    public void refreshChanged() {
        if (!tenants.isEmpty()) {
            Map<String, Long> versions = source.versions();
            tenants.forEach((tenant, known) -> known.refreshUnlessAt(versions.getOrDefault(tenant, 0L)));
        }
    }

    /** Reads all of them in the background, if nobody can tell what has changed. */
    public void refreshAll() {
        tenants.values().forEach(TenantRoutes::refresh);
    }

    /** Gives the memory of those back that nobody has asked for so long; the next call that needs them reads them again. */
    public void forgetIdle(Duration time) {
        tenants.values().removeIf(routes -> routes.isIdle(time));
    }

    private TenantRoutes tenant(String tenant) {
        return tenants.computeIfAbsent(
                tenant,
                name -> new TenantRoutes(
                        new TenantVersions<>(
                                "a tenant's routes",
                                () -> source.versionOf(name),
                                () -> source.load(name),
                                executor,
                                timeout),
                        builders));
    }
}
