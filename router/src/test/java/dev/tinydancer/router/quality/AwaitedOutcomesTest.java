package dev.tinydancer.router.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class AwaitedOutcomesTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final AwaitedOutcomes awaited = new AwaitedOutcomes(Duration.ofMinutes(1), now::get);

    @Test
    void decisions_areAwaited_untilTheirOutcomeOrTheEndOfPatience() {
        awaited.expect(id(1), "a");
        awaited.expect(id(1), "a");
        awaited.expect(id(2), "a");
        awaited.expect(id(3), "b");
        assertThat(awaited.of("a")).isEqualTo(2);

        awaited.arrived(id(2), START);
        awaited.arrived(id(2), START);
        awaited.arrived(id(99), START);
        assertThat(awaited.of("a")).isEqualTo(1);

        now.set(START.plusSeconds(61));
        awaited.expect(id(4), "b");
        assertThat(awaited.of("a")).isZero();
        assertThat(awaited.of("b")).isEqualTo(1);
    }

    @Test
    void decisions_areForgotten_whereMoreMakeNoDifference() {
        for (int i = 0; i < 1_000; i++) {
            awaited.expect(id(i), "a");
        }
        awaited.expect(id(1_000), "b");

        assertThat(awaited.of("a")).isEqualTo(100);
        assertThat(awaited.of("b")).isEqualTo(1);
    }

    @Test
    void decisions_ofManyThreads_areCounted_andNoneIsLeftWhenAllOutcomesCame() throws Exception {
        int threads = 8;
        int each = 10_000;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> ends = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long first = (long) thread * each;
                ends.add(executor.submit(() -> {
                    for (long number = first; number < first + each; number++) {
                        awaited.expect(id(number), "a");
                        assertThat(awaited.of("a")).isBetween(0, 100);
                        if (number % 3 != 0) {
                            awaited.arrived(id(number), START);
                        }
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get();
            }
        }
        assertThat(awaited.of("a")).isEqualTo(100);

        for (int number = 0; number < threads * each; number++) {
            awaited.arrived(id(number), START);
        }
        assertThat(awaited.of("a")).isZero();
    }

    @Test
    void outcomes_comeBack_untilFiftyDecisionsAndAQuarterOfAnHourWentByWithoutOne() {
        for (int i = 0; i < 49; i++) {
            awaited.expect(id(i), "a");
        }
        assertThat(awaited.comeBack()).isTrue();
        awaited.expect(id(49), "a");
        assertThat(awaited.comeBack()).isFalse();

        awaited.arrived(id(7), START);
        for (int i = 50; i < 200; i++) {
            awaited.expect(id(i), "a");
        }
        assertThat(awaited.comeBack()).isTrue();
        now.set(START.plus(Duration.ofMinutes(16)));
        assertThat(awaited.comeBack()).isFalse();
        // An old one, read again after a restart, gives fifty decisions and no more time.
        awaited.arrived(id(8), START);
        assertThat(awaited.comeBack()).isTrue();
        for (int i = 200; i < 250; i++) {
            awaited.expect(id(i), "a");
        }
        assertThat(awaited.comeBack()).isFalse();
    }

    private static UUID id(long number) {
        return new UUID(0, number);
    }
}
