package dev.tinydancer.engine.call;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogDocument;
import dev.tinydancer.engine.catalog.CatalogStore;
import dev.tinydancer.engine.catalog.RouteStore;
import dev.tinydancer.engine.catalog.RoutesDocument;
import dev.tinydancer.engine.reservation.ReservingRouter.Occasion;
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
 */
record Call<A>(
        String tenant,
        long catalogVersion,
        @Nullable CatalogDocument catalog,
        @Nullable RoutesDocument routes,
        @Nullable UUID decisionId,
        @Nullable LogMode log,
        boolean logRequests,
        A arguments) {

    /** Those of a UUID's lower half that do not say what variant it is of. */
    private static final long RANDOM_BITS = 0x3FFF_FFFF_FFFF_FFFFL;

    Call {
        requireNonNull(tenant, "tenant");
        requireNonNull(arguments, "arguments");
    }

    /**
     * The id of one of the call's decisions: the call's own, with their place added to its random bits. So a repeated call
     * brings the same ids, and all of them have the same time in them.
     *
     * @param place from 0
     * @return null where the call brought no id
     */
    @Nullable
    UUID decisionId(int place) {
        if (decisionId == null) {
            return null;
        }
        long low = decisionId.getLeastSignificantBits();
        return new UUID(decisionId.getMostSignificantBits(), (low & ~RANDOM_BITS) | ((low + place) & RANDOM_BITS));
    }

    /** The call's first decision, under what the caller sees. */
    Occasion occasion(Catalog caller, List<String> tags) {
        return occasion(caller, tags, 0);
    }

    /** One of the call's decisions, by its place from 0. */
    Occasion occasion(Catalog caller, List<String> tags, int place) {
        return new Occasion(tenant, caller, tags, decisionId(place), log != LogMode.OFF);
    }

    /** The agents that the caller sees, whether they are committed or its own. */
    Catalog catalog(CatalogStore store) throws InterruptedException {
        return catalog != null ? catalog.toCatalog() : store.require(tenant, catalogVersion);
    }

    /** The semantic routes that the caller sees, whether they are committed or its own. */
    RouteIndex routes(RouteStore store) throws InterruptedException {
        return routes != null ? store.indexOnce(tenant, routes.toRoutes()) : store.require(tenant, catalogVersion);
    }
}
