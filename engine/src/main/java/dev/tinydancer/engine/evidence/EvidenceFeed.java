package dev.tinydancer.engine.evidence;

import dev.tinydancer.engine.brain.Brain;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.config.OutcomeLimits;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.SharedReading;
import dev.tinydancer.router.AdaptiveRouter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the router of every tenant that is in use up to date with the outcomes in the database. What is read counts at once;
 * what follows from it in general is learned a little later.
 *
 * <p>A tenant that has asked nothing for a while is forgotten, its catalog and all that was learned of its agents; its next
 * call waits a moment for its history. An outcome takes a kilobyte: where all tenants have more together than is allowed,
 * those that have asked nothing for longest are forgotten before.
 */
public final class EvidenceFeed {

    /** Who has asked within it is not forgotten for others, unless all of them have: its history would be read again at once. */
    private static final Duration BUSY = Duration.ofSeconds(10);

    private static final double FAR_TOO_MANY = 1.25;

    /** So many histories are read before others have what is new. */
    private static final int MOST_AT_ONCE = 4;

    /** More have what they need with their first calls, or an engine would take the longer to start the more there are. */
    private static final int MOST_AT_START = 100;

    /** A history of a thousand outcomes is there in less; a call without it is better than one that comes too late. */
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceFeed.class);

    private final EvidenceTable table;
    private final CatalogStore catalogs;
    private final Brain brain;
    private final OutcomeLimits limits;
    private final SharedReading<Boolean> newcomers;

    /** Routers that have their history; for others, what is new is in the history that will be read. */
    private final Map<String, AdaptiveRouter> known = new ConcurrentHashMap<>();

    private volatile String snapshot;
    private volatile long readAt = System.nanoTime();
    private final AtomicLong version = new AtomicLong();

    private EvidenceFeed(
            EvidenceTable table, CatalogStore catalogs, Brain brain, OutcomeLimits limits, Executor readers) {
        this.table = table;
        this.catalogs = catalogs;
        this.brain = brain;
        this.limits = limits;
        this.newcomers =
                new SharedReading<>("outcomes of tenants that have come", this::readNewcomers, readers, PATIENCE);
        this.snapshot = table.now();
    }

    /**
     * Reads the catalogs and the recent past of the tenants that were active last, as many as are allowed at a time.
     *
     * @param catalogs has the agents, for which outcomes count
     * @param brain has the routers
     * @param limits how much is remembered
     * @param readers run what reads for calls that wait for it
     */
    public static EvidenceFeed open(
            Database database, CatalogStore catalogs, Brain brain, OutcomeLimits limits, Executor readers) {
        EvidenceFeed feed =
                new EvidenceFeed(new EvidenceTable(database, brain.dimension()), catalogs, brain, limits, readers);
        feed.readRecentlyActive();
        return feed;
    }

    private synchronized void readRecentlyActive() {
        int read = 0;
        for (String tenant : table.byLatestOutcome(MOST_AT_START)) {
            catalogs.readAhead(tenant);
            if (read == 0 || read + limits.ofTenant() <= limits.ofAll()) {
                read += readHistory(tenant, brain.of(tenant));
            }
        }
        LOG.debug("{} outcomes read", read);
    }

    /**
     * What decides for a tenant, who is in use from now on. If it has just come, its history is waited for, though not for
     * long: what is late counts a moment later.
     */
    public AdaptiveRouter routerOf(String tenant) throws InterruptedException {
        AdaptiveRouter router = brain.of(tenant);
        long patienceEnds = System.nanoTime() + PATIENCE.toNanos();
        try {
            boolean mayCome = true;
            while (mayCome && known.get(tenant) != router) {
                mayCome = newcomers.fresh() && System.nanoTime() - patienceEnds < 0;
            }
        } catch (EngineException e) {
            LOG.debug("tenant {} is answered without its outcomes", tenant, e);
        }
        return router;
    }

    private int readHistory(String tenant, AdaptiveRouter router) {
        // Most tenants have few; an equal share for everybody would leave the room empty.
        int share = limits.ofAll() / Math.max(1, brain.inUse().size());
        int room = (int) Math.max(share, limits.ofAll() - outcomes());
        List<Evidence> history = table.latest(tenant, Math.min(room, limits.ofTenant()));
        if (catalogs.current(tenant).isEmpty()) {
            catalogs.readAhead(tenant);
        }
        tellAgents(tenant, router);
        history.forEach(each -> each.teach(router));
        known.put(tenant, router);
        return history.size();
    }

    /** Returns whether there were any. Two at the same time would read the same. */
    private synchronized boolean readNewcomers() {
        List<String> come = brain.inUse().stream()
                .filter(tenant -> !isKnown(tenant))
                .limit(MOST_AT_ONCE)
                .toList();
        come.forEach(tenant -> brain.present(tenant).ifPresent(router -> readHistory(tenant, router)));
        return !come.isEmpty();
    }

    private boolean isKnown(String tenant) {
        AdaptiveRouter router = known.get(tenant);
        return router != null && brain.present(tenant).filter(router::equals).isPresent();
    }

    /** Takes in what has been recorded since the last time, and the past of tenants that have come. */
    public synchronized void poll() {
        readNewcomers();
        LatestEvidence latest = new LatestEvidence(limits);
        EvidenceTable.Reading reading = table.since(snapshot, evidence -> {
            if (known.containsKey(evidence.tenant())) {
                latest.add(evidence);
            }
        });
        latest.forEach(this::teach);
        version.addAndGet(reading.number());
        snapshot = reading.snapshot();
        readAt = System.nanoTime();
        if (!reading.unadopted().isEmpty()) {
            table.adopt(reading.unadopted());
        }
    }

    private void teach(Evidence evidence) {
        AdaptiveRouter router = known.get(evidence.tenant());
        if (router != null) {
            evidence.teach(router);
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

    /**
     * Learns again for each tenant with enough new outcomes, or with other agents than before, and forgets those that ask
     * nothing. Called by one thread.
     */
    public void learn() {
        tellAgents();
        brain.inUse().forEach(tenant -> brain.present(tenant).ifPresent(AdaptiveRouter::learnIfDue));
        forgetIdle();
    }

    private void forgetIdle() {
        brain.forgetUnspentTrials();
        catalogs.forgetIdle(limits.kept());
        List<String> longestIdleFirst = brain.inUse();
        long outcomes = longestIdleFirst.stream().mapToLong(this::outcomes).sum();
        // Nobody else needs the room of the one that asked last, who would wait for its outcomes.
        for (String tenant : longestIdleFirst.subList(0, Math.max(0, longestIdleFirst.size() - 1))) {
            boolean mayLeave = brain.isIdle(tenant, BUSY) || outcomes > FAR_TOO_MANY * limits.ofAll();
            if ((outcomes > limits.ofAll() && mayLeave) || brain.isIdle(tenant, limits.kept())) {
                outcomes -= outcomes(tenant);
                brain.forget(tenant);
                LOG.debug("tenant {} has asked nothing for longest, its outcomes are forgotten until it does", tenant);
            }
        }
        if (known.keySet().removeIf(tenant -> !isKnown(tenant))) {
            table.forgetNames();
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
