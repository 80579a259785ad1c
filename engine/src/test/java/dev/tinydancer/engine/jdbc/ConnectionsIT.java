package dev.tinydancer.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.config.DatabaseConfig;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine's connections: what they ask for ends, whoever gave it up. */
@Timeout(60)
final class ConnectionsIT {

    private static final String ENDLESS = "SELECT pg_sleep(3600)";

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Connections connections;

    @BeforeEach
    void connect() throws SQLException {
        connections = Connections.open(new DatabaseConfig(database.engineUrl(), 4, Duration.ofMillis(300)));
    }

    @AfterEach
    void disconnect() {
        connections.close();
        threads.shutdownNow();
    }

    @Test
    void everyPool_boundsStatementsAndLocks() {
        for (Database pool : List.of(connections.reading(), connections.reserving(), connections.keeping())) {
            assertThat(pool.<List<String>>with(connection -> Rows.first(connection, """
                            SELECT current_setting('statement_timeout')::interval > '0'
                                   AND current_setting('statement_timeout')::interval < '1 minute',
                                   current_setting('lock_timeout')::interval BETWEEN '1 millisecond' AND '10 seconds'
                            """)))
                    .containsExactly("t", "t");
        }
    }

    @Test
    void databaseThatCannotBeReached_isToldWithItsReason() throws SQLException {
        DatabaseUrl url = database.engineUrl();
        DatabaseConfig wrong = new DatabaseConfig(
                new DatabaseUrl(url.hosts(), url.database(), url.user(), Optional.of("wrong"), Map.of()),
                4,
                Duration.ofSeconds(10));
        assertThatThrownBy(() -> Connections.open(wrong)).hasMessageContaining("password authentication failed");
    }

    @Test
    void statement_thatTakesTooLong_isCancelledAtTheServer() {
        DetachedWork work = new DetachedWork(threads, Duration.ofMillis(300), 1);
        assertThatThrownBy(() -> work.await("tenant", "no answer", this::sleep))
                .isInstanceOf(EngineException.class)
                .hasMessage("no answer");
        Eventually.succeeds(() -> assertThat(sleeping()).isEqualTo("0"));
    }

    @Test
    void statement_ofAnInterruptedCall_isCancelledAtTheServer() throws Exception {
        DetachedWork work = new DetachedWork(threads, Duration.ofHours(1), 1);
        Future<?> call = threads.submit(() -> work.await("tenant", "no answer", this::sleep));
        Eventually.succeeds(() -> assertThat(sleeping()).isEqualTo("1"));
        call.cancel(true);
        Eventually.succeeds(() -> assertThat(sleeping()).isEqualTo("0"));
        assertThat(work.<Integer>await("tenant", "no answer", () -> 1)).isEqualTo(1);
    }

    @Test
    void workOfOneTenant_leavesRoomForOthers() throws Exception {
        DetachedWork work = new DetachedWork(threads, Duration.ofMillis(300), 2);
        CountDownLatch done = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(2);
        for (int i = 0; i < 6; i++) {
            Future<?> _ = threads.submit(() -> new DetachedWorkCall(work, begun, done).call());
        }
        begun.await();
        assertThat(work.<Integer>await(
                        "other", "no answer", () -> connections.reserving().with(_ -> 1)))
                .isEqualTo(1);
        assertThatThrownBy(() -> work.await("tenant", "no answer", () -> 1)).hasMessage("no answer");
        done.countDown();
        Eventually.succeeds(() ->
                assertThat(work.<Integer>await("tenant", "no answer", () -> 1)).isEqualTo(1));
    }

    /** A call that keeps a connection until it is told to go. */
    private final class DetachedWorkCall {

        private final DetachedWork work;
        private final CountDownLatch begun;
        private final CountDownLatch done;

        DetachedWorkCall(DetachedWork work, CountDownLatch begun, CountDownLatch done) {
            this.work = work;
            this.begun = begun;
            this.done = done;
        }

        Object call() throws InterruptedException {
            return work.await(
                    "tenant",
                    "no answer",
                    () -> connections.reserving().with(connection -> {
                        begun.countDown();
                        awaitDone();
                        return 0;
                    }));
        }

        private void awaitDone() {
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private int sleep() {
        return connections.reserving().with(connection -> {
            Rows.execute(connection, ENDLESS);
            return 0;
        });
    }

    private static String sleeping() throws SQLException {
        try (Connection connection = database.connect()) {
            return Rows.first(
                            connection,
                            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = '" + ENDLESS
                                    + "'")
                    .getFirst();
        }
    }
}
