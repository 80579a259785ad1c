package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Finding agents by what they can do, by meaning, from SQL. */
@Timeout(120)
final class CapabilitySearchIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    @BeforeEach
    void registerAgents() throws SQLException {
        database.execute("DELETE FROM tiny_dancer.agent");
        try (Connection connection = database.connect()) {
            register(connection, "gpt-4", "reasoning,code,analysis,creative", 0.95);
            register(connection, "claude-3-haiku", "fast-response,simple-tasks,classification", 0.80);
            register(connection, "code-specialist", "code-execution,Debugging,Testing", 0.90);
        }
    }

    @Test
    void byMeaning_findsTheNearestCapability_asItWasGiven() throws SQLException {
        try (Connection user = database.connectAsUser()) {
            assertThat(Rows.first(user, """
                            SELECT name, capability, similarity > 0.5 AND similarity < 1, quality_score, cost_per_1k_tokens,
                                   cost_per_call, avg_latency_ms
                            FROM ruvector_find_agents_by_capability('write unit tests')"""))
                    .containsExactly("code-specialist", "Testing", "t", "0.9", "0.01", "null", "100");
            assertThat(Rows.first(user, """
                            SELECT name, capability FROM ruvector_find_agents_by_capability('find the bug in my program')""")).containsExactly("code-specialist", "Debugging");
        }
    }

    @Test
    void theSameWord_comesFirstWithSimilarity1_theBetterAgentBefore() throws SQLException {
        try (Connection connection = database.connect()) {
            register(connection, "coder", "code", 0.97);
            List<List<String>> rows = Rows.all(
                    connection,
                    "SELECT name, capability, similarity FROM ruvector_find_agents_by_capability(' CODE ')");
            assertThat(rows.subList(0, 2))
                    .containsExactly(List.of("coder", "code", "1"), List.of("gpt-4", "code", "1"));
            assertThat(rows).hasSize(4);
            assertThat(rows)
                    .extracting(row -> Double.parseDouble(row.get(2)))
                    .isSortedAccordingTo((a, b) -> Double.compare(b, a));
        }
    }

    @Test
    void k_boundsTheRows_andInactiveAgentsAreNotAmongThem() throws SQLException {
        try (Connection connection = database.connect()) {
            assertThat(names(connection, "'code', 1")).containsExactly("gpt-4");
            assertThat(names(connection, "'code', NULL")).hasSize(3);
            Rows.execute(connection, "SELECT ruvector_set_agent_active('gpt-4', false)");
            assertThat(names(connection, "'code'")).hasSize(2).doesNotContain("gpt-4");
            Rows.execute(connection, "DELETE FROM tiny_dancer.agent");
            assertThat(names(connection, "'code'")).isEmpty();
        }
    }

    @Test
    void uncommittedAgents_areSeenByTheirSessionOnly() throws SQLException {
        try (Connection writer = database.connect();
                Connection reader = database.connect()) {
            writer.setAutoCommit(false);
            register(writer, "cook", "cooking", 0.5);
            assertThat(names(writer, "'prepare a meal', 1")).containsExactly("cook");
            assertThat(names(reader, "'prepare a meal'")).doesNotContain("cook");
            writer.rollback();
            assertThat(names(writer, "'prepare a meal'")).doesNotContain("cook");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            NULL      | 22004 | capability must not be null
            '  '      | 22023 | capability must not be empty
            'code', 0 | 22023 | k must be at least 1, got 0
            """)
    void invalid_isRefusedByName(String arguments, String sqlState, String message) throws SQLException {
        try (Connection user = database.connectAsUser()) {
            var error = SqlFailure.of(user, "SELECT * FROM ruvector_find_agents_by_capability(" + arguments + ")");
            assertThat(error.getSQLState()).isEqualTo(sqlState);
            assertThat(error.getMessage()).isEqualTo(message);
        }
    }

    private static void register(Connection connection, String name, String capabilities, double quality)
            throws SQLException {
        Rows.execute(connection, """
                SELECT ruvector_register_agent('%s', 'llm', '{%s}', cost_per_1k_tokens := 0.01, avg_latency_ms := 100,
                    quality_score := %s)""".formatted(name, capabilities, quality));
    }

    private static List<String> names(Connection connection, String arguments) throws SQLException {
        return Rows.all(connection, "SELECT name FROM ruvector_find_agents_by_capability(" + arguments + ")").stream()
                .map(List::getFirst)
                .toList();
    }
}
