package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.jdbc.Database;
import java.util.Map;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Reads routes through {@code tiny_dancer.routes_of}, the function whose result callers send along as well. */
public final class JdbcRouteSource implements RouteSource {

    private final VersionsQuery versions;
    private final TenantQuery version;
    private final TenantQuery document;
    private final ObjectReader reader;

    /** Reads through connections of this database, with this mapper. */
    public JdbcRouteSource(Database database, JsonMapper json) {
        versions = new VersionsQuery(database, "SELECT tenant, routes_version FROM tiny_dancer.catalog_version");
        version = new TenantQuery(
                database,
                "SELECT coalesce((SELECT routes_version FROM tiny_dancer.catalog_version WHERE tenant = ?), 0)");
        document = new TenantQuery(database, "SELECT tiny_dancer.routes_of(?)");
        reader = json.readerFor(RoutesDocument.class);
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
    public SemanticRoutes load(String tenant) {
        RoutesDocument read = reader.readValue(document.text(tenant));
        return read.toRoutes();
    }
}
