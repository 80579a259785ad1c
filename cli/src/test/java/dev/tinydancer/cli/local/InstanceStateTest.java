package dev.tinydancer.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class InstanceStateTest {

    @Test
    void process_thatRuns_isAlive() {
        assertThat(stateOf(ProcessHandle.current()).isAlive()).isTrue();
    }

    @Test
    void process_thatIsAnother_isNotAlive() {
        ProcessHandle present = ProcessHandle.current();
        assertThat(state(present.pid(), startMillis(present) - 60_000).isAlive())
                .isFalse();
    }

    @Test
    void process_thatHasEndedAndWasNotWaitedFor_isNotAlive() throws IOException, InterruptedException {
        // The shell becomes a program that knows nothing of the child which the shell had begun, and waits for none.
        Process parent = new ProcessBuilder("sh", "-c", "sleep 3 & exec sleep 60").start();
        try {
            ProcessHandle child = childOf(parent.toHandle());
            InstanceState state = stateOf(child);
            assertThat(state.isAlive()).isTrue();

            while (child.info().command().isPresent()) {
                Thread.sleep(10);
            }

            assertThat(child.isAlive()).isTrue();
            assertThat(state.isAlive()).isFalse();
        } finally {
            parent.destroyForcibly();
        }
    }

    private static ProcessHandle childOf(ProcessHandle parent) throws InterruptedException {
        while (parent.children().findAny().isEmpty()) {
            Thread.sleep(5);
        }
        return parent.children().findAny().orElseThrow();
    }

    private static InstanceState stateOf(ProcessHandle process) {
        return state(process.pid(), startMillis(process));
    }

    private static long startMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElseThrow();
    }

    private static InstanceState state(long pid, long startMillis) {
        return new InstanceState(pid, startMillis, startMillis, "1", 5432, 6433, 0);
    }
}
