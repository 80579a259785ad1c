package dev.tinydancer.engine.evidence;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.router.quality.Experience;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the experience of every tenant up to date with the outcomes in the database. What is read counts at once; what
 * follows from it in general is learned a little later.
 */
public final class EvidenceFeed {

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceFeed.class);

    private final EvidenceTable table;
    private final CatalogStore catalogs;
    private final Function<String, Experience> experiences;

    /** The version of the catalog whose agents a tenant's experience has learned of; touched by the learning thread only. */
    private final Map<String, Long> learnedVersions = new ConcurrentHashMap<>();

    private volatile String snapshot;

    private EvidenceFeed(
            EvidenceTable table, CatalogStore catalogs, Function<String, Experience> experiences, int history) {
        this.table = table;
        this.catalogs = catalogs;
        this.experiences = experiences;
        learn();
        EvidenceTable.Reading reading = table.latest(catalogs.tenants(), history);
        record(reading.evidence());
        this.snapshot = reading.snapshot();
        LOG.debug("{} outcomes read", reading.evidence().size());
    }

    /**
     * Reads the recent past.
     *
     * @param catalogs must be loaded: outcomes count for agents that are known
     * @param experiences what is known of a tenant's agents
     * @param dimension of the embeddings that requests have now
     * @param history how many outcomes of each tenant to read at most
     */
    public static EvidenceFeed open(
            Database database,
            CatalogStore catalogs,
            Function<String, Experience> experiences,
            int dimension,
            int history) {
        return new EvidenceFeed(new EvidenceTable(database, dimension), catalogs, experiences, history);
    }

    /** Takes in what has been recorded since the last time. Called by one thread. */
    public void poll() {
        EvidenceTable.Reading reading = table.since(snapshot);
        record(reading.evidence());
        snapshot = reading.snapshot();
    }

    /** Learns again for each tenant with enough new outcomes, or with other agents than before. Called by one thread. */
    public void learn() {
        for (String tenant : catalogs.tenants()) {
            Catalog catalog = catalogs.current(tenant).orElseThrow();
            Experience experience = experiences.apply(tenant);
            boolean agentsChanged = !Long.valueOf(catalog.version()).equals(learnedVersions.get(tenant));
            if (agentsChanged || experience.isStale()) {
                experience.learn(catalog.agents().agents());
                learnedVersions.put(tenant, catalog.version());
            }
        }
    }

    private void record(List<Evidence> evidence) {
        for (Evidence each : evidence) {
            experiences.apply(each.tenant()).record(each.outcome());
        }
    }
}
