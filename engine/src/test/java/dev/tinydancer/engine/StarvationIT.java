package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.SqlFailure;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What one tenant does, however much it is or how long it hangs, keeps no other from routing. */
@Tag("once")
@Timeout(120)
final class StarvationIT {

    @RegisterExtension
    @Order(1)
    static final TestDatabase database = TestDatabase.migrated();

    @RegisterExtension
    @Order(2)
    static final TestEngine engine = TestEngine.of(database);

    private DataSource busy;
    private DataSource other;

    @BeforeEach
    void twoTenants() throws SQLException {
        busy = member("busy");
        other = member("other");
    }

    @Test
    void tenantWhoseAllowanceIsLocked_hinderNobodyElse() throws Exception {
        try (Connection inTheWay = database.connect();
                Connection beside = other.getConnection();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            route(busy);
            inTheWay.setAutoCommit(false);
            Rows.execute(inTheWay, "SELECT FROM tiny_dancer.allowance WHERE tenant = 'busy' FOR UPDATE");
            AtomicBoolean ends = new AtomicBoolean();
            List<Future<Integer>> waiting = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                waiting.add(threads.submit(() -> failuresUntil(ends)));
            }
            Eventually.succeeds(() -> assertThat(waitingForLocks()).isGreaterThan(0));
            for (int i = 0; i < 20; i++) {
                // Under a budget, and with a catalog that the engine has to read anew.
                Rows.execute(beside, "SELECT ruvector_set_budget('all', " + (100 + i) + ")");
                assertThat(Rows.all(beside, "SELECT agent_name FROM ruvector_route('Hello')"))
                        .containsExactly(List.of("agent"));
            }
            ends.set(true);
            for (Future<Integer> each : waiting) {
                assertThat(each.get()).isPositive();
            }
            // Nobody waits any longer, so nothing does at the server.
            Eventually.succeeds(() -> assertThat(waitingForLocks()).isZero());
            inTheWay.rollback();
            route(busy);
        }
    }

    @Test
    void batchUnderABudget_hindersNobodyElse() throws Exception {
        try (Connection beside = other.getConnection();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> batch = threads.submit(() -> {
                try (Connection connection = busy.getConnection()) {
                    Rows.execute(connection, "SET tiny_dancer.deadline_ms = 60000");
                    return Rows.first(connection, """
                            SELECT count(decision_id) FROM ruvector_batch_route((
                                SELECT array_agg('question number ' || g) FROM generate_series(1, 30000) AS g))""");
                }
            });
            int routed = 0;
            while (!batch.isDone()) {
                assertThat(Rows.all(beside, "SELECT agent_name FROM ruvector_route('Hello')"))
                        .containsExactly(List.of("agent"));
                routed++;
            }
            assertThat(batch.get()).isEqualTo(List.of("30000"));
            assertThat(routed).isPositive();
        }
    }

    private int failuresUntil(AtomicBoolean ends) throws SQLException {
        int failures = 0;
        try (Connection connection = busy.getConnection()) {
            while (!ends.get()) {
                assertThat(SqlFailure.of(connection, "SELECT * FROM ruvector_route('Hello')")
                                .getSQLState())
                        .isEqualTo("TD503");
                failures++;
            }
        }
        return failures;
    }

    private static int waitingForLocks() throws SQLException {
        try (Connection connection = database.connect()) {
            return Integer.parseInt(Rows.first(connection, """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE application_name = 'tiny-dancer-engine' AND wait_event_type = 'Lock'""").getFirst());
        }
    }

    private static void route(DataSource tenant) throws SQLException {
        try (Connection connection = tenant.getConnection()) {
            Rows.execute(connection, "SELECT * FROM ruvector_route('Hello')");
        }
    }

    /** A tenant of its own with a budget and a cheap agent. */
    private static DataSource member(String tenant) throws SQLException {
        DataSource role = database.newRole("IN ROLE tiny_dancer_admin");
        try (Connection connection = role.getConnection()) {
            String name = Rows.first(connection, "SELECT current_user").getFirst();
            database.execute("INSERT INTO tiny_dancer.tenant_role VALUES ('" + name + "', '" + tenant + "')");
            Rows.execute(
                    connection,
                    "SELECT ruvector_register_agent('agent', 'llm', '{code}', 0.001, avg_latency_ms => 100,"
                            + " quality_score => 0.9), ruvector_set_budget('all', 1000)");
        }
        return role;
    }
}
