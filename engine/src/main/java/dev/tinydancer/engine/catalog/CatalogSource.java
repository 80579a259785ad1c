package dev.tinydancer.engine.catalog;

import java.util.Map;

/** Where committed catalogs come from. Safe for concurrent use; a failure is a runtime exception. */
public interface CatalogSource {

    /** The committed version of each tenant's catalog, by tenant. */
    Map<String, Long> versions();

    /** The committed version of a tenant's catalog; 0 for a tenant that never had one. */
    long versionOf(String tenant);

    /** The committed catalog of a tenant. */
    Catalog load(String tenant);
}
