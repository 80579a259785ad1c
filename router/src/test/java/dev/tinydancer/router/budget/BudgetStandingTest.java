package dev.tinydancer.router.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.router.agent.Agent;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class BudgetStandingTest {

    private static final Agent AGENT = Agent.named("gpt-4")
            .usdPerCall(1)
            .averageLatencyMillis(1)
            .quality(1)
            .build();

    @Test
    void remaining_isExactInDecimals() {
        // In binary, 1 - 0.9 is less than 0.1.
        assertThat(standing("all", 1, 0.9, 0).remainingUsd()).isEqualTo(0.1);
        assertThat(standing("all", 1, 0.8, 0.1).isOverdrawnBy(AGENT, 0.1)).isFalse();
        assertThat(standing("all", 1, 0.8, 0.1).isOverdrawnBy(AGENT, 0.1001)).isTrue();
    }

    @Test
    void remaining_ofAnOverdrawnBudget_isNothing() {
        assertThat(standing("all", 1, 3, 0).remainingUsd()).isZero();
        assertThat(standing("all", 1, 3, 0).isOverdrawnBy(AGENT, 0)).isFalse();
    }

    @Test
    void isOverdrawn_concernsTheAgentOfTheScope() {
        assertThat(standing("agent:gpt-4", 0, 0, 0).isOverdrawnBy(AGENT, 1)).isTrue();
        assertThat(standing("agent:gpt", 0, 0, 0).isOverdrawnBy(AGENT, 1)).isFalse();
        assertThat(standing("tag:team", 0, 0, 0).isOverdrawnBy(AGENT, 1)).isTrue();
    }

    @Test
    void money_mustBeANumber() {
        assertThatThrownBy(() -> standing("all", Double.NaN, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("amountUsd must be a finite number of at least 0, got NaN");
        assertThatThrownBy(() -> standing("all", 1, -1, 0)).hasMessageContaining("spentUsd");
        assertThatThrownBy(() -> standing("all", 1, 0, Double.POSITIVE_INFINITY))
                .hasMessageContaining("reservedUsd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"all", "agent:gpt-4", "tag:a:b"})
    void scope_isWrittenAsItIsRead(String text) {
        assertThat(BudgetScope.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "All", "agent:", "tag:", "tenant:x"})
    void scope_thatIsNone(String text) {
        assertThatThrownBy(() -> BudgetScope.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(BudgetPeriod.class)
    void period_isReadAsItIsWritten(BudgetPeriod period) {
        assertThat(BudgetPeriod.fromSqlName(period.sqlName())).isEqualTo(period);
    }

    @Test
    void period_thatIsNone() {
        assertThatThrownBy(() -> BudgetPeriod.fromSqlName("minute"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("unknown period \"minute\", valid are hour, day, week, month, quarter, year, total");
    }

    @Test
    void scope_ofATag_concernsRequestsThatHaveIt() {
        assertThat(BudgetScope.parse("tag:a").concerns(Set.of("a", "b"))).isTrue();
        assertThat(BudgetScope.parse("tag:a").concerns(Set.of("b"))).isFalse();
        assertThat(BudgetScope.parse("agent:x").concerns(Set.of())).isTrue();
    }

    private static BudgetStanding standing(String scope, double amount, double spent, double reserved) {
        return new BudgetStanding(
                BudgetScope.parse(scope), amount, BudgetPeriod.MONTH, spent, reserved, null, ExhaustedPolicy.REJECT);
    }
}
