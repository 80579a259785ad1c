package dev.tinydancer.training.optimization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class AdamTest {

    /** By hand from the paper's algorithm: the first step has the length of the learning rate, whatever the gradient. */
    @Test
    void step_first_movesByTheLearningRateAgainstTheSign() {
        Parameter parameter = Parameter.dense("p", new float[] {1, 1});
        Adam adam = new Adam();
        adam.add(parameter, 1, 0);
        parameter.gradient()[0] = 0.001f;
        parameter.gradient()[1] = -20;

        adam.step(0.1f, 1, Float.MAX_VALUE);

        assertThat(parameter.values()[0]).isCloseTo(0.9f, within(1e-5f));
        assertThat(parameter.values()[1]).isCloseTo(1.1f, within(1e-5f));
        assertThat(parameter.gradient()).containsOnly(0);
    }

    /**
     * By hand: gradients 1 and 0 give m = 0.1, 0.09 and v = 0.001, 0.000999; corrected m = 0.09 / 0.19, v = 0.000999 /
     * 0.001999; the second step is 0.1 · 0.473684 / √0.49975 = 0.067006.
     */
    @Test
    void step_second_followsTheMoments() {
        Parameter parameter = Parameter.dense("p", new float[] {0});
        Adam adam = new Adam();
        adam.add(parameter, 1, 0);
        parameter.gradient()[0] = 1;
        adam.step(0.1f, 1, Float.MAX_VALUE);

        adam.step(0.1f, 1, Float.MAX_VALUE);

        assertThat(parameter.values()[0]).isCloseTo(-0.1f - 0.067006f, within(1e-5f));
    }

    @Test
    void step_decay_shrinksValuesByTheirShareOfTheRate() {
        Parameter parameter = Parameter.dense("p", new float[] {10});
        Adam adam = new Adam();
        adam.add(parameter, 2, 0.5f);

        adam.step(0.01f, 1, Float.MAX_VALUE);

        assertThat(parameter.values()[0]).isCloseTo(9.9f, within(1e-5f));
    }

    /** The gradient (3, 4) has length 5; cut to length 1 and halved by nothing, plain descent moves by (0.6, 0.8). */
    @Test
    void step_longGradient_isCutAcrossAllParameters() {
        Parameter first = Parameter.dense("a", new float[] {0});
        Parameter second = Parameter.dense("b", new float[] {0});
        Adam adam = new Adam();
        adam.addPlain(first, 1);
        adam.addPlain(second, 1);
        first.gradient()[0] = 3;
        second.gradient()[0] = 4;

        adam.step(1, 1, 1);

        assertThat(first.values()[0]).isCloseTo(-0.6f, within(1e-6f));
        assertThat(second.values()[0]).isCloseTo(-0.8f, within(1e-6f));
    }

    @Test
    void step_table_leavesUntouchedRowsAlone() {
        Parameter table = Parameter.table("t", new float[] {1, 1, 1, 1, 1, 1}, 2);
        Adam adam = new Adam();
        adam.add(table, 1, 0);
        table.gradient()[table.touch(1)] = 1;
        adam.step(0.1f, 1, Float.MAX_VALUE);
        table.gradient()[table.touch(2) + 1] = 1;

        adam.step(0.1f, 1, Float.MAX_VALUE);

        assertThat(table.values()[0]).isEqualTo(1);
        assertThat(table.values()[2]).isCloseTo(0.9f, within(1e-5f));
        assertThat(table.values()[4]).isEqualTo(1);
        assertThat(table.values()[5]).isLessThan(1);
    }

    /** (x - 3)² from 0: the minimum is found. */
    @Test
    void step_repeated_findsAMinimum() {
        Parameter parameter = Parameter.dense("p", new float[] {0});
        Adam adam = new Adam();
        adam.add(parameter, 1, 0);
        for (int i = 0; i < 500; i++) {
            parameter.gradient()[0] = 2 * (parameter.values()[0] - 3);
            adam.step(0.05f, 1, Float.MAX_VALUE);
        }
        assertThat(parameter.values()[0]).isCloseTo(3, within(0.01f));
    }
}
