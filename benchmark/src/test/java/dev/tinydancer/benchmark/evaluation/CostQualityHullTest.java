package dev.tinydancer.benchmark.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.benchmark.evaluation.CostQualityHull.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CostQualityHullTest {

    private static final Point NOTHING = new Point(0, 0);
    private static final Point CHEAP = new Point(1, 0.5);
    private static final Point MIDDLE = new Point(2, 0.8);
    private static final Point DEAR = new Point(5, 0.9);

    @Test
    void of_dropsWhatMixingBeats() {
        // (3, 0.82) lies under the line from (2, 0.8) to (5, 0.9), which passes 0.8333 there; (4, 0.7) is simply worse.
        CostQualityHull hull = CostQualityHull.of(List.of(DEAR, new Point(3, 0.82), CHEAP, new Point(4, 0.7), MIDDLE));

        assertThat(hull.points()).containsExactly(NOTHING, CHEAP, MIDDLE, DEAR);
    }

    @Test
    void of_equalCost_keepsTheBetter() {
        assertThat(CostQualityHull.of(List.of(new Point(1, 0.4), CHEAP)).points())
                .containsExactly(NOTHING, CHEAP);
    }

    @Test
    void of_dearerButNotBetter_cut() {
        assertThat(CostQualityHull.of(List.of(CHEAP, MIDDLE, new Point(9, 0.8))).points())
                .containsExactly(NOTHING, CHEAP, MIDDLE);
    }

    @Test
    void averageImprovementInQuality_workedByHand() {
        CostQualityHull hull = CostQualityHull.of(List.of(CHEAP, MIDDLE, DEAR));

        // 1 x 0.65 + 3 x 0.85 over a width of 4.
        assertThat(hull.averageImprovementInQuality(1, 5)).isCloseTo(3.2 / 4, within(1e-12));
        // Rising from nothing on the left, 1 x 0.25; flat on the right, 5 x 0.9.
        assertThat(hull.averageImprovementInQuality(0, 10)).isCloseTo((0.25 + 3.2 + 4.5) / 10, within(1e-12));
        // From the middle of the first segment (0.65) to a third of the second (0.8333).
        assertThat(hull.averageImprovementInQuality(1.5, 3))
                .isCloseTo((0.5 * 0.725 + 1 * (0.8 + 0.8 + 0.1 / 3) / 2) / 1.5, within(1e-12));
    }

    @Test
    void averageImprovementInQuality_singleRouter_isWorthOnlyTheShareItAnswers() {
        // At a cost of 1 half the requests are answered, 0.4; from 2 on all of them, 0.8.
        assertThat(CostQualityHull.of(List.of(MIDDLE)).averageImprovementInQuality(1, 5))
                .isCloseTo((0.6 + 3 * 0.8) / 4, within(1e-12));
    }

    @Test
    void of_cheapButBelowTheLineFromNothing_dropped() {
        assertThat(CostQualityHull.of(List.of(new Point(1, 0.1), MIDDLE)).points())
                .containsExactly(NOTHING, MIDDLE);
    }

    @Test
    void averageImprovementInQuality_emptyRange_rejected() {
        CostQualityHull hull = CostQualityHull.of(List.of(CHEAP));

        assertThatThrownBy(() -> hull.averageImprovementInQuality(3, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.0 and 3.0");
    }
}
