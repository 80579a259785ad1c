package dev.tinydancer.engine.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class FailureLimitTest {

    private final AtomicLong nanos = new AtomicLong();
    private final FailureLimit limit = new FailureLimit(nanos::get);

    @Test
    void tenFailures_areTheMost_ofAnAddressAndAMinute() {
        for (int i = 0; i < 10; i++) {
            assertThat(limit.isReached("here")).isFalse();
            limit.count("here");
        }
        assertThat(limit.isReached("here")).isTrue();
        assertThat(limit.isReached("there")).isFalse();
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());
        assertThat(limit.isReached("here")).isFalse();
    }
}
