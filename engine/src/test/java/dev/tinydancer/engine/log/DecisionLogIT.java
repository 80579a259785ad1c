package dev.tinydancer.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.config.EngineConfig;
import dev.tinydancer.engine.jdbc.Connections;
import dev.tinydancer.engine.metrics.LogMetrics;
import dev.tinydancer.engine.testing.Eventually;
import dev.tinydancer.engine.testing.Rows;
import dev.tinydancer.engine.testing.TestEngine;
import dev.tinydancer.postgres.testing.TestDatabase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
final class DecisionLogIT {

    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int QUEUE_SIZE = 50;

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Connections connections;
    private DecisionLog log;

    @BeforeEach
    void start() throws Exception {
        database.execute("DELETE FROM tiny_dancer.decision");
        EngineConfig config = TestEngine.config(
                database.engineUrl(), Map.of("log-queue-size", "" + QUEUE_SIZE, "log-flush-interval-ms", "20"));
        connections = Connections.open(config.database());
        log = DecisionLog.start(connections.keeping(), config.log(), new LogMetrics(meters));
    }

    @AfterEach
    void stop() throws InterruptedException {
        log.close(GRACE);
        connections.close();
    }

    @Test
    void decision_isWrittenWithAllItsColumns() throws Exception {
        Instant time = Instant.now();
        UUID id = Decisions.idAt(time, 1);
        assertThat(log.offer(Decisions.decision(id, List.of("a\"b", "c\\d"), "Hello\tthere\n")))
                .isTrue();
        try (Connection connection = database.connect()) {
            Eventually.succeeds(() -> assertThat(count(connection)).isEqualTo(1));
            assertThat(Rows.first(connection, """
                            SELECT decision_id, tenant, decided_at = to_timestamp(%d / 1000.0), agent, fallback,
                                   optimize_for, category, confidence, expected_quality, input_tokens, output_tokens,
                                   tags, request_hash = sha256(convert_to(request, 'UTF8')), request, embedding,
                                   tiny_dancer.alternatives_of(next_agents, alternatives) -> 0 ->> 'agent_name',
                                   tiny_dancer.reasoning_of(reasoning, optimize_for)
                            FROM tiny_dancer.decision""".formatted(time.toEpochMilli())))
                    .containsExactly(
                            id.toString(),
                            "default",
                            "t",
                            "a\tb",
                            "f",
                            "quality",
                            "code",
                            "0.9",
                            "0.9",
                            "3",
                            "120",
                            "{\"a\\\"b\",\"c\\\\d\"}",
                            "t",
                            "Hello\tthere\n",
                            "\\xc300",
                            "c\\d",
                            "best quality of 2 fitting agents, 10 points more than c\\d");
        }
    }

    @Test
    void decision_thatIsThereAlready_isLeftAlone_andTheOthersAreWritten() throws Exception {
        Instant time = Instant.now();
        try (Connection connection = database.connect()) {
            log.offer(Decisions.decision(Decisions.idAt(time, 1), List.of("first"), null));
            Eventually.succeeds(() -> assertThat(count(connection)).isEqualTo(1));
            log.offer(Decisions.decision(Decisions.idAt(time, 1), List.of("again"), null));
            log.offer(Decisions.decision(Decisions.idAt(time, 2), List.of("other"), null));
            Eventually.succeeds(() -> assertThat(count(connection)).isEqualTo(2));
            assertThat(Rows.all(connection, "SELECT tags FROM tiny_dancer.decision ORDER BY decision_id"))
                    .containsExactly(List.of("{first}"), List.of("{other}"));
        }
    }

    @Test
    void outcome_thatCameBeforeItsDecision_getsItsAgent() throws Exception {
        UUID id = Decisions.idAt(Instant.now(), 1);
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "SET tiny_dancer.log_decisions = 'async'");
            Rows.execute(connection, "SELECT ruvector_record_outcome('" + id + "', true)");
            log.offer(Decisions.decision(id, List.of(), null));
            Eventually.succeeds(() -> assertThat(Rows.first(
                            connection, "SELECT agent FROM tiny_dancer.outcome WHERE decision_id = '" + id + "'"))
                    .containsExactly("a\tb"));
        }
    }

    @Test
    void queue_thatIsFull_dropsAndCounts_andWhatWaitsIsWrittenLater() throws Exception {
        try (Connection blocker = database.connect();
                Connection connection = database.connect()) {
            blocker.setAutoCommit(false);
            Rows.execute(blocker, "LOCK TABLE tiny_dancer.decision IN EXCLUSIVE MODE");
            // The writer takes what waits and then stands still, so at most two queues' worth is taken.
            Instant time = Instant.now();
            int taken = 0;
            while (log.offer(Decisions.decision(Decisions.idAt(time, taken), List.of(), null))) {
                taken++;
            }
            assertThat(taken).isBetween(QUEUE_SIZE, 2 * QUEUE_SIZE);
            assertThat(meters.counter("tinydancer.log.dropped").count()).isEqualTo(1);
            blocker.rollback();
            int expected = taken;
            Eventually.succeeds(() -> assertThat(count(connection)).isEqualTo(expected));
            Eventually.succeeds(() ->
                    assertThat(meters.counter("tinydancer.log.written").count()).isEqualTo(expected));
        }
    }

    @Test
    void close_writesWhatWaits() throws Exception {
        Instant time = Instant.now();
        for (int i = 0; i < QUEUE_SIZE; i++) {
            log.offer(Decisions.decision(Decisions.idAt(time, i), List.of(), null));
        }
        log.close(GRACE);
        try (Connection connection = database.connect()) {
            assertThat(count(connection)).isEqualTo(QUEUE_SIZE);
        }
    }

    @Test
    void databaseThatCutsItsConnections_losesNothing() throws Exception {
        Instant time = Instant.now();
        try (Connection connection = database.connect()) {
            for (int i = 0; i < 10; i++) {
                log.offer(Decisions.decision(Decisions.idAt(time, i), List.of(), null));
                Rows.execute(connection, """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name = 'tiny-dancer-engine'""");
            }
            Eventually.succeeds(() -> assertThat(count(connection)).isEqualTo(10));
        }
    }

    private static int count(Connection connection) throws SQLException {
        return Integer.parseInt(Rows.first(connection, "SELECT count(*) FROM tiny_dancer.decision")
                .getFirst());
    }
}
