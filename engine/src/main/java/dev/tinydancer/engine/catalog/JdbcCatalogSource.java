package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.jdbc.Database;
import java.util.Map;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Reads catalogs through {@code tiny_dancer.catalog_of}, the function whose result callers send along as well. */
public final class JdbcCatalogSource implements CatalogSource {

    private final VersionsQuery versions;
    private final TenantQuery version;
    private final TenantQuery document;
    private final ObjectReader reader;

    /** Reads through connections of this database, with this mapper. */
    public JdbcCatalogSource(Database database, JsonMapper json) {
        this.versions = new VersionsQuery(database, "SELECT tenant, version FROM tiny_dancer.catalog_version");
        this.version = new TenantQuery(
                database, "SELECT coalesce((SELECT version FROM tiny_dancer.catalog_version WHERE tenant = ?), 0)");
        this.document = new TenantQuery(database, "SELECT tiny_dancer.catalog_of(?)");
        this.reader = json.readerFor(CatalogDocument.class);
    }

    @Override
    public Map<String, Long> versions() {
        return versions.get();
    }

    @Override
    public long versionOf(String tenant) {
        return version.number(tenant);
    }

    @Override
    public Catalog load(String tenant) {
        CatalogDocument read = reader.readValue(document.text(tenant));
        return read.toCatalog();
    }
}
