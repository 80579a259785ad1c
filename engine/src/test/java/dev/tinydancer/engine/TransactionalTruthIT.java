package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A decision rests on exactly the agents that its caller sees, whoever changes what meanwhile. */
@Timeout(120)
final class TransactionalTruthIT {

    private static final String NOBODY = "TD404";

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    @BeforeEach
    void forgetAgents() throws SQLException {
        database.execute("DELETE FROM tiny_dancer.agent");
    }

    @Test
    void ownUncommittedAgent_isSeen_andNobodyElseSeesIt() throws SQLException {
        try (Connection writer = database.connect();
                Connection reader = database.connect()) {
            writer.setAutoCommit(false);
            register(writer, "mine");
            assertThat(route(writer)).isEqualTo("mine");
            assertThat(route(reader)).isEqualTo(NOBODY);
            assertThat(route(writer)).isEqualTo("mine");
            writer.commit();
            assertThat(route(reader)).isEqualTo("mine");
            assertThat(route(writer)).isEqualTo("mine");
        }
    }

    @Test
    void rollback_undoesTheAgent() throws SQLException {
        try (Connection writer = database.connect();
                Connection reader = database.connect()) {
            register(writer, "old");
            writer.setAutoCommit(false);
            Rows.execute(writer, "SELECT ruvector_remove_agent('old')");
            register(writer, "new");
            assertThat(route(writer)).isEqualTo("new");
            assertThat(route(reader)).isEqualTo("old");
            writer.rollback();
            assertThat(route(writer)).isEqualTo("old");
            assertThat(route(reader)).isEqualTo("old");
        }
    }

    @Test
    void rollbackToASavepoint_thatGivesTheSameVersionAgain_isNotMistaken() throws SQLException {
        try (Connection writer = database.connect()) {
            writer.setAutoCommit(false);
            Rows.execute(writer, "SAVEPOINT before");
            register(writer, "first");
            String version = version(writer);
            assertThat(route(writer)).isEqualTo("first");
            Rows.execute(writer, "ROLLBACK TO SAVEPOINT before");
            register(writer, "second");
            assertThat(version(writer)).isEqualTo(version);
            assertThat(route(writer)).isEqualTo("second");
            writer.rollback();
        }
    }

    @Test
    void repeatableRead_keepsRoutingByItsSnapshot() throws SQLException {
        try (Connection old = database.connect();
                Connection writer = database.connect()) {
            register(writer, "old");
            Rows.execute(old, "BEGIN ISOLATION LEVEL REPEATABLE READ");
            assertThat(route(old)).isEqualTo("old");
            Rows.execute(writer, "SELECT ruvector_remove_agent('old')");
            register(writer, "new");
            assertThat(route(writer)).isEqualTo("new");
            assertThat(route(old)).isEqualTo("old");
            assertThat(route(writer)).isEqualTo("new");
            Rows.execute(old, "COMMIT");
            assertThat(route(old)).isEqualTo("new");
        }
    }

    @Test
    void sessionsRacing_eachSeesWhatItCommitted() throws Exception {
        int sessions = 8;
        int rounds = 25;
        CyclicBarrier start = new CyclicBarrier(sessions);
        List<Callable<Void>> racers = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            String name = "agent-" + i;
            racers.add(() -> {
                try (Connection connection = database.connect()) {
                    start.await();
                    for (int round = 0; round < rounds; round++) {
                        register(connection, name);
                        assertThat(routeTo(connection, name)).isEqualTo(name);
                        Rows.execute(connection, "SELECT ruvector_remove_agent('" + name + "')");
                        assertThat(routeTo(connection, name)).isEqualTo(NOBODY);
                    }
                }
                return null;
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> racer : threads.invokeAll(racers, 100, TimeUnit.SECONDS)) {
                racer.get();
            }
        }
    }

    private static void register(Connection connection, String name) throws SQLException {
        Rows.execute(connection, """
                SELECT ruvector_register_agent('%1$s', 'llm', ARRAY['only %1$s'],
                    cost_per_1k_tokens := 0.01, avg_latency_ms := 100, quality_score := 0.9)""".formatted(name));
    }

    private static String version(Connection connection) throws SQLException {
        return Rows.first(connection, "SELECT version FROM tiny_dancer.catalog_version WHERE tenant = 'default'")
                .getFirst();
    }

    private static String route(Connection connection) throws SQLException {
        return answer(connection, "SELECT agent_name FROM ruvector_route('Hello')");
    }

    private static String routeTo(Connection connection, String name) throws SQLException {
        return answer(
                connection,
                "SELECT agent_name FROM ruvector_route('Hello', required_capabilities := ARRAY['only " + name + "'])");
    }

    /** The agent, or the SQLSTATE; the transaction goes on either way. */
    private static String answer(Connection connection, String sql) throws SQLException {
        boolean inTransaction = !connection.getAutoCommit();
        if (inTransaction) {
            Rows.execute(connection, "SAVEPOINT asking");
        }
        try {
            return Rows.first(connection, sql).getFirst();
        } catch (SQLException e) {
            if (inTransaction) {
                Rows.execute(connection, "ROLLBACK TO SAVEPOINT asking");
            }
            return e.getSQLState();
        }
    }
}
