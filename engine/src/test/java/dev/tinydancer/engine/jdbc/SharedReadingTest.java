package dev.tinydancer.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SharedReadingTest {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore mayEnd = new Semaphore(0);

    /** Reads the number of readings that have begun, and ends when it may. */
    private final SharedReading<Integer> reading = reading(Duration.ofSeconds(30));

    private SharedReading<Integer> reading(Duration timeout) {
        return new SharedReading<>(
                "a number",
                () -> {
                    int number = begun.incrementAndGet();
                    mayEnd.acquireUninterruptibly();
                    return number;
                },
                threads,
                timeout);
    }

    @AfterEach
    void stop() {
        mayEnd.release(1_000);
        threads.shutdownNow();
    }

    @Test
    void next_manyThreads_shareOneReading() throws Exception {
        List<Future<SharedReading.Result<Integer>>> results = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            results.add(threads.submit(reading::next));
        }
        Eventually.succeeds(() -> assertThat(begun).hasValue(1));
        mayEnd.release();
        int fresh = 0;
        for (Future<SharedReading.Result<Integer>> result : results) {
            // A thread that came after the end of the first reading has begun another.
            mayEnd.release();
            assertThat(result.get().value()).isLessThanOrEqualTo(begun.get());
            fresh += result.get().isFresh() ? 1 : 0;
        }
        assertThat(fresh).isEqualTo(begun.get());
    }

    @Test
    void fresh_whileAReadingIsUnderWay_waitsForOneThatBeginsLater() throws Exception {
        reading.begin();
        Eventually.succeeds(() -> assertThat(begun).hasValue(1));
        Future<Integer> fresh = threads.submit(reading::fresh);
        mayEnd.release(2);
        assertThat(fresh.get()).isEqualTo(2);
    }

    @Test
    void next_tooSlow_isToldWithinTheTimeout_andOthersGoOnWaiting() throws Exception {
        SharedReading<Integer> impatient = reading(Duration.ofMillis(20));
        assertThatThrownBy(impatient::next).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.state()).isEqualTo(SqlState.DATABASE_UNREACHABLE);
            assertThat(e).hasMessageContaining("a number");
            assertThat(e.detail()).contains("20 ms");
        });
    }

    @Test
    void next_failing_isToldToAll_andTheNextReadingIsAnother() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        SharedReading<Integer> failing = new SharedReading<>(
                "a number",
                () -> {
                    if (attempts.incrementAndGet() == 1) {
                        throw new IllegalStateException("not now");
                    }
                    return 7;
                },
                threads,
                Duration.ofSeconds(30));
        assertThatThrownBy(failing::next).isInstanceOf(EngineException.class);
        assertThat(failing.next().value()).isEqualTo(7);
    }
}
