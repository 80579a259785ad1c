package dev.tinydancer.training.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.training.optimization.Parameter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HardThresholdTest {

    @Test
    void choose_someDensity_keepsTheLargestOfEachParameter() {
        Parameter first = Parameter.dense("a", new float[] {0.1f, -5, 3, 0.2f});
        Parameter second = Parameter.dense("b", new float[] {1, 2, -3, 4});

        new HardThreshold(List.of(first, second), 0.5f).choose();

        assertThat(first.values()).containsExactly(0, -5, 3, 0);
        assertThat(second.values()).containsExactly(0, 0, -3, 4);
    }

    @Test
    void enforce_afterAChange_keepsTheChoice() {
        Parameter parameter = Parameter.dense("a", new float[] {1, 2, 3, 4});
        HardThreshold threshold = new HardThreshold(List.of(parameter), 0.5f);
        threshold.choose();
        parameter.values()[0] = 100;
        parameter.values()[3] = 0.5f;

        threshold.enforce();
        assertThat(parameter.values()).containsExactly(0, 0, 3, 0.5f);
    }

    @Test
    void enforce_beforeAnyChoice_changesNothing() {
        Parameter parameter = Parameter.dense("a", new float[] {1, 2});
        new HardThreshold(List.of(parameter), 0.5f).enforce();
        assertThat(parameter.values()).containsExactly(1, 2);
    }

    @Test
    void choose_fewerNonZeroThanKept_keepsThemAll() {
        Parameter parameter = Parameter.dense("a", new float[] {0, 2, 0, 0.001f});
        new HardThreshold(List.of(parameter), 0.75f).choose();
        assertThat(parameter.values()).containsExactly(0, 2, 0, 0.001f);
    }
}
