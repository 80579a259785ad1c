package dev.tinydancer.engine.call;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogDocument;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.catalog.RouteStore;
import dev.tinydancer.engine.catalog.RoutesDocument;
import dev.tinydancer.router.semantic.RouteIndex;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payload, as {@code docs/protocol.md} describes it.
 *
 * @param catalogVersion of the document that the verb rests on, agents or routes, as the caller sees it
 * @param catalog the agents that the caller sees, if it sees what no other does
 * @param routes the semantic routes that the caller sees, likewise
 * @param decisionId of the call's first decision, see {@link #decisionId(int)}; null for verbs that decide nothing
 * @param log the session's {@code tiny_dancer.log_decisions}; null for verbs that decide nothing
 * @param logRequests the session's {@code tiny_dancer.log_requests}
 * @param onEngineDown the session's {@code tiny_dancer.on_engine_down}, which matters when no engine can say that it is wrong
 */
public record Call<A>(
        String tenant,
        long catalogVersion,
        @Nullable CatalogDocument catalog,
        @Nullable RoutesDocument routes,
        @Nullable UUID decisionId,
        @Nullable String log,
        String logRequests,
        String onEngineDown,
        A arguments) {

    /** Those of a UUID's lower half that do not say what variant it is of. */
    private static final long RANDOM_BITS = 0x3FFF_FFFF_FFFF_FFFFL;

    private static final List<String> ON_OFF = List.of("on", "off");
    private static final List<String> ERROR_FALLBACK = List.of("error", "fallback");

    public Call {
        requireNonNull(tenant, "tenant");
        requireNonNull(logRequests, "logRequests");
        requireNonNull(onEngineDown, "onEngineDown");
        requireNonNull(arguments, "arguments");
    }

    /** Throws {@code 22023} if a parameter of the session has none of its values. */
    void checkParameters() {
        if (log != null) {
            Arguments.oneOf("tiny_dancer.log_decisions", log, LogMode::fromSqlName, LogMode.sqlNames());
        }
        Arguments.oneOf("tiny_dancer.log_requests", logRequests, ON_OFF);
        Arguments.oneOf("tiny_dancer.on_engine_down", onEngineDown, ERROR_FALLBACK);
    }

    /** Who writes the call's decisions to the log. */
    public LogMode logMode() {
        return log == null ? LogMode.OFF : LogMode.fromSqlName(log).orElse(LogMode.OFF);
    }

    /** Whether the log may keep the texts of requests. */
    public boolean keepsRequests() {
        return logRequests.equals("on");
    }

    /**
     * The id of one of the call's decisions: the call's own, with their place added to its random bits. So a repeated call
     * brings the same ids, and all of them have the same time in them.
     *
     * @param place from 0
     * @return null where the call brought no id
     */
    public @Nullable UUID decisionId(int place) {
        if (decisionId == null) {
            return null;
        }
        long low = decisionId.getLeastSignificantBits();
        return new UUID(decisionId.getMostSignificantBits(), (low & ~RANDOM_BITS) | ((low + place) & RANDOM_BITS));
    }

    /**
     * What the caller sees, whether it is committed or its own. Budgets are promises to others, though: a transaction whose
     * snapshot is older than the committed catalog keeps the budgets of the present.
     */
    public Catalog catalog(CatalogStore store) throws InterruptedException {
        if (catalog == null) {
            return store.require(tenant, catalogVersion);
        }
        Catalog seen = catalog.toCatalog();
        return store.current(tenant)
                .filter(committed -> committed.version() > seen.version())
                .map(committed -> new Catalog(seen.version(), seen.agents(), committed.budgets()))
                .orElse(seen);
    }

    /** The semantic routes that the caller sees, whether they are committed or its own. */
    public RouteIndex routes(RouteStore store) throws InterruptedException {
        return routes != null ? store.indexOnce(tenant, routes.toRoutes()) : store.require(tenant, catalogVersion);
    }
}
