package dev.tinydancer.engine.catalog;

import java.util.List;

/** Where committed catalogs come from. Safe for concurrent use; a failure is a runtime exception. */
public interface CatalogSource {

    /** The tenants that have a catalog. */
    List<String> tenants();

    /** The committed version of a tenant's catalog; 0 for a tenant that never had one. */
    long versionOf(String tenant);

    /** The committed catalog of a tenant. */
    Catalog load(String tenant);
}
