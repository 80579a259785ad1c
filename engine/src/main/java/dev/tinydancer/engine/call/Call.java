package dev.tinydancer.engine.call;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.catalog.Catalog;
import dev.tinydancer.engine.catalog.CatalogDocument;
import dev.tinydancer.engine.catalog.CatalogStore;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A payload, as {@code docs/protocol.md} describes it.
 *
 * @param catalog what the caller sees, if it sees what no other does
 * @param decisionId null for verbs that decide nothing
 */
record Call<A>(
        String tenant,
        long catalogVersion,
        @Nullable CatalogDocument catalog,
        @Nullable UUID decisionId,
        @Nullable LogMode log,
        boolean logRequests,
        A arguments) {

    Call {
        requireNonNull(tenant, "tenant");
        requireNonNull(arguments, "arguments");
    }

    /** The agents that the caller sees, whether they are committed or its own. */
    Catalog catalog(CatalogStore store) throws InterruptedException {
        return catalog != null ? catalog.toCatalog() : store.require(tenant, catalogVersion);
    }
}
