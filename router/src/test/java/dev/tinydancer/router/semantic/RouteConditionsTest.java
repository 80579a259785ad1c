package dev.tinydancer.router.semantic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RouteConditionsTest {

    private static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");
    private static final TimeRange MORNING = TimeRange.parse("06:00", "12:00", "UTC");

    @Test
    void admit_noConditions() {
        assertThat(RouteConditions.NONE.admit("support", RouteContext.at(NOON))).isTrue();
    }

    @Test
    void admit_outsideTheTimeRange() {
        RouteConditions conditions = new RouteConditions(MORNING, Set.of(), null);

        assertThat(conditions.admit("support", RouteContext.at(NOON))).isFalse();
        assertThat(conditions.admit("support", RouteContext.at(NOON.minusSeconds(1))))
                .isTrue();
    }

    @Test
    void admit_userTier() {
        RouteConditions conditions = new RouteConditions(null, Set.of(" Gold ", "silver"), null);

        assertThat(conditions.admit("support", asTier("GOLD"))).isTrue();
        assertThat(conditions.admit("support", asTier("bronze"))).isFalse();
        assertThat(conditions.admit("support", asTier(null))).isFalse();
    }

    @Test
    void admit_rateIsUsedUp() {
        RouteConditions conditions = new RouteConditions(null, Set.of(), 100);
        RateAllowance onlyFor100AtSupport = (name, perMinute) -> name.equals("support") && perMinute == 100;
        RouteContext context = new RouteContext(NOON, null, onlyFor100AtSupport);

        assertThat(conditions.admit("support", context)).isTrue();
        assertThat(conditions.admit("sales", context)).isFalse();
    }

    @Test
    void admit_asksForTheRateOnlyWhenOtherwiseOpen() {
        List<String> asked = new ArrayList<>();
        RateAllowance rates = (name, perMinute) -> asked.add(name);
        RouteContext context = new RouteContext(NOON, "bronze", rates);

        new RouteConditions(MORNING, Set.of(), 5).admit("closed", context);
        new RouteConditions(null, Set.of("gold"), 5).admit("for others", context);
        RouteConditions.NONE.admit("without limit", context);
        new RouteConditions(null, Set.of("bronze"), 5).admit("open", context);

        assertThat(asked).containsExactly("open");
    }

    @Test
    void constructor_invalid() {
        assertThatThrownBy(() -> new RouteConditions(null, Set.of(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rate_limit must be at least 1 per minute, got 0");
        assertThatThrownBy(() -> new RouteConditions(null, Set.of(" "), null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a user_tier must not be empty");
    }

    private static RouteContext asTier(@Nullable String tier) {
        return new RouteContext(NOON, tier, RateAllowance.UNLIMITED);
    }
}
