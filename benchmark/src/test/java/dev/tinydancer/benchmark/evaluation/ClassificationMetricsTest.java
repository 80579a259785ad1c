package dev.tinydancer.benchmark.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ClassificationMetricsTest {

    private static final List<String> TRUTH = List.of("a", "a", "a", "b", "b", "c");
    private static final List<String> PREDICTED = List.of("a", "a", "b", "b", "c", "d");

    @Test
    void accuracy_countsHits() {
        assertThat(ClassificationMetrics.accuracy(TRUTH, PREDICTED)).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void macroF1_workedByHand() {
        // a: 2 hits, 3 + 2 occurrences: 4/5. b: 1 hit, 2 + 2: 2/4. c: none. d, only ever predicted: none.
        assertThat(ClassificationMetrics.macroF1(TRUTH, PREDICTED)).isCloseTo((0.8 + 0.5 + 0 + 0) / 4, within(1e-12));
    }

    @Test
    void expectedCalibrationError_workedByHand() {
        // Bin of 0.95 and 1.0: mean confidence 0.975, one of two right. Bin of 0.30: confidence 0.3, wrong.
        assertThat(ClassificationMetrics.expectedCalibrationError(
                        new double[] {0.95, 1.0, 0.30}, new double[] {1, 0, 0}))
                .isCloseTo((2 * 0.475 + 0.3) / 3, within(1e-12));
    }

    @Test
    void areaUnderRoc_workedByHand() {
        // Positives 0.9 and 0.4 against negatives 0.5, 0.4 and 0.1: wins 3, and 1 + a tie of one half.
        assertThat(ClassificationMetrics.areaUnderRoc(
                        new double[] {0.9, 0.5, 0.4, 0.4, 0.1}, new boolean[] {true, false, true, false, false}))
                .isCloseTo(4.5 / 6, within(1e-12));
    }

    @Test
    void areaUnderRoc_oneClassOnly_rejected() {
        assertThatThrownBy(() -> ClassificationMetrics.areaUnderRoc(new double[] {1, 2}, new boolean[] {true, true}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 and 0");
    }

    @Test
    void confusion_rowsAreTruth() {
        assertThat(ClassificationMetrics.confusion(List.of("a", "b", "c", "d"), TRUTH, PREDICTED))
                .isDeepEqualTo(new int[][] {{2, 1, 0, 0}, {0, 1, 1, 0}, {0, 0, 0, 1}, {0, 0, 0, 0}});
    }

    @Test
    void accuracy_lengthsDiffer_rejected() {
        assertThatThrownBy(() -> ClassificationMetrics.accuracy(List.of("a"), List.of("a", "b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 and 2");
    }
}
