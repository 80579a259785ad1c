package dev.tinydancer.training.classifier;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.training.optimization.Parameter;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FastGrnnGradientsTest {

    private static final int INPUTS = 5;
    private static final int HIDDEN = 4;
    private static final int STEPS = 6;
    private static final float STEP_WIDTH = 1e-2f;

    /** The loss is a fixed random weighting of every state, so each state has a gradient of its own. */
    private final float[] weights = RandomCells.floats(new Random(21), STEPS * HIDDEN, 1);

    private final float[] sequence = RandomCells.floats(new Random(22), STEPS * INPUTS, 1);

    @Test
    void backward_everyForm_agreesWithFiniteDifferences() {
        RandomCells.forms(new Random(23), INPUTS, HIDDEN).forEach((form, cell) -> {
            FastGrnnGradients gradients = new FastGrnnGradients(cell);
            float[] inputGradients = new float[sequence.length];
            gradients.forward(sequence, STEPS);
            gradients.backward(weights, inputGradients);

            for (Parameter parameter : gradients.parameters()) {
                for (int i = 0; i < parameter.values().length; i++) {
                    assertThat((double) parameter.gradient()[i])
                            .as("%s: %s[%d]", form, parameter.name(), i)
                            .isCloseTo(slope(gradients, parameter.values(), i), within(5e-3));
                }
            }
            for (int i = 0; i < sequence.length; i++) {
                assertThat((double) inputGradients[i])
                        .as("%s: input[%d]", form, i)
                        .isCloseTo(slope(gradients, sequence, i), within(5e-3));
            }
        });
    }

    @Test
    void backward_calledAgain_addsToTheGradients() {
        FastGrnnGradients gradients = new FastGrnnGradients(
                requireNonNull(RandomCells.forms(new Random(24), INPUTS, HIDDEN).get("paper, full")));
        Parameter first = gradients.parameters().getFirst();
        gradients.forward(sequence, STEPS);
        gradients.backward(weights, null);
        float once = first.gradient()[0];

        gradients.forward(sequence, STEPS);
        gradients.backward(weights, null);

        assertThat(first.gradient()[0]).isCloseTo(2 * once, within(1e-5f));
    }

    /** The central difference of the loss, after Richardson's extrapolation from two step widths. */
    private double slope(FastGrnnGradients gradients, float[] values, int index) {
        double wide = difference(gradients, values, index, 2 * STEP_WIDTH);
        double narrow = difference(gradients, values, index, STEP_WIDTH);
        return (4 * narrow - wide) / 3;
    }

    private double difference(FastGrnnGradients gradients, float[] values, int index, float width) {
        float before = values[index];
        values[index] = before + width;
        double above = loss(gradients);
        values[index] = before - width;
        double below = loss(gradients);
        values[index] = before;
        return (above - below) / (2.0 * width);
    }

    private double loss(FastGrnnGradients gradients) {
        float[] states = gradients.forward(sequence, STEPS);
        double loss = 0;
        for (int i = 0; i < weights.length; i++) {
            loss += (double) weights[i] * states[i];
        }
        return loss;
    }
}
