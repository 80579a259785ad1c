package dev.tinydancer.engine.catalog;

import dev.tinydancer.engine.catalog.RoutesDocument.RouteDocument;
import dev.tinydancer.engine.catalog.RoutesDocument.UtteranceDocument;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.router.semantic.SemanticRoute;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGStatement;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads routes as {@code tiny_dancer.routes_of} has them, by which callers send theirs along, but utterance by utterance: of
 * thousands one document would take several times the memory of the routes.
 */
public final class JdbcRouteSource implements RouteSource {

    /** One statement, and so one state of the database. A tenant without routes has a row with its version alone. */
    private static final String ROUTES = """
            SELECT coalesce((SELECT routes_version FROM tiny_dancer.catalog_version WHERE tenant = asked.tenant), 0) AS version,
                   route.name, route.description, route.target_agent, route.priority, route.conditions::text AS conditions,
                   route.score_threshold, spoken.utterance, array_send(spoken.embedding) AS embedding
            FROM (SELECT ?::text AS tenant) AS asked
            LEFT JOIN (tiny_dancer.route
                       JOIN tiny_dancer.route_utterance AS spoken
                         ON spoken.tenant = route.tenant AND spoken.route = route.name) ON route.tenant = asked.tenant
            ORDER BY spoken.route, spoken.place""";

    /** Of 3 kB each. */
    private static final int ROWS_AT_A_TIME = 500;

    /** For pgjdbc: figures and bytes come as they are from the first execution on, not as text. */
    private static final int BINARY_AT_ONCE = -1;

    private final Database database;
    private final VersionsQuery versions;
    private final TenantQuery version;
    private final TenantQuery utterances;
    private final ObjectReader conditions;

    /** Reads through connections of this database, with this mapper. */
    public JdbcRouteSource(Database database, JsonMapper json) {
        this.database = database;
        versions = new VersionsQuery(database, "SELECT tenant, routes_version FROM tiny_dancer.catalog_version");
        version = new TenantQuery(
                database,
                "SELECT coalesce((SELECT routes_version FROM tiny_dancer.catalog_version WHERE tenant = ?), 0)");
        utterances = new TenantQuery(database, "SELECT count(*) FROM tiny_dancer.route_utterance WHERE tenant = ?");
        conditions = json.readerFor(RouteConditionsDocument.class);
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
    public long utterancesOf(String tenant) {
        return utterances.number(tenant);
    }

    @Override
    public SemanticRoutes load(String tenant) {
        return database.read(connection -> load(connection, tenant));
    }

    private SemanticRoutes load(Connection connection, String tenant) throws SQLException {
        // Rows come in parts within a transaction only. The pool sets this back.
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(ROUTES)) {
            statement.setString(1, tenant);
            statement.setFetchSize(ROWS_AT_A_TIME);
            statement.unwrap(PGStatement.class).setPrepareThreshold(BINARY_AT_ONCE);
            try (ResultSet rows = statement.executeQuery()) {
                SemanticRoutes read = routes(rows);
                connection.commit();
                return read;
            }
        }
    }

    private SemanticRoutes routes(ResultSet rows) throws SQLException {
        List<SemanticRoute> routes = new ArrayList<>();
        long read = 0;
        boolean more = rows.next();
        while (more) {
            read = rows.getLong("version");
            String name = rows.getString("name");
            if (name == null) {
                break;
            }
            RouteConditionsDocument when = conditions.readValue(rows.getString("conditions"));
            String description = rows.getString("description");
            String targetAgent = rows.getString("target_agent");
            int priority = rows.getInt("priority");
            Double scoreThreshold = number(rows, "score_threshold");
            List<UtteranceDocument> spoken = new ArrayList<>();
            do {
                spoken.add(new UtteranceDocument(
                        rows.getString("utterance"), ByteBuffer.wrap(rows.getBytes("embedding"))));
                more = rows.next();
            } while (more && rows.getString("name").equals(name));
            new RouteDocument(name, description, targetAgent, priority, when, scoreThreshold, spoken)
                    .toRoute()
                    .ifPresent(routes::add);
        }
        return new SemanticRoutes(read, routes);
    }

    private static @Nullable Double number(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }
}
