package dev.tinydancer.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.testing.EngineProcess;
import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is left of budgets and limits when engines and clients are killed in the middle of their work. */
@Tag("once")
@Timeout(180)
final class BudgetLossIT {

    private static final int CLIENTS = 12;

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicInteger recorded = new AtomicInteger();

    @Test
    void enginesAndClientsKilled_loseNoOutcome_andFreeEveryReservation() throws Exception {
        try (EngineProcess other = EngineProcess.start(database.engineUrl(), 0);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Connection observer = database.connect()) {
            EngineProcess engine = EngineProcess.start(database.engineUrl(), 0);
            try {
                Rows.execute(
                        observer,
                        "SELECT tiny_dancer.set_engine_address('127.0.0.1,127.0.0.1', '%d,%d')"
                                .formatted(engine.port(), other.port()));
                Rows.execute(observer, """
                        SELECT ruvector_register_agent('only', 'llm', '{all}', cost_per_call => 0.1,
                            avg_latency_ms => 100, quality_score => 0.9, max_concurrency => 8)""");
                Rows.execute(observer, "SELECT ruvector_set_budget('all', 1000)");
                Rows.execute(
                        observer, "UPDATE tiny_dancer.setting SET value = '2 seconds' WHERE name = 'in_flight_lease'");
                List<Future<?>> clients = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    clients.add(threads.submit(this::work));
                }

                awaitRecorded(30);
                engine.kill();
                awaitRecorded(60);
                Rows.execute(observer, """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'client' AND pid % 2 = 0""");
                awaitRecorded(90);
                ended.set(true);
                for (Future<?> client : clients) {
                    client.get(60, TimeUnit.SECONDS);
                }
            } finally {
                engine.close();
            }

            Eventually.succeeds(() -> assertThat(Rows.all(observer, "SELECT FROM tiny_dancer.reservation WHERE open"))
                    .isEmpty());
            // A client may have been killed after its outcome was committed and before it heard of it.
            assertThat(Integer.parseInt(Rows.first(observer, "SELECT count(*) FROM tiny_dancer.outcome")
                            .getFirst()))
                    .isGreaterThanOrEqualTo(recorded.get());
            Eventually.succeeds(() -> assertThat(Rows.all(observer, """
                            SELECT kind, reserved::float8, excess::float8 FROM tiny_dancer.allowance ORDER BY kind"""))
                    .containsExactly(List.of("budget", "0", "0"), List.of("places", "0", "0")));
            // Every decision in the log, at its recorded cost or else its estimate, and nothing besides.
            Eventually.succeeds(() -> assertThat(Rows.first(
                            observer, "SELECT spent::float8 FROM tiny_dancer.allowance WHERE kind = 'budget'"))
                    .isEqualTo(Rows.first(observer, """
                            SELECT sum(coalesce(outcome.cost, decision.estimated_cost)::numeric)::float8
                            FROM tiny_dancer.decision
                            LEFT JOIN tiny_dancer.outcome USING (tenant, decided_at, decision_id)""")));
        }
    }

    /** Routes and records until the end; a broken connection is replaced, a refusal passes. */
    private void work() {
        while (!ended.get()) {
            try (Connection connection = database.connect()) {
                Rows.execute(connection, "SET application_name = 'client'");
                Rows.execute(connection, "SET tiny_dancer.deadline_ms = 20000");
                while (!ended.get()) {
                    try {
                        String id = Rows.first(connection, "SELECT decision_id FROM ruvector_route('Hello')")
                                .getFirst();
                        Rows.execute(connection, "SELECT ruvector_record_outcome('" + id + "', true, cost => 0.07)");
                        recorded.incrementAndGet();
                    } catch (SQLException e) {
                        // Of twelve clients eight have a place at a time.
                        if (!"TD404".equals(e.getSQLState())) {
                            throw e;
                        }
                    }
                }
            } catch (SQLException e) {
                assertThat(e.getSQLState()).as("%s", e).isIn("57P01", "08006", "08003", "TD503");
            }
        }
    }

    private void awaitRecorded(int more) {
        int enough = recorded.get() + more;
        Eventually.succeeds(() -> assertThat(recorded.get()).isGreaterThanOrEqualTo(enough));
    }
}
