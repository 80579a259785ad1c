package dev.tinydancer.router.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.router.agent.Agent;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BudgetBalanceTest {

    private static final Agent AGENT = Agent.named("gpt-4")
            .usdPerCall(1)
            .averageLatencyMillis(1)
            .quality(1)
            .build();

    @Test
    void remaining_isExactInDecimals() {
        // In binary, 1 - 0.9 is less than 0.1.
        assertThat(balance("all", 1, 0.9, 0).remainingUsd()).isEqualTo(0.1);
        assertThat(balance("all", 1, 0.8, 0.1).isOverdrawnBy(AGENT, 0.1)).isFalse();
        assertThat(balance("all", 1, 0.8, 0.1).isOverdrawnBy(AGENT, 0.1001)).isTrue();
    }

    @Test
    void remaining_ofAnOverdrawnBudget_isNothing() {
        assertThat(balance("all", 1, 3, 0).remainingUsd()).isZero();
        assertThat(balance("all", 1, 3, 0).isOverdrawnBy(AGENT, 0)).isFalse();
    }

    @Test
    void isOverdrawn_concernsTheAgentOfTheScope() {
        assertThat(balance("agent:gpt-4", 0, 0, 0).isOverdrawnBy(AGENT, 1)).isTrue();
        assertThat(balance("agent:gpt", 0, 0, 0).isOverdrawnBy(AGENT, 1)).isFalse();
        assertThat(balance("tag:team", 0, 0, 0).isOverdrawnBy(AGENT, 1)).isTrue();
    }

    @Test
    void money_mustBeANumber() {
        assertThatThrownBy(() -> balance("all", Double.NaN, 0, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("amountUsd must be a finite number of at least 0, got NaN");
        assertThatThrownBy(() -> balance("all", 1, -1, 0)).hasMessageContaining("spentUsd");
        assertThatThrownBy(() -> balance("all", 1, 0, Double.POSITIVE_INFINITY)).hasMessageContaining("reservedUsd");
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

    @Test
    void scope_ofATag_concernsRequestsThatHaveIt() {
        assertThat(BudgetScope.parse("tag:a").concerns(Set.of("a", "b"))).isTrue();
        assertThat(BudgetScope.parse("tag:a").concerns(Set.of("b"))).isFalse();
        assertThat(BudgetScope.parse("agent:x").concerns(Set.of())).isTrue();
    }

    private static BudgetBalance balance(String scope, double amount, double spent, double reserved) {
        return new BudgetBalance(
                BudgetScope.parse(scope), amount, "month", spent, reserved, null, ExhaustedPolicy.REJECT);
    }
}
