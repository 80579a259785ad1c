package dev.tinydancer.engine.evidence;

import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.router.AdaptiveRouter;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the router of every tenant up to date with the outcomes in the database. What is read counts at once; what
 * follows from it in general is learned a little later.
 */
public final class EvidenceFeed {

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceFeed.class);

    private final EvidenceTable table;
    private final CatalogStore catalogs;
    private final Function<String, AdaptiveRouter> routers;
    private volatile String snapshot;

    private EvidenceFeed(
            EvidenceTable table, CatalogStore catalogs, Function<String, AdaptiveRouter> routers, int history) {
        this.table = table;
        this.catalogs = catalogs;
        this.routers = routers;
        tellAgents();
        EvidenceTable.Reading reading = table.latest(catalogs.tenants(), history);
        record(reading.evidence());
        this.snapshot = reading.snapshot();
        LOG.debug("{} outcomes read", reading.evidence().size());
    }

    /**
     * Reads the recent past.
     *
     * @param catalogs must be loaded: outcomes count for agents that are known
     * @param routers the router of a tenant
     * @param dimension of the embeddings that requests have now
     * @param history how many outcomes of each tenant to read at most
     */
    public static EvidenceFeed open(
            Database database,
            CatalogStore catalogs,
            Function<String, AdaptiveRouter> routers,
            int dimension,
            int history) {
        return new EvidenceFeed(new EvidenceTable(database, dimension), catalogs, routers, history);
    }

    /** Takes in what has been recorded since the last time. Called by one thread. */
    public void poll() {
        EvidenceTable.Reading reading = table.since(snapshot);
        record(reading.evidence());
        snapshot = reading.snapshot();
    }

    /** Learns again for each tenant with enough new outcomes, or with other agents than before. Called by one thread. */
    public void learn() {
        tellAgents();
        catalogs.tenants().forEach(tenant -> routers.apply(tenant).learnIfDue());
    }

    private void tellAgents() {
        for (String tenant : catalogs.tenants()) {
            catalogs.current(tenant).ifPresent(catalog -> routers.apply(tenant).replaceAgents(catalog.agents()));
        }
    }

    private void record(List<Evidence> evidence) {
        for (Evidence each : evidence) {
            routers.apply(each.tenant()).record(each.outcome());
        }
    }
}
