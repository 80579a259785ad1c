package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

final class CatalogVersionIT {

    private static final int NOTICE_MILLIS = 10_000;

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("DELETE FROM tiny_dancer.agent");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void version_risesWithEveryChangeOfTheCatalog() throws SQLException {
        long before = version(sql);

        register(sql, "a");
        assertThat(version(sql)).isEqualTo(before + 1);
        register(sql, "a");
        assertThat(version(sql)).isEqualTo(before + 2);
        sql.run("SELECT ruvector_set_agent_active('a', false)");
        assertThat(version(sql)).isEqualTo(before + 3);
        sql.run("SELECT ruvector_remove_agent('a')");
        assertThat(version(sql)).isEqualTo(before + 4);
        sql.run("TRUNCATE tiny_dancer.agent");
        assertThat(version(sql)).isEqualTo(before + 5);
    }

    @Test
    void version_staysWhereNothingChanges() throws SQLException {
        long before = version(sql);

        sql.run("SELECT ruvector_remove_agent('nobody')");
        sql.run("SELECT ruvector_set_agent_active('nobody', true)");
        sql.run("SELECT * FROM ruvector_list_agents()");

        assertThat(version(sql)).isEqualTo(before);
    }

    @Test
    void version_risesForEachTenantThatAStatementTouches() throws SQLException {
        sql.run("""
                INSERT INTO tiny_dancer.agent (tenant, name, agent_type, capabilities, avg_latency_ms, quality_score)
                VALUES ('one', 'a', 'llm', '{x}', 1, 1), ('one', 'b', 'llm', '{x}', 1, 1), ('two', 'a', 'llm', '{x}', 1, 1)
                """);
        assertThat(versions()).contains("one=1", "two=1");

        sql.run("UPDATE tiny_dancer.agent SET tenant = 'three' WHERE tenant = 'two'");
        assertThat(versions()).contains("one=1", "two=2", "three=1");
    }

    @Test
    void version_goesBackWithTheTransaction() throws SQLException {
        long before = version(sql);

        sql.run("BEGIN");
        register(sql, "a");
        assertThat(version(sql)).isEqualTo(before + 1);
        sql.run("ROLLBACK");

        assertThat(version(sql)).isEqualTo(before);
    }

    @Test
    void commit_tellsTheEnginesWhoseCatalogChanged() throws SQLException {
        try (SqlSession engine = new SqlSession(database.engine().getConnection())) {
            engine.run("LISTEN tiny_dancer_catalog");
            sql.run("BEGIN");
            register(sql, "a");
            register(sql, "b");
            sql.run("COMMIT");

            PGNotification[] told =
                    engine.connection().unwrap(PGConnection.class).getNotifications(NOTICE_MILLIS);

            assertThat(told).hasSize(1);
            assertThat(told[0].getParameter()).isEmpty();
        }
    }

    @Test
    void catalogOf_isWhatTheCallerSees() throws SQLException {
        assertThat(sql.value("SELECT tiny_dancer.catalog_of('nobody')::jsonb"))
                .isEqualTo("{\"agents\": [], \"budgets\": [], \"version\": 0, \"policies\": []}");

        sql.run("BEGIN");
        sql.run("SELECT ruvector_register_agent('b', 'tool', '{X,y}', cost_per_call => 0.5, avg_latency_ms => 10,"
                + " quality_score => 0.25, p99_latency_ms => 20, max_concurrency => 3)");
        register(sql, "a");

        assertThat(sql.value("SELECT tiny_dancer.catalog_of('default')::jsonb ->> 'version'"))
                .isEqualTo(Long.toString(version(sql)));
        assertThat(sql.column(
                        "SELECT jsonb_array_elements(tiny_dancer.catalog_of('default')::jsonb -> 'agents') ->> 'name'"))
                .containsExactly("a", "b");
        assertThat(sql.value("SELECT tiny_dancer.catalog_of('default')::jsonb -> 'agents' -> 1 @> $${"
                        + "\"name\": \"b\", \"agent_type\": \"tool\", \"capabilities\": [\"X\", \"y\"],"
                        + "\"cost_per_1k_tokens\": null, \"cost_per_1k_input_tokens\": null,"
                        + "\"cost_per_1k_output_tokens\": null, \"cost_per_call\": 0.5, \"cost_per_second\": null,"
                        + "\"avg_latency_ms\": 10, \"p99_latency_ms\": 20, \"quality_score\": 0.25,"
                        + "\"max_concurrency\": 3, \"active\": true, \"circuit\": \"closed\"}$$::jsonb"))
                .isEqualTo("t");
        sql.run("ROLLBACK");
    }

    /** Without a queue at the version, each would hold a row that the other waits for. */
    @Test
    void writers_ofTheSameAgentsInDifferentOrder_doNotDeadlock() throws Exception {
        register(sql, "a");
        register(sql, "b");
        long before = version(sql);
        try (SqlSession other = new SqlSession(database.connect())) {
            sql.run("BEGIN");
            register(sql, "a");
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> {
                try {
                    other.run("BEGIN");
                    register(other, "b");
                    register(other, "a");
                    other.run("COMMIT");
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            register(sql, "b");
            sql.run("COMMIT");
            second.get(30, TimeUnit.SECONDS);
        }

        assertThat(version(sql)).isEqualTo(before + 4);
    }

    private List<@Nullable String> versions() throws SQLException {
        return sql.column("SELECT tenant || '=' || version FROM tiny_dancer.catalog_version");
    }

    private static long version(SqlSession session) throws SQLException {
        return Long.parseLong(session.text("SELECT version FROM tiny_dancer.catalog_version WHERE tenant = 'default'"));
    }

    private static void register(SqlSession session, String name) throws SQLException {
        session.run("SELECT ruvector_register_agent('" + name
                + "', 'llm', '{code}', avg_latency_ms => 10, quality_score => 0.5)");
    }
}
