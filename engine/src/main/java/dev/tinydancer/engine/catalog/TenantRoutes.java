package dev.tinydancer.engine.catalog;

import dev.tinydancer.router.semantic.RouteIndex;
import java.util.List;
import java.util.concurrent.Executor;

/** The semantic routes of one tenant and the index of them. Safe for concurrent use. */
final class TenantRoutes {

    private static final long NONE = -1;

    private final TenantVersions<SemanticRoutes> committed;
    private final Executor builders;

    /** The version that {@link #index} has. */
    private long indexedVersion = NONE;

    private RouteIndex index = RouteIndex.of(List.of());
    private boolean building;
    private volatile long expected;

    TenantRoutes(TenantVersions<SemanticRoutes> committed, Executor builders) {
        this.committed = committed;
        this.builders = builders;
    }

    RouteIndex require(long version) throws InterruptedException {
        return indexOf(committed.require(version));
    }

    /** An index that keeps what it can of the committed one, and is itself not kept. */
    RouteIndex indexOnce(SemanticRoutes routes) {
        return latest().updated(routes.routes());
    }

    /** So many utterances are about to be read; 0 if nothing comes of it. */
    void expect(long utterances) {
        expected = utterances;
    }

    /** How many the committed routes have, as they were last read or are being read. */
    long utterances() {
        return Math.max(
                expected, committed.current().map(SemanticRoutes::utterances).orElse(0L));
    }

    void refresh() {
        committed.refresh();
    }

    void refreshUnlessAt(long version) {
        committed.refreshUnlessAt(version);
    }

    private synchronized RouteIndex latest() {
        return index;
    }

    private synchronized RouteIndex indexOf(SemanticRoutes routes) {
        if (routes.version() != indexedVersion) {
            index = index.updated(routes.routes());
            indexedVersion = routes.version();
            if (index.wantsGraph() && !building) {
                building = true;
                RouteIndex withoutGraph = index;
                builders.execute(() -> build(withoutGraph));
            }
        }
        return index;
    }

    private void build(RouteIndex withoutGraph) {
        try {
            take(withoutGraph.withGraph());
        } finally {
            built();
        }
    }

    /** The routes may have changed since the graph was begun; it serves those that have not. */
    private synchronized void take(RouteIndex withGraph) {
        index = withGraph.updated(index.routes());
    }

    private synchronized void built() {
        building = false;
    }
}
