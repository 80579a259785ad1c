package dev.tinydancer.benchmark.demand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class RankingTest {

    @Test
    void metrics_groupsApart_areRankedPerfectly() {
        assertThat(Ranking.metrics(new double[] {-2, -1, 0}, new double[] {1, 0.5}))
                .containsEntry("auroc", 1.0)
                .containsEntry("undemanding_mean", -1.0)
                .containsEntry("demanding_mean", 0.75);
    }

    @Test
    void metrics_ties_countHalf() {
        assertThat(Ranking.metrics(new double[] {0, 0.5, 0.5, 0}, new double[] {0.5})
                        .get("auroc"))
                .isCloseTo(0.75, within(1e-12));
        assertThat(Ranking.metrics(new double[] {1, 1}, new double[] {1, 0}).get("auroc"))
                .isCloseTo(0.25, within(1e-12));
    }
}
