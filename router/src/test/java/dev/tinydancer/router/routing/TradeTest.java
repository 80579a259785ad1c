package dev.tinydancer.router.routing;

import static dev.tinydancer.router.routing.Candidates.candidate;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TradeTest {

    private final AgentAssessment other = candidate("gpt-4o", 0.92, 0.0031, 1_000);

    @Test
    void between_saysWhatIsGivenUpAndWhatIsGained() {
        assertThat(Trade.between(candidate("mini", 0.88, 0.0001, 900), other))
                .isEqualTo("4 points less than gpt-4o, 31 times cheaper");
        assertThat(Trade.between(candidate("opus", 0.93, 0.0062, 3_000), other))
                .isEqualTo("1 point more than gpt-4o, 2 times dearer, 3 times slower");
    }

    @Test
    void between_equalFigures_areNotTold() {
        assertThat(Trade.between(candidate("twin", 0.922, 0.0032, 1_200), other))
                .isEqualTo("as good as gpt-4o");
    }

    @Test
    void between_freeAgents() {
        AgentAssessment free = candidate("local", 0.9, 0, 2_000);
        assertThat(Trade.between(free, other)).isEqualTo("2 points less than gpt-4o, for nothing, 2 times slower");
        assertThat(Trade.between(other, free))
                .isEqualTo("2 points more than local, which costs nothing, 2 times faster");
        assertThat(Trade.between(free, candidate("tool", 0.5, 0, 0))).isEqualTo("40 points more than tool");
    }
}
