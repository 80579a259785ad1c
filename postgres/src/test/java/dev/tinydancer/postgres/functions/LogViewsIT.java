package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who sees what of the log through its views. */
final class LogViewsIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    @BeforeEach
    void twoTenantsDecide() throws SQLException {
        database.execute("TRUNCATE tiny_dancer.decision, tiny_dancer.outcome, tiny_dancer.attempt");
        database.execute("""
                INSERT INTO tiny_dancer.decision (
                    tenant, decided_at, decision_id, agent, optimize_for, request_hash, request, tags, conversation_id)
                SELECT tenant, tiny_dancer.decision_time(id), id, tenant || '''s agent', 'cost', sha256('x'),
                       tenant || '''s request', ARRAY[tenant], tenant || '''s conversation'
                FROM (VALUES ('default'), ('acme')) AS owner (tenant)
                CROSS JOIN LATERAL tiny_dancer.new_decision_id(now()) AS id""");
        database.execute("""
                INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, success, error)
                SELECT tenant, decided_at, decision_id, agent, true, tenant FROM tiny_dancer.decision""");
        database.execute("""
                INSERT INTO tiny_dancer.attempt (tenant, first_decision, decision_id, attempt, agent, decided_at)
                SELECT tenant, gen_random_uuid(), decision_id, 2, agent, decided_at FROM tiny_dancer.decision""");
    }

    @Test
    void user_seesItsTenant_withoutTexts() throws SQLException {
        assertThat(seen(database.connectAsUser())).containsExactly(row("default's agent", null, "default"));
        assertThat(seen(member("acme", "tiny_dancer_user"))).containsExactly(row("acme's agent", null, "acme"));
    }

    @Test
    void admin_seesTexts() throws SQLException {
        assertThat(seen(database.connectAsAdmin()))
                .containsExactly(row("default's agent", "default's request", "default"));
        assertThat(seen(member("acme", "tiny_dancer_admin")))
                .containsExactly(row("acme's agent", "acme's request", "acme"));
    }

    @Test
    void userThatWasGrantedTheColumn_seesTexts() throws SQLException {
        try (Connection connection = member("acme", "tiny_dancer_user")) {
            database.execute("GRANT SELECT (request) ON tiny_dancer.decision TO "
                    + connection.getMetaData().getUserName());
            assertThat(seen(connection)).containsExactly(row("acme's agent", "acme's request", "acme"));
        }
    }

    @Test
    void roleWithoutTinyDancer_seesNothing() throws SQLException {
        try (SqlSession stranger = new SqlSession(database.newRole("").getConnection())) {
            assertThat(stranger.failure("SELECT * FROM ruvector_decisions").getSQLState())
                    .isEqualTo("42501");
            assertThat(stranger.failure("SELECT * FROM ruvector_outcomes").getSQLState())
                    .isEqualTo("42501");
        }
    }

    /** A function of the reader's own that tells what it is asked about would be asked about every row. */
    @Test
    void conditionOfTheReadersOwn_isNotAskedAboutOthers() throws SQLException {
        try (SqlSession user = new SqlSession(member("acme", "tiny_dancer_user"))) {
            user.run("""
                    CREATE FUNCTION pg_temp.spy(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$
                    BEGIN
                        RAISE NOTICE 'seen: %', value;
                        RETURN true;
                    END
                    $$""");
            user.rows("SELECT * FROM ruvector_decisions WHERE pg_temp.spy(agent)");
            assertThat(user.notices()).containsExactly("seen: acme's agent");
            user.rows("SELECT * FROM ruvector_outcomes WHERE pg_temp.spy(error)");
            assertThat(user.notices()).containsExactly("seen: acme");
            user.rows("SELECT * FROM ruvector_conversations WHERE pg_temp.spy(conversation_id)");
            assertThat(user.notices()).containsExactly("seen: acme's conversation");
            user.rows("SELECT * FROM ruvector_attempts WHERE pg_temp.spy(error)");
            assertThat(user.notices()).containsExactly("seen: acme");
        }
    }

    @Test
    void aDecisionAndItsOutcome_areLookedUpInTheirPartition() throws SQLException {
        try (SqlSession user = new SqlSession(database.connectAsUser())) {
            user.run("SET enable_seqscan = off");
            for (String view : List.of("ruvector_decisions", "ruvector_outcomes")) {
                assertThat(user.column("EXPLAIN SELECT * FROM " + view + " " + """
                         WHERE decided_at = '2026-01-01' AND decision_id = '00000000-0000-7000-8000-000000000000'"""))
                        .anyMatch(line -> line.contains("decision_id = "))
                        .noneMatch(line -> line.contains("_2"));
            }
        }
    }

    private static List<List<@Nullable String>> seen(Connection connection) throws SQLException {
        try (SqlSession session = new SqlSession(connection)) {
            return session.rows("""
                    SELECT decision.agent, decision.request, outcome.error
                    FROM ruvector_decisions AS decision
                    JOIN ruvector_outcomes AS outcome USING (decided_at, decision_id)""");
        }
    }

    private static Connection member(String tenant, String role) throws SQLException {
        Connection connection = database.newRole("IN ROLE " + role).getConnection();
        database.execute(
                "SELECT tiny_dancer.assign_tenant('" + connection.getMetaData().getUserName() + "', '" + tenant + "')");
        return connection;
    }

    private static List<@Nullable String> row(@Nullable String... values) {
        return Arrays.asList(values);
    }
}
