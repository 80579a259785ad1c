package dev.tinydancer.engine.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tinydancer.router.budget.BudgetPeriod;
import dev.tinydancer.router.budget.BudgetScope;
import dev.tinydancer.router.budget.ExhaustedPolicy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BudgetsTest {

    private static final Budgets BUDGETS = new Budgets(Stream.of(
                    "agent:large",
                    "all",
                    "conversation:7",
                    "tag:7",
                    "tag:all",
                    "tag:team",
                    "tag:user:ann",
                    "user:ann",
                    "user:bob",
                    "agent:small")
            .map(BudgetsTest::budget)
            .toList());

    static Stream<List<String>> tags() {
        return Stream.of(
                List.of(),
                List.of("nobody's"),
                List.of("team"),
                List.of("team", "team"),
                List.of("7"),
                List.of("conversation:7"),
                List.of("user:bob", "team"),
                List.of("user:ann"),
                List.of("ann"),
                List.of("all", "agent:small"),
                List.of("", "user:", "conversation:", "user:ann"));
    }

    @ParameterizedTest
    @MethodSource("tags")
    void concerning_isWhatEachScopeSays(List<String> tags) {
        assertThat(BUDGETS.concerning(tags))
                .isEqualTo(BUDGETS.all().stream()
                        .filter(budget -> budget.scope().concerns(tags))
                        .toList());
    }

    @Test
    void budgets_ofOneScope_areOne() {
        assertThatThrownBy(() -> new Budgets(List.of(budget("tag:x"), budget("tag:x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tag:x");
    }

    @Test
    void budgets_areEqualIfTheyAreTheSame() {
        assertThat(new Budgets(List.of(budget("tag:x"))))
                .isEqualTo(new Budgets(List.of(budget("tag:x"))))
                .hasSameHashCodeAs(new Budgets(List.of(budget("tag:x"))))
                .isNotEqualTo(Budgets.NONE);
    }

    private static Budget budget(String scope) {
        return new Budget(BudgetScope.parse(scope), 1, 0, null, BudgetPeriod.DAY, ExhaustedPolicy.REJECT);
    }
}
