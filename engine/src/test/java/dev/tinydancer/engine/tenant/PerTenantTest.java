package dev.tinydancer.engine.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class PerTenantTest {

    private final AtomicInteger made = new AtomicInteger();
    private final PerTenant<String> names = new PerTenant<>(tenant -> tenant + made.incrementAndGet());

    @Test
    void use_makesOneOfEachTenant() {
        assertThat(names.find("a")).isEmpty();
        assertThat(names.use("a")).isEqualTo("a1");
        assertThat(names.use("a")).isEqualTo("a1");
        assertThat(names.use("b")).isEqualTo("b2");
        assertThat(names.find("a")).hasValue("a1");
    }

    @Test
    void longestIdle_isWhoHasNotUsedItForLongest_howeverOftenItIsLookedAt() {
        names.use("a");
        names.use("b");
        names.use("c");
        names.use("a");
        names.find("b");
        names.forEach((_, _) -> {});

        assertThat(names.longestIdleFirst()).extracting(PerTenant.Idle::tenant).containsExactly("b", "c", "a");
    }

    @Test
    void idle_areForgotten_andMadeAnewWhenTheyAreUsed() throws Exception {
        names.use("a");
        Thread.sleep(20);
        names.use("b");

        assertThat(names.isIdle("a", Duration.ofMillis(10))).isTrue();
        assertThat(names.isIdle("nobody", Duration.ZERO)).isFalse();
        names.forgetIdle(Duration.ofHours(1));
        assertThat(names.find("a")).hasValue("a1");
        names.forgetIdle(Duration.ZERO);

        assertThat(names.isEmpty()).isTrue();
        assertThat(names.use("a")).isEqualTo("a3");
    }

    @Test
    void forget_sparesWhatHasComeInItsPlace() {
        names.use("a");
        PerTenant.Idle<String> first = names.longestIdleFirst().getFirst();
        names.forget("a");
        names.use("a");

        names.forget(first);
        assertThat(names.find("a")).hasValue("a2");
        names.forget(names.longestIdleFirst().getFirst());
        assertThat(names.find("a")).isEmpty();
    }
}
