package dev.tinydancer.engine.duty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ScheduleTest {

    @Test
    void aDutyThatFails_comesAgain() throws InterruptedException {
        assertThat(comesAgainAfter(() -> {
                    throw new IllegalStateException("the database is away");
                }))
                .isTrue();
    }

    @Test
    void aDutyWithAnError_comesAgain() throws InterruptedException {
        assertThat(comesAgainAfter(() -> {
                    throw new OutOfMemoryError("as if the heap were full");
                }))
                .isTrue();
    }

    private static boolean comesAgainAfter(Runnable failure) throws InterruptedException {
        CountDownLatch times = new CountDownLatch(3);
        Schedule schedule = new Schedule();
        try {
            schedule.every(Duration.ofMillis(1), "a duty", () -> {
                times.countDown();
                failure.run();
            });
            return times.await(1, TimeUnit.MINUTES);
        } finally {
            schedule.close();
        }
    }
}
