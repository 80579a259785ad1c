package dev.tinydancer.workshop.torture;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;

/** Tenants with agents, limits and budgets of their own; agents bear their tenant's name. */
final class Tenants {

    static final int COUNT = 4;

    /** For the requests that come under the tight budget. */
    static final String TIGHT_TAG = "tight";

    /** Of a request that is sent to the agent with so many places. */
    static final int PLACES = 6;

    private static final int AGENTS = 4;

    private final FaultyServer server;
    private final String password = UUID.randomUUID().toString();

    Tenants(FaultyServer server) {
        this.server = server;
    }

    /** The role in which a tenant's sessions connect. */
    DataSource sessions(int tenant) {
        return server.as(role(tenant), password);
    }

    static String name(int tenant) {
        return "tenant-" + tenant;
    }

    /** How the names of a tenant's agents begin. */
    static String agentPrefix(int tenant) {
        return "t" + tenant + "-";
    }

    private static String role(int tenant) {
        return "torture_" + tenant;
    }

    /** Leases are short, so that the end of the run waits for few seconds. */
    void register() throws SQLException {
        try (Connection connection = server.superuser().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT ruvector_set_setting('in_flight_lease', '10 seconds')");
            for (int tenant = 0; tenant < COUNT; tenant++) {
                statement.execute("CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE tiny_dancer_admin"
                        .formatted(role(tenant), password));
                statement.execute("SELECT tiny_dancer.assign_tenant('%s', '%s')".formatted(role(tenant), name(tenant)));
            }
        }
        for (int tenant = 0; tenant < COUNT; tenant++) {
            try (Connection connection = sessions(tenant).getConnection();
                    Statement statement = connection.createStatement()) {
                for (int agent = 0; agent < AGENTS; agent++) {
                    statement.execute("""
                            SELECT ruvector_register_agent('%sa%d', 'llm', '{general}', cost_per_call => %s,
                                avg_latency_ms => 100, quality_score => %s, max_concurrency => %s)
                            """.formatted(
                                    agentPrefix(tenant),
                                    agent,
                                    0.001 * (agent + 1),
                                    0.7 + 0.05 * agent,
                                    agent == AGENTS - 1 ? Integer.toString(PLACES) : "NULL"));
                }
                statement.execute("SELECT ruvector_set_budget('all', 1e6, 'total')," + " ruvector_set_budget('tag:"
                        + TIGHT_TAG + "', 0.05, 'total')");
            }
        }
    }
}
