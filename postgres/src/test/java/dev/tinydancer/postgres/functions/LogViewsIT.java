package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

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
            assertThat(stranger.failure("SELECT * FROM ruvector_latest_decisions()")
                            .getSQLState())
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

    /** Of the last minutes, three of which share their time, of three weeks ago, and of before the oldest partition. */
    private static void decideNowAndLongAgo() throws SQLException {
        database.execute("TRUNCATE tiny_dancer.decision, tiny_dancer.outcome, tiny_dancer.attempt");
        database.execute("""
                INSERT INTO tiny_dancer.decision (
                    tenant, decided_at, decision_id, agent, optimize_for, category, request_hash, request, tags)
                SELECT tenant, tiny_dancer.decision_time(id), id, 'agent-' || n % 3,
                       CASE n % 2 WHEN 0 THEN 'cost' ELSE 'quality' END, CASE n % 4 WHEN 0 THEN NULL ELSE 'code' END,
                       sha256('x'), tenant || '''s request', CASE n % 5 WHEN 0 THEN '{a,b}'::text[] END
                FROM (VALUES ('default'), ('acme')) AS owner (tenant)
                CROSS JOIN unnest(ARRAY['0', '0', '0', '1 minute', '3 hours', '5 hours', '20 hours', '21 days', '21 days',
                                        '200 days']::interval[]) WITH ORDINALITY AS ago (age, n)
                CROSS JOIN LATERAL tiny_dancer.new_decision_id(now() - age) AS id""");
        database.execute("""
                INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, success)
                SELECT tenant, decided_at, decision_id, agent, agent = 'agent-1' FROM tiny_dancer.decision
                WHERE agent <> 'agent-2'""");
    }

    @Test
    void latestDecisions_areThoseOfTheView_pageByPage() throws SQLException {
        decideNowAndLongAgo();
        try (SqlSession user = new SqlSession(member("acme", "tiny_dancer_user"))) {
            List<@Nullable String> all = user.column(
                    "SELECT decision_id FROM ruvector_decisions ORDER BY decided_at DESC, decision_id DESC");
            assertThat(all).hasSize(10);
            assertThat(user.column("SELECT decision_id FROM ruvector_latest_decisions()"))
                    .isEqualTo(all);
            for (int size : List.of(1, 2, 4)) {
                List<@Nullable String> paged = new ArrayList<>();
                List<@Nullable String> page =
                        user.column("SELECT decision_id FROM ruvector_latest_decisions(" + size + ")");
                while (!page.isEmpty()) {
                    paged.addAll(page);
                    page = user.column("SELECT decision_id FROM ruvector_latest_decisions(" + size + ", before => '"
                            + page.getLast() + "')");
                }
                assertThat(paged).as("pages of %d", size).isEqualTo(all);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "agent => 'agent-2'                             | agent = 'agent-2'",
                "agent => 'nobody'                              | false",
                "category => 'code'                             | category = 'code'",
                "category => '(none)'                           | category IS NULL",
                "tag => 'b'                                     | tags @> '{b}'",
                "tag => '(none)'                                | cardinality(tags) > 0 IS NOT true",
                "optimize_for => 'cost'                         | optimize_for = 'cost'",
                "outcome => 'success'                           | success",
                "outcome => 'failure'                           | NOT success",
                "outcome => 'pending'                           | success IS NULL",
                "outcome => 'failure', category => 'code'       | NOT success AND category = 'code'",
                "within => '10 days'                            | decided_at > now() - interval '10 days'",
                "within => '4 hours'                            | decided_at > now() - interval '4 hours'",
                "until => now() - interval '4 hours'            | decided_at <= now() - interval '4 hours'",
                "until => now() - interval '4 hours', within => '2 hours' | decided_at BETWEEN now() - interval '6 hours' AND now() - interval '4 hours'",
                "until => 'infinity', within => '1 day'         | false",
                "agent => NULL, before => NULL, options => '{}' | true"
            })
    void latestDecisions_areOfWhatWasAskedFor(String arguments, String condition) throws SQLException {
        decideNowAndLongAgo();
        try (SqlSession user = new SqlSession(database.connectAsUser())) {
            assertThat(user.column("SELECT decision_id FROM ruvector_latest_decisions(" + arguments + ")"))
                    .isEqualTo(user.column("""
                            SELECT decision_id FROM ruvector_decisions LEFT JOIN (
                                SELECT decided_at, decision_id, success FROM ruvector_outcomes
                            ) AS outcome USING (decided_at, decision_id)
                            WHERE %s ORDER BY decided_at DESC, decision_id DESC""".formatted(condition)));
        }
    }

    @Test
    void latestDecisions_haveTexts_whereTheViewHas() throws SQLException {
        decideNowAndLongAgo();
        String requests = "SELECT DISTINCT request FROM ruvector_latest_decisions()";
        try (SqlSession user = new SqlSession(member("acme", "tiny_dancer_user"));
                SqlSession admin = new SqlSession(member("acme", "tiny_dancer_admin"))) {
            assertThat(user.rows(requests)).containsExactly(row((String) null));
            assertThat(admin.rows(requests)).containsExactly(row("acme's request"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "max_rows => NULL       | 22004 | max_rows must not be null",
                "max_rows => 0          | 22023 | max_rows must be between 1 and 10000, got 0",
                "max_rows => 10001      | 22023 | max_rows must be between 1 and 10000, got 10001",
                "within => '-1 day'     | 22023 | within must be more than no time, got -1 days",
                "outcome => 'good'      | 22023 | outcome is unknown, got \"good\"",
                "options => '{\"x\":1}' | 22023 | a key of options is unknown, got \"x\""
            })
    void latestDecisions_refuseByName(String arguments, String state, String message) throws SQLException {
        try (SqlSession user = new SqlSession(database.connectAsUser())) {
            ServerErrorMessage error = user.failure("SELECT * FROM ruvector_latest_decisions(" + arguments + ")");
            assertThat(error.getSQLState()).isEqualTo(state);
            assertThat(error.getMessage()).isEqualTo(message);
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
