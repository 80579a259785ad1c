package dev.tinydancer.engine.evidence;

import dev.tinydancer.engine.brain.Brain;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.config.OutcomeLimits;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.router.AdaptiveRouter;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the router of every tenant that is in use up to date with the outcomes in the database. What is read counts at once;
 * what follows from it in general is learned a little later.
 *
 * <p>An outcome takes a kilobyte. Where all tenants have more together than is allowed, those that have asked nothing for
 * longest are forgotten; the next call of such a tenant brings its history back, a moment later.
 */
public final class EvidenceFeed {

    /** Who has asked within it is not forgotten for others, unless all of them have: its history would be read again at once. */
    private static final Duration BUSY = Duration.ofSeconds(10);

    private static final double FAR_TOO_MANY = 1.25;

    /** So many histories are read before others have what is new. */
    private static final int MOST_AT_ONCE = 4;

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceFeed.class);

    private final EvidenceTable table;
    private final CatalogStore catalogs;
    private final Brain brain;
    private final OutcomeLimits limits;

    /** Tenants whose history has been read; of others, what is new is in the history that will be read. */
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    private volatile String snapshot;
    private volatile long readAt = System.nanoTime();
    private final AtomicLong version = new AtomicLong();

    private EvidenceFeed(EvidenceTable table, CatalogStore catalogs, Brain brain, OutcomeLimits limits) {
        this.table = table;
        this.catalogs = catalogs;
        this.brain = brain;
        this.limits = limits;
        this.snapshot = table.now();
        readRecentlyActive();
        tellAgents();
    }

    /**
     * Reads the recent past of the tenants that were active last, as many as are allowed at a time.
     *
     * @param catalogs must be loaded: outcomes count for agents that are known
     * @param brain has the routers
     * @param limits how much is remembered
     */
    public static EvidenceFeed open(Database database, CatalogStore catalogs, Brain brain, OutcomeLimits limits) {
        return new EvidenceFeed(new EvidenceTable(database, brain.dimension()), catalogs, brain, limits);
    }

    private void readRecentlyActive() {
        int read = 0;
        for (String tenant : table.byLatestOutcome(catalogs.tenants())) {
            if (read > 0 && read + limits.ofTenant() > limits.ofAll()) {
                break;
            }
            read += readHistory(tenant);
        }
        LOG.debug("{} outcomes read", read);
    }

    private int readHistory(String tenant) {
        AdaptiveRouter router = brain.of(tenant);
        // Most tenants have few; an equal share for everybody would leave the room empty.
        int share = limits.ofAll() / Math.max(1, brain.inUse().size());
        int room = (int) Math.max(share, limits.ofAll() - outcomes());
        List<Evidence> history =
                table.latest(List.of(tenant), Math.min(room, limits.ofTenant())).evidence();
        tellAgents(tenant, router);
        history.forEach(each -> each.teach(router));
        known.add(tenant);
        return history.size();
    }

    /** Takes in what has been recorded since the last time, and the past of tenants that have come. Called by one thread. */
    public void poll() {
        brain.inUse().stream()
                .filter(tenant -> !known.contains(tenant))
                .limit(MOST_AT_ONCE)
                .forEach(this::readHistory);
        EvidenceTable.Reading reading = table.since(snapshot);
        for (Evidence each : reading.evidence()) {
            if (known.contains(each.tenant())) {
                brain.present(each.tenant()).ifPresent(each::teach);
            }
        }
        version.addAndGet(reading.evidence().size());
        snapshot = reading.snapshot();
        readAt = System.nanoTime();
        if (!reading.unadopted().isEmpty()) {
            table.adopt(reading.unadopted());
        }
    }

    /** How much has been taken in since it was opened, beside the history that was there. */
    public long version() {
        return version.get();
    }

    /** How many outcomes are remembered of all tenants. */
    public long outcomes() {
        return brain.inUse().stream().mapToLong(this::outcomes).sum();
    }

    /** How long ago it was last looked for new ones. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - readAt);
    }

    /** Learns again for each tenant with enough new outcomes, or with other agents than before. Called by one thread. */
    public void learn() {
        tellAgents();
        brain.inUse().forEach(tenant -> brain.present(tenant).ifPresent(AdaptiveRouter::learnIfDue));
        forgetIdle();
    }

    private void forgetIdle() {
        List<String> longestIdleFirst = brain.inUse();
        long outcomes = longestIdleFirst.stream().mapToLong(this::outcomes).sum();
        for (String tenant : longestIdleFirst.subList(0, Math.max(0, longestIdleFirst.size() - 1))) {
            boolean tooMany = outcomes > limits.ofAll();
            if (tooMany && (brain.isIdle(tenant, BUSY) || outcomes > FAR_TOO_MANY * limits.ofAll())) {
                outcomes -= outcomes(tenant);
                // In this order: who comes back between the two finds itself unknown.
                brain.forget(tenant);
                known.remove(tenant);
                LOG.debug("tenant {} has asked nothing for longest, its outcomes are forgotten until it does", tenant);
            }
        }
    }

    private long outcomes(String tenant) {
        return brain.present(tenant).map(AdaptiveRouter::outcomes).orElse(0);
    }

    private void tellAgents() {
        brain.inUse().forEach(tenant -> brain.present(tenant).ifPresent(router -> tellAgents(tenant, router)));
    }

    private void tellAgents(String tenant, AdaptiveRouter router) {
        catalogs.current(tenant).ifPresent(catalog -> router.replaceAgents(catalog.agents()));
    }
}
