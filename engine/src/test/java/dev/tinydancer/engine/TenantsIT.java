package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two tenants with agents of their own, and every way from the one to the other. */
final class TenantsIT {

    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private Connection superuser;
    private Connection acme;
    private Connection globexAdmin;
    private Connection globexUser;
    private String acmeDecision;

    @BeforeEach
    void twoTenants() throws SQLException {
        superuser = database.connect();
        acme = member("tiny_dancer_admin", "acme");
        globexAdmin = member("tiny_dancer_admin", "globex");
        globexUser = member("tiny_dancer_user", "globex");
        register(acme, "secret");
        register(acme, "shared");
        register(globexAdmin, "shared");
        Rows.first(acme, "SELECT ruvector_create_route('vault', 'open the vault', 'secret')");
        acmeDecision = Rows.first(
                        acme,
                        "SELECT decision_id FROM ruvector_route('Hello', tags := '{acme-tag}', excluded_agents := '{shared}')")
                .getFirst();
        Rows.first(acme, "SELECT ruvector_record_outcome('" + acmeDecision + "', true, 77777, 12345)");
    }

    @AfterEach
    void disconnect() throws SQLException {
        for (Connection connection : List.of(superuser, acme, globexAdmin, globexUser)) {
            connection.close();
        }
    }

    /** Everything that answers rows, asked by the other tenant: nothing of the first is in any of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM ruvector_list_agents()",
                "SELECT * FROM ruvector_get_agent('secret')",
                "SELECT * FROM ruvector_find_agents_by_capability('hidden talent')",
                "SELECT * FROM ruvector_route('Hello')",
                "SELECT * FROM ruvector_explain_route('Hello')",
                "SELECT * FROM ruvector_route_multi('Hello', 1)",
                "SELECT * FROM ruvector_batch_route('{Hello}', 'total_cost', min_mean_quality := 0.1)",
                "SELECT * FROM ruvector_list_routes()",
                "SELECT * FROM ruvector_semantic_route('open the vault')",
                "SELECT * FROM ruvector_routing_analytics()",
                "SELECT * FROM ruvector_routing_analytics(group_by := 'tag')",
                "SELECT * FROM ruvector_routing_analytics(group_by := 'tenant')",
                "SELECT ruvector_routing_stats()",
                "SELECT * FROM ruvector_optimize_budget(100)",
                "SELECT circuits FROM ruvector_engine_status()"
            })
    void functions_showNothingOfAnotherTenant(String query) throws SQLException {
        for (Connection connection : List.of(globexUser, globexAdmin)) {
            assertThat(Rows.all(connection, query).toString())
                    .doesNotContain("secret", "acme", "vault", "77777", "12345");
        }
    }

    /** Of outcomes that come back to another tenant nobody learns anything. */
    @Test
    void route_withoutOutcomes_saysOnceASession_thatNobodyIsTriedOut() throws SQLException {
        try (Connection initech = member("tiny_dancer_admin", "initech");
                Statement statement = initech.createStatement()) {
            register(initech, "first");
            register(initech, "second");
            List<String> notices = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                statement.execute("SELECT ruvector_route('Hello')");
                for (SQLWarning notice = statement.getWarnings(); notice != null; notice = notice.getNextWarning()) {
                    notices.add(notice.getMessage());
                }
                statement.clearWarnings();
            }
            assertThat(notices)
                    .containsExactly("no outcomes have come back lately, so that no agent is tried out:"
                            + " ruvector_record_outcome reports them");
            statement.execute("SELECT ruvector_route('Hello', optimize_for := 'quality')");
            assertThat((Throwable) statement.getWarnings()).isNull();
        }
    }

    @Test
    void functions_changeNothingOfAnotherTenant() throws SQLException {
        assertThat(Rows.first(globexAdmin, "SELECT ruvector_remove_agent('secret')"))
                .containsExactly("f");
        assertThat(Rows.first(globexAdmin, "SELECT ruvector_set_agent_active('secret', false)"))
                .containsExactly("f");
        assertThat(Rows.first(globexUser, "SELECT ruvector_update_agent_metrics('secret', 1, false)"))
                .containsExactly("f");
        assertThat(Rows.first(globexAdmin, "SELECT ruvector_drop_route('vault')"))
                .containsExactly("f");
        assertThat(SqlFailure.of(globexUser, "SELECT ruvector_record_outcome('" + acmeDecision + "', true)")
                        .getSQLState())
                .isEqualTo("22023");
        assertThat(Rows.first(globexAdmin, "SELECT ruvector_remove_agent('shared')"))
                .containsExactly("t");
        assertThat(Rows.all(acme, "SELECT name, active FROM ruvector_list_agents() ORDER BY 1"))
                .containsExactly(List.of("secret", "t"), List.of("shared", "t"));
        assertThat(Rows.all(acme, "SELECT route_name FROM ruvector_semantic_route('open the vault')"))
                .containsExactly(List.of("vault"));
    }

    @Test
    void outcomesOfOneTenant_doNotTeachAnother() throws SQLException {
        List<String> before = Rows.first(globexUser, "SELECT expected_quality FROM ruvector_route('Hello')");
        for (int i = 0; i < 30; i++) {
            Rows.first(acme, """
                    SELECT ruvector_record_outcome(decision_id, true, quality => 0)
                    FROM ruvector_route('Hello', excluded_agents := '{secret}')""");
        }
        assertThat(Rows.first(globexUser, "SELECT expected_quality FROM ruvector_route('Hello')"))
                .isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM tiny_dancer.agent",
                "SELECT * FROM tiny_dancer.decision",
                "SELECT * FROM tiny_dancer.evidence",
                "SELECT tiny_dancer.catalog_of('acme')",
                "SELECT * FROM tiny_dancer.log_summary('acme', '-infinity', 'agent')",
                "SELECT tiny_dancer.request_mix('acme')",
                "SELECT tiny_dancer.assign_tenant(session_user, 'acme')",
                "SELECT tiny_dancer.release_role(session_user)",
                "INSERT INTO tiny_dancer.tenant_role VALUES (session_user, 'acme')",
                "DELETE FROM tiny_dancer.tenant_role"
            })
    void innerObjects_areOutOfReach(String statement) throws SQLException {
        for (Connection connection : List.of(globexUser, globexAdmin)) {
            assertThat(SqlFailure.of(connection, statement).getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE);
        }
    }

    /** As an administrator might, for a tool that makes reports. */
    @Test
    void tablesGrantedToATenantsRole_showItsOwnRowsOnly() throws SQLException {
        Rows.execute(superuser, "GRANT USAGE ON SCHEMA tiny_dancer TO tiny_dancer_user");
        Rows.execute(
                superuser,
                "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA tiny_dancer TO tiny_dancer_user");
        Rows.execute(
                superuser,
                "REVOKE ALL ON tiny_dancer.evidence, tiny_dancer.agent_circuit, tiny_dancer.caller, tiny_dancer.tally_entry"
                        + " FROM tiny_dancer_user");
        Rows.execute(superuser, "GRANT EXECUTE ON FUNCTION tiny_dancer.row_tenant() TO tiny_dancer_user");
        try {
            Rows.first(globexUser, "SELECT decision_id FROM ruvector_route('Hello')");
            for (String table : tablesWithTenants()) {
                assertThat(Rows.all(globexUser, "SELECT DISTINCT tenant FROM tiny_dancer." + table))
                        .as(table)
                        .isSubsetOf(List.of(List.of("globex")));
            }
            assertThat(Rows.first(globexUser, "SELECT count(*) > 0 FROM tiny_dancer.decision"))
                    .containsExactly("t");
            Rows.execute(globexUser, "DELETE FROM tiny_dancer.outcome");
            assertThat(Rows.first(superuser, "SELECT count(*) > 0 FROM tiny_dancer.outcome WHERE tenant = 'acme'"))
                    .containsExactly("t");
            assertThat(SqlFailure.of(globexUser, "UPDATE tiny_dancer.agent SET tenant = 'acme'")
                            .getSQLState())
                    .isEqualTo(INSUFFICIENT_PRIVILEGE);
            assertThat(SqlFailure.of(
                                    globexUser,
                                    "INSERT INTO tiny_dancer.tenant_role VALUES (session_user || 'x', 'acme')")
                            .getSQLState())
                    .isEqualTo(INSUFFICIENT_PRIVILEGE);
        } finally {
            Rows.execute(superuser, "REVOKE ALL ON ALL TABLES IN SCHEMA tiny_dancer FROM tiny_dancer_user");
            Rows.execute(superuser, "REVOKE ALL ON FUNCTION tiny_dancer.row_tenant() FROM tiny_dancer_user");
            Rows.execute(superuser, "REVOKE ALL ON SCHEMA tiny_dancer FROM tiny_dancer_user");
        }
    }

    @Test
    void everyTableWithATenant_hasRowLevelSecurity_newPartitionsToo() throws SQLException {
        Rows.execute(superuser, "UPDATE tiny_dancer.setting SET value = '10' WHERE name = 'log_partitions_ahead'");
        assertThat(Rows.all(superuser, "SELECT * FROM tiny_dancer.maintain_log()"))
                .isNotEmpty();
        assertThat(Rows.all(superuser, """
                SELECT pg_class.oid::regclass FROM pg_class
                JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'tenant'
                WHERE relnamespace = 'tiny_dancer'::regnamespace AND relkind IN ('r', 'p')
                  AND NOT (relrowsecurity AND (relispartition OR 2 = (
                      SELECT count(*) FROM pg_policy WHERE polrelid = pg_class.oid)))""")).isEmpty();
    }

    @Test
    void roleTakenWithSetRole_actsForItsTenant() throws SQLException {
        String role = Rows.first(acme, "SELECT session_user").getFirst();
        Rows.execute(superuser, "SET ROLE " + role);
        assertThat(Rows.all(superuser, "SELECT name FROM ruvector_list_agents() ORDER BY 1"))
                .containsExactly(List.of("secret"), List.of("shared"));
        Rows.execute(superuser, "RESET ROLE");
        assertThat(Rows.all(superuser, "SELECT name FROM ruvector_list_agents()"))
                .isEmpty();
        assertThat(SqlFailure.of(globexAdmin, "SET ROLE " + role).getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE);
    }

    @Test
    void assignTenant_andReleaseRole() throws SQLException {
        Rows.execute(superuser, "CREATE ROLE wanderer");
        try {
            assertThat(Rows.first(superuser, "SELECT tiny_dancer.assign_tenant('wanderer', ' acme ')"))
                    .containsExactly("t");
            assertThat(Rows.first(superuser, "SELECT tiny_dancer.assign_tenant('wanderer', 'globex')"))
                    .containsExactly("f");
            assertThat(Rows.first(superuser, "SELECT tenant FROM tiny_dancer.tenant_role WHERE role_name = 'wanderer'"))
                    .containsExactly("globex");
            assertThat(Rows.first(superuser, "SELECT tiny_dancer.release_role('wanderer')"))
                    .containsExactly("t");
            assertThat(Rows.first(superuser, "SELECT tiny_dancer.release_role('wanderer')"))
                    .containsExactly("f");
            assertThat(SqlFailure.of(superuser, "SELECT tiny_dancer.assign_tenant('nobody here', 'acme')")
                            .getMessage())
                    .isEqualTo("role_name must be a role, got nobody here");
            assertThat(SqlFailure.of(superuser, "SELECT tiny_dancer.assign_tenant('wanderer', '')")
                            .getSQLState())
                    .isEqualTo("22023");
            assertThat(SqlFailure.of(superuser, "SELECT tiny_dancer.assign_tenant(NULL, 'acme')")
                            .getSQLState())
                    .isEqualTo("22004");
        } finally {
            Rows.execute(superuser, "DROP ROLE wanderer");
        }
    }

    private List<String> tablesWithTenants() throws SQLException {
        return Rows.all(superuser, """
                        SELECT relname FROM pg_class
                        JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'tenant'
                        WHERE relnamespace = 'tiny_dancer'::regnamespace AND relkind IN ('r', 'p')""").stream().map(List::getFirst).toList();
    }

    private Connection member(String role, String tenant) throws SQLException {
        DataSource logins = database.newRole("IN ROLE " + role);
        Connection connection = logins.getConnection();
        String name = Rows.first(connection, "SELECT session_user").getFirst();
        Rows.first(superuser, "SELECT tiny_dancer.assign_tenant('" + name + "', '" + tenant + "')");
        return connection;
    }

    private static void register(Connection connection, String name) throws SQLException {
        Rows.first(connection, """
                SELECT ruvector_register_agent('%s', 'llm', ARRAY['hidden talent'], cost_per_call := 0.01,
                    avg_latency_ms := 100, quality_score := 0.9)""".formatted(name));
    }
}
