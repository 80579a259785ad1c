package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.tenant.PerTenant;
import dev.tinydancer.router.semantic.RouteIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The committed semantic routes of all tenants, each ready to be searched as they stood when they were last read. A tenant's
 * are read with the first call that needs them, so that who has none pays nothing, and kept for as long as calls come and there
 * is room: where there is none, those of the tenants go first that have asked for longest ago, but none that is in use. Two
 * that do not fit beside each other would else be read anew with each call.
 */
public final class RouteStore {

    /** What an utterance takes: its vector as read, in its route's matrix and in bytes, its text and words, its share of a graph. */
    private static final int BYTES_OF_AN_UTTERANCE = 5_000;

    /** Those that are read anew are there twice for a while, and the rest is for outcomes, batches and models. */
    private static final int PARTS_OF_THE_HEAP = 4;

    private final RouteSource source;
    private final long capacity;
    private final Duration inUse;
    private final PerTenant<TenantRoutes> tenants;

    /**
     * @param executor runs what reads from the source, see {@link CatalogStore}
     * @param builders builds graphs, which takes minutes for a hundred thousand utterances
     * @param timeout how long a call waits for the source
     * @param capacity how many utterances of all tenants are kept at most, see {@link #capacity}
     * @param inUse for how long after a call a tenant's make no room for those of others
     */
    public RouteStore(
            RouteSource source, Executor executor, Executor builders, Duration timeout, long capacity, Duration inUse) {
        this.source = source;
        this.capacity = capacity;
        this.inUse = inUse;
        this.tenants = new PerTenant<>(tenant -> new TenantRoutes(
                new TenantVersions<>(
                        "a tenant's routes", () -> source.versionOf(tenant), () -> load(tenant), executor, timeout),
                builders));
    }

    /** How many utterances there is room for in a heap of so many bytes: 13,000 in 256 MB. */
    public static long capacity(long heapBytes) {
        return heapBytes / PARTS_OF_THE_HEAP / BYTES_OF_AN_UTTERANCE;
    }

    /**
     * The tenant's routes of exactly this version.
     *
     * @throws EngineException {@code TD409} if the committed routes have another version; {@code TD503} if they cannot be
     *     read in time; {@code 54000} if there is no room for so many
     * @throws InterruptedException if the call is cancelled while it waits
     */
    public RouteIndex require(String tenant, long version) throws InterruptedException {
        return tenants.use(tenant).require(version);
    }

    /** Routes that only one caller sees, ready to be searched once. */
    public RouteIndex indexOnce(String tenant, SemanticRoutes routes) {
        return tenants.use(tenant).indexOnce(routes);
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
        tenants.forEach((_, routes) -> routes.refresh());
    }

    /** Gives the memory of those back that nobody has asked for so long; the next call that needs them reads them again. */
    public void forgetIdle(Duration time) {
        tenants.forgetIdle(time);
    }

    private SemanticRoutes load(String tenant) {
        long utterances = source.utterancesOf(tenant);
        boolean read = false;
        makeRoom(tenant, utterances);
        try {
            SemanticRoutes routes = source.load(tenant);
            read = true;
            return routes;
        } finally {
            if (!read) {
                expect(tenant, 0);
            }
        }
    }

    /** They take their room before they are there: others that are read at the same time have to see it. */
    private void expect(String tenant, long utterances) {
        tenants.find(tenant).ifPresent(routes -> routes.expect(utterances));
    }

    private synchronized void makeRoom(String tenant, long utterances) {
        List<Kept> longestIdleFirst = tenants.longestIdleFirst().stream()
                .filter(other -> !other.tenant().equals(tenant))
                .map(other -> new Kept(other, other.value().utterances()))
                .toList();
        long kept = longestIdleFirst.stream().mapToLong(Kept::utterances).sum();
        List<Kept> leaving = new ArrayList<>();
        for (Kept other : longestIdleFirst) {
            if (kept + utterances > capacity && other.routes().nanos() >= inUse.toNanos()) {
                kept -= other.utterances();
                leaving.add(other);
            }
        }
        if (kept + utterances > capacity) {
            throw noRoomFor(utterances, utterances > capacity ? 0 : kept);
        }
        leaving.forEach(other -> tenants.forget(other.routes()));
        expect(tenant, utterances);
    }

    /** @param besides those of others that cannot go; 0 where they have no part in it */
    private EngineException noRoomFor(long utterances, long besides) {
        long bytes = (utterances + besides) * BYTES_OF_AN_UTTERANCE * PARTS_OF_THE_HEAP;
        String start = "the engine with more memory, TINY_DANCER_JAVA_OPTS=-Xmx" + Math.ceilDiv(bytes, 1L << 20)
                + "m, or keep fewer: a route needs a few dozen at most.";
        String bound = ", and the engine keeps at most " + capacity + " of all tenants.";
        return besides == 0
                ? new EngineException(
                        SqlState.PROGRAM_LIMIT_EXCEEDED,
                        "the tenant's routes have more utterances than the engine has memory for",
                        "They have " + utterances + bound,
                        "Start " + start)
                : new EngineException(
                        SqlState.PROGRAM_LIMIT_EXCEEDED,
                        "the engine has no memory for the tenant's routes beside those that others are using",
                        "They have " + utterances + " utterances, those of the others " + besides + bound,
                        "Ask again when others have stopped, or start " + start);
    }

    /** A tenant's routes as they were looked at: while they are sorted, calls go on. */
    private record Kept(PerTenant.Idle<TenantRoutes> routes, long utterances) {}
}
