package dev.tinydancer.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.testing.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class JoinedWorkTest {

    /** More together is refused. */
    private static final int CAPACITY = 100;

    private static final int FAILS = -1;
    private static final String KIND = "kind";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore mayEnd = new Semaphore(0);

    /** What was done together, in the order in which it began. */
    private final List<List<Integer>> done = new CopyOnWriteArrayList<>();

    private final JoinedWork<String, Integer, Integer> work = joined(Duration.ofSeconds(30));

    private JoinedWork<String, Integer, Integer> joined(Duration timeout) {
        return new DetachedWork(threads, timeout, 1).joined("tenant", "not done", this::sum, sum -> sum > CAPACITY);
    }

    /** Ends when it may. */
    private int sum(List<Integer> wanted) {
        done.add(wanted);
        mayEnd.acquireUninterruptibly();
        if (wanted.contains(FAILS)) {
            throw new IllegalStateException("fails");
        }
        return wanted.stream().mapToInt(Integer::intValue).sum();
    }

    /** Calls that come while the first one is under way. */
    private List<Future<Integer>> callsBehind(int first, List<Integer> wanted) {
        List<Future<Integer>> calls = new ArrayList<>();
        calls.add(call(KIND, first));
        Eventually.succeeds(() -> assertThat(done).hasSize(1));
        for (int own : wanted) {
            int before = work.waitingCalls();
            calls.add(call(KIND, own));
            Eventually.succeeds(() -> assertThat(work.waitingCalls()).isEqualTo(before + 1));
        }
        return calls;
    }

    private Future<Integer> call(String kind, int wanted) {
        return threads.submit(() -> work.await(kind, wanted));
    }

    @AfterEach
    void stop() {
        mayEnd.release(1_000);
        threads.shutdownNow();
    }

    @Test
    void callsThatWait_goTogether() throws Exception {
        List<Future<Integer>> calls = callsBehind(1, List.of(2, 3, 4));
        mayEnd.release(2);
        assertThat(calls.getFirst().get()).isEqualTo(1);
        for (Future<Integer> call : calls.subList(1, 4)) {
            assertThat(call.get()).isEqualTo(9);
        }
        assertThat(done).containsExactly(List.of(1), List.of(2, 3, 4));
    }

    @Test
    void callsOfAnotherKind_goByThemselves() throws Exception {
        List<Future<Integer>> calls = callsBehind(1, List.of(2, 3));
        Future<Integer> other = call("other", 4);
        Eventually.succeeds(() -> assertThat(work.waitingCalls()).isEqualTo(3));
        mayEnd.release(3);
        assertThat(other.get()).isEqualTo(4);
        assertThat(calls.get(2).get()).isEqualTo(5);
        assertThat(done).containsExactly(List.of(1), List.of(2, 3), List.of(4));
    }

    @Test
    void whatIsTooMuchTogether_isTriedByHalves() throws Exception {
        List<Future<Integer>> calls = callsBehind(1, List.of(10, 20, 60, 101));
        mayEnd.release(6);
        assertThat(calls.get(1).get()).isEqualTo(30);
        assertThat(calls.get(3).get()).isEqualTo(60);
        // Refused, which is an answer.
        assertThat(calls.get(4).get()).isEqualTo(101);
        assertThat(done)
                .containsExactly(
                        List.of(1),
                        List.of(10, 20, 60, 101),
                        List.of(10, 20),
                        List.of(60, 101),
                        List.of(60),
                        List.of(101));
    }

    @Test
    void callThatFails_failsAlone() throws Exception {
        List<Future<Integer>> calls = callsBehind(1, List.of(2, FAILS, 3));
        mayEnd.release(6);
        assertThat(calls.get(1).get()).isEqualTo(2);
        assertThat(calls.get(3).get()).isEqualTo(3);
        assertThatThrownBy(calls.get(2)::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(EngineException.class)
                .hasMessage("not done");
    }

    @Test
    void callThatGivesUp_isNotDone_andTheOthersAre() throws Exception {
        List<Future<Integer>> calls = callsBehind(1, List.of(2, 3));
        calls.get(1).cancel(true);
        Eventually.succeeds(() -> assertThat(work.waitingCalls()).isEqualTo(1));
        mayEnd.release(2);
        assertThat(calls.get(2).get()).isEqualTo(3);
        assertThat(done).containsExactly(List.of(1), List.of(3));
    }

    @Test
    void callWhoseTimeIsOver_isToldSo() {
        JoinedWork<String, Integer, Integer> impatient = joined(Duration.ofMillis(50));
        assertThatThrownBy(() -> impatient.await(KIND, 1))
                .isInstanceOf(EngineException.class)
                .hasMessage("not done");
    }

    @Test
    void callThatComesWhileAnotherHasWaitedForTooLong_hasItsOwnTime() throws Exception {
        Duration timeout = Duration.ofMillis(400);
        JoinedWork<String, Integer, Integer> impatient = joined(timeout);
        Future<?> first = threads.submit(() -> impatient.await(KIND, 1));
        Eventually.succeeds(() -> assertThat(done).hasSize(1));
        Future<?> second = threads.submit(() -> impatient.await(KIND, 2));
        assertThatThrownBy(first::get).isInstanceOf(ExecutionException.class);
        Future<Integer> late = threads.submit(() -> impatient.await(KIND, 3));
        assertThatThrownBy(second::get).isInstanceOf(ExecutionException.class);
        mayEnd.release(2);
        assertThat(late.get()).isEqualTo(3);
    }
}
