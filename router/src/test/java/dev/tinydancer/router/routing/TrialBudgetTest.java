package dev.tinydancer.router.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class TrialBudgetTest {

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-03-01T23:00:00Z"));

    @Test
    void remaining_fallsWithWhatIsSpent_andIsWholeTheNextDay() {
        TrialBudget budget = new TrialBudget(1, now::get);
        assertThat(budget.isTouched()).isFalse();
        budget.spend(0.3);
        budget.spend(0.4);
        assertThat(budget.isTouched()).isTrue();
        assertThat(budget.remainingUsd()).isCloseTo(0.3, within(1e-12));
        budget.spend(9);
        assertThat(budget.remainingUsd()).isZero();

        now.set(Instant.parse("2026-03-02T00:00:00Z"));
        assertThat(budget.remainingUsd()).isEqualTo(1);
        assertThat(budget.isTouched()).isFalse();
        budget.spend(0.25);
        assertThat(budget.remainingUsd()).isCloseTo(0.75, within(1e-12));
    }

    @Test
    void remaining_withoutABound_isInfinite() {
        TrialBudget budget = new TrialBudget(Double.POSITIVE_INFINITY, now::get);
        budget.spend(1e9);

        assertThat(budget.remainingUsd()).isInfinite();
    }

    @Test
    void negative_isRefused() {
        assertThatThrownBy(() -> new TrialBudget(-1, now::get))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("usdPerDay must be at least 0, got -1.0");
    }
}
