package dev.tinydancer.router.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RequestMixTest {

    private static final double DAYS_PER_MONTH = 30.436875;
    private static final List<String> CATEGORIES = List.of("code", "math");

    @Test
    void perMonth_withoutHistory_priorSpreadEvenly() {
        Map<String, Double> mix = RequestMix.perMonth(CATEGORIES, Map.of(), Duration.ZERO);

        assertThat(mix).containsOnlyKeys("code", "math");
        assertThat(mix.get("code")).isCloseTo(50 * DAYS_PER_MONTH, within(1e-9));
        assertThat(mix.get("math")).isEqualTo(mix.get("code"));
    }

    @Test
    void perMonth_withHistory_whatWasCounted() {
        Map<String, Double> mix =
                RequestMix.perMonth(CATEGORIES, Map.of("code", 3_000L, "math", 300L), Duration.ofDays(30));

        assertThat(mix.get("code")).isCloseTo(3_000 * DAYS_PER_MONTH / 30, within(10.0));
        assertThat(mix.get("math")).isCloseTo(300 * DAYS_PER_MONTH / 30, within(3.0));
    }

    @Test
    void perMonth_firstMinute_isNotBlownUp() {
        Map<String, Double> mix = RequestMix.perMonth(CATEGORIES, Map.of("code", 10L), Duration.ofMinutes(1));

        // Ten requests a minute would be 438,000 a month; counted with the prior's hour they are ten in an hour.
        assertThat(mix.get("code")).isBetween(7_000.0, 9_000.0);
    }

    @Test
    void perMonth_invalid() {
        assertThatThrownBy(() -> RequestMix.perMonth(CATEGORIES, Map.of("poetry", 1L), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("counted category \"poetry\" is none of code, math");
        assertThatThrownBy(() -> RequestMix.perMonth(CATEGORIES, Map.of("code", -1L), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("count of code must be at least 0, got -1");
        assertThatThrownBy(() -> RequestMix.perMonth(CATEGORIES, Map.of(), Duration.ofHours(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("observed must not be negative, got PT-1H");
    }
}
