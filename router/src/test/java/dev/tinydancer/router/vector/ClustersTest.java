package dev.tinydancer.router.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ClustersTest {

    private static final List<float[]> TWO_GROUPS =
            List.of(new float[] {0, 1}, new float[] {10, 0}, new float[] {0, 3}, new float[] {12, 0});

    @Test
    void byDistance_twoGroups_centresAreTheirMeans() {
        Clusters clusters = Clusters.byDistance(TWO_GROUPS, List.of(new float[] {0, 1}, new float[] {10, 0}), 2);

        assertThat(clusters.count()).isEqualTo(2);
        assertThat(clusters.centres()).containsExactly(0, 2, 11, 0);
        assertThat(clusters.halfSquares()).containsExactly(2, 60.5f);
        assertThat(clusters.nearest(new float[] {1, 1})).isZero();
        assertThat(clusters.nearest(new float[] {8, 1})).isEqualTo(1);
    }

    @Test
    void byDirection_twoGroups_centresAreDirections() {
        Clusters clusters = Clusters.byDirection(TWO_GROUPS, List.of(new float[] {0, 1}, new float[] {1, 0}), 1);

        assertThat(clusters.centres()).containsExactly(new float[] {0, 1, 1, 0}, within(1e-6f));
        assertThat(clusters.nearest(new float[] {2, 3})).isZero();
    }

    @Test
    void centre_thatNothingIsNearestTo_stays() {
        List<float[]> first = List.of(new float[] {0, 2}, new float[] {11, 0}, new float[] {-50, -50});

        assertThat(Clusters.byDistance(TWO_GROUPS, first, 3).centres()).endsWith(-50, -50);
        assertThat(Clusters.byDirection(TWO_GROUPS, first, 3).centres()).endsWith(-50, -50);
    }
}
