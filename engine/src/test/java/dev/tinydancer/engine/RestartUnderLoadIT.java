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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An engine says that it is ready when it can answer at full load, with the experience of years. */
@Tag("once")
@Timeout(180)
final class RestartUnderLoadIT {

    private static final int SESSIONS = 16;
    private static final int OUTCOMES = 10_000;
    private static final int TOPICS = 100;

    /** What an application waits after a failure. */
    private static final long PAUSE_NANOS = 200_000_000;

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    @BeforeEach
    void experience() throws Exception {
        try (EngineProcess engine = EngineProcess.start(database.engineUrl(), 0);
                Connection connection = database.connect()) {
            database.pointAtEngine(engine.port());
            for (int agent = 0; agent < 8; agent++) {
                Rows.execute(connection, """
                        SELECT ruvector_register_agent('agent-%d', 'llm', ARRAY['code', 'reasoning', 'translation'],
                            cost_per_1k_tokens := 0.001 * (1 + %1$d), avg_latency_ms := 500, quality_score := 0.8)
                        """.formatted(agent));
            }
            List<String> ids = new ArrayList<>();
            for (int topic = 0; topic < TOPICS; topic++) {
                ids.add(Rows.first(connection, "SELECT decision_id FROM ruvector_route('" + request(topic) + "')")
                        .getFirst());
            }
            // The same requests again and again, by all agents and at other times.
            Rows.execute(connection, """
                    INSERT INTO tiny_dancer.decision (tenant, decided_at, decision_id, agent, optimize_for, category,
                        input_tokens, request_hash, embedding)
                    SELECT tenant, tiny_dancer.decision_time(id), id, 'agent-' || number %% 8, optimize_for, category,
                           input_tokens, request_hash, embedding
                    FROM (SELECT decision.*, copy, row_number() OVER () AS number,
                                 tiny_dancer.new_decision_id(decided_at - copy * interval '1 minute') AS id
                          FROM tiny_dancer.decision, generate_series(1, %d) AS copy) AS each""".formatted(OUTCOMES / ids.size()));
            Rows.execute(connection, """
                    INSERT INTO tiny_dancer.outcome (tenant, decided_at, decision_id, agent, success, latency_ms)
                    SELECT tenant, decided_at, decision_id, agent, random() < 0.8, 400 FROM tiny_dancer.decision""");
        }
    }

    @Test
    void engineThatIsReady_failsNoCall_atFullLoad() throws Exception {
        AtomicBoolean ends = new AtomicBoolean();
        Queue<Answer> answers = new ConcurrentLinkedQueue<>();
        long ready;
        try (ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
                EngineProcess first = EngineProcess.start(database.engineUrl(), 0)) {
            database.pointAtEngine(first.port());
            List<Future<?>> sessions = new ArrayList<>();
            try {
                for (int session = 0; session < SESSIONS; session++) {
                    sessions.add(threads.submit(() -> {
                        route(answers, ends);
                        return null;
                    }));
                }
                Eventually.succeeds(() -> assertThat(answers).hasSizeGreaterThan(SESSIONS));
                first.kill();
                try (EngineProcess second = EngineProcess.start(database.engineUrl(), first.port())) {
                    ready = System.nanoTime();
                    TimeUnit.SECONDS.sleep(4);
                    assertThat(second.isRunning()).isTrue();
                    ends.set(true);
                    for (Future<?> session : sessions) {
                        session.get();
                    }
                }
            } finally {
                ends.set(true);
            }
        }
        assertThat(answers)
                .filteredOn(answer -> answer.begin() >= ready)
                .isNotEmpty()
                .allSatisfy(answer -> assertThat(answer.failure()).isNull());
    }

    /**
     * One call.
     *
     * @param begin nano time
     * @param failure its SQLSTATE; null for none
     */
    private record Answer(long begin, @Nullable String failure) {}

    private static void route(Queue<Answer> answers, AtomicBoolean ends) throws SQLException {
        try (Connection connection = database.connect()) {
            Rows.execute(connection, "SET tiny_dancer.log_decisions = 'off'");
            for (int topic = 0; !ends.get(); topic = (topic + 1) % TOPICS) {
                long begin = System.nanoTime();
                try {
                    Rows.execute(connection, "SELECT * FROM ruvector_route('" + request(topic) + "')");
                    answers.add(new Answer(begin, null));
                } catch (SQLException e) {
                    answers.add(new Answer(begin, e.getSQLState()));
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    private static String request(int topic) {
        return "Explain topic number " + topic + " to me and write a program for it in language " + topic % 7;
    }
}
