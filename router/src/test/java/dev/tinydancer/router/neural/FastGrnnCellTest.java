package dev.tinydancer.router.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class FastGrnnCellTest {

    private static final Offset<Float> TOLERANCE = within(2e-5f);

    /**
     * By hand: x = 2, h = 0.5, W = 0.25, U = -0.5, so both preactivations are 0.25 before the biases 0.75 and -0.25;
     * z = σ(1) = 0.73105858, c = tanh(0) = 0, h' = z h.
     */
    @Test
    void step_paperFormWithZeroUpdate_keepsTheGatedState() {
        FastGrnnCell cell = FastGrnnCell.paper(
                WeightMatrix.dense(1, 1, new float[] {0.25f}),
                WeightMatrix.dense(1, 1, new float[] {-0.5f}),
                new float[] {0.75f},
                new float[] {-0.25f},
                1,
                -4);

        assertThat(cell.step(new float[] {2}, new float[] {0.5f})[0]).isCloseTo(0.3655293f, within(1e-6f));
    }

    /**
     * By hand: z = σ(ln 3) = 0.75, c = tanh(ln 2) = 0.6, ζ = 2, ν = 0.1: h' = (2 · 0.25 + 0.1) · 0.6 + 0.75 · (-0.4) =
     * 0.06.
     */
    @Test
    void step_planForm_takesZetaAndNuAsTheyAre() {
        FastGrnnCell cell = FastGrnnCell.plan(
                WeightMatrix.dense(1, 1, new float[] {(float) Math.log(3)}),
                WeightMatrix.dense(1, 1, new float[] {0}),
                new float[] {0},
                WeightMatrix.dense(1, 1, new float[] {0}),
                WeightMatrix.dense(1, 1, new float[] {0}),
                new float[] {(float) Math.log(2)},
                2,
                0.1f);

        assertThat(cell.step(new float[] {1}, new float[] {-0.4f})[0]).isCloseTo(0.06f, within(1e-6f));
    }

    /** The logistic function of ln(4) is 0.8, of -ln(4) is 0.2. */
    @Test
    void zetaAndNu_paperForm_areLogisticFunctionsOfTheirParameters() {
        FastGrnnCell cell = FastGrnnCell.paper(
                WeightMatrix.dense(1, 1, new float[] {0}),
                WeightMatrix.dense(1, 1, new float[] {0}),
                new float[] {0},
                new float[] {0},
                (float) Math.log(4),
                (float) -Math.log(4));

        assertThat(cell.zeta()).isCloseTo(0.8f, within(1e-6f));
        assertThat(cell.nu()).isCloseTo(0.2f, within(1e-6f));
    }

    @Test
    void run_everyForm_agreesWithTheFormulaInDoublePrecision() {
        for (TextbookCell reference : TextbookCell.forms(new Random(11), 37, 19)) {
            FastGrnnCell cell = reference.cell();
            int steps = 9;
            float[] sequence = TextbookCell.random(new Random(5), steps * 37, 1);
            double[][] states = reference.run(sequence, steps);

            SequenceStates run = cell.run(sequence, steps);

            for (int i = 0; i < 19; i++) {
                double mean = 0;
                for (double[] state : states) {
                    mean += state[i] / steps;
                }
                assertThat(run.last()[i]).as(reference.name()).isCloseTo((float) states[steps - 1][i], TOLERANCE);
                assertThat(run.mean()[i]).as(reference.name()).isCloseTo((float) mean, TOLERANCE);
            }
        }
    }

    @Test
    void step_inPlace_equalsTheAllocatingStep() {
        for (TextbookCell reference : TextbookCell.forms(new Random(3), 8, 6)) {
            FastGrnnCell cell = reference.cell();
            float[] inputs = TextbookCell.random(new Random(7), 20, 1);
            float[] hidden = TextbookCell.random(new Random(9), 6, 1);
            float[] input = Arrays.copyOfRange(inputs, 5, 13);
            float[] expected = cell.step(input, hidden);

            cell.step(inputs, 5, hidden, cell.workspace());

            assertThat(hidden).as(reference.name()).containsExactly(expected);
        }
    }

    @Test
    void factories_givenArrays_copyThem() {
        float[] weights = {1, 2};
        WeightMatrix input = WeightMatrix.dense(1, 2, weights);
        float[] bias = {0.5f};
        FastGrnnCell cell = FastGrnnCell.paper(input, WeightMatrix.dense(1, 1, new float[] {1}), bias, bias, 1, -4);
        float before = cell.step(new float[] {1, 1}, new float[] {0})[0];

        weights[0] = 100;
        bias[0] = -100;

        assertThat(cell.step(new float[] {1, 1}, new float[] {0})[0]).isEqualTo(before);
    }

    @Test
    void factories_shapesThatDoNotFit_nameThem() {
        WeightMatrix input = WeightMatrix.dense(2, 3, new float[6]);
        WeightMatrix recurrent = WeightMatrix.dense(2, 2, new float[4]);
        float[] bias = new float[2];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FastGrnnCell.paper(input, input, bias, bias, 1, -4))
                .withMessageContaining("2 × 2")
                .withMessageContaining("2 × 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FastGrnnCell.paper(input, recurrent, new float[3], bias, 1, -4))
                .withMessage("gateBias must hold 2 values, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FastGrnnCell.plan(
                        input, recurrent, bias, WeightMatrix.dense(2, 4, new float[8]), recurrent, bias, 1, 1))
                .withMessageContaining("2 × 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WeightMatrix.dense(2, 2, new float[] {0, 0, Float.NaN, 0}))
                .withMessage("values[2] must be finite, got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WeightMatrix.lowRank(2, 2, 0, new float[0], new float[0]))
                .withMessage("rank must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FastGrnnCell.paper(input, recurrent, bias, bias, Float.POSITIVE_INFINITY, -4))
                .withMessage("zeta must be finite, got Infinity");
    }

    @Test
    void steps_inputsOfTheWrongLength_areRefused() {
        FastGrnnCell cell = TextbookCell.forms(new Random(1), 3, 2).getFirst().cell();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cell.step(new float[2], new float[2]))
                .withMessage("input must hold 3 values, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cell.step(new float[3], new float[3]))
                .withMessage("hidden must hold 2 values, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cell.run(new float[0], 0))
                .withMessage("steps must be at least 1, got 0");
        assertThatThrownBy(() -> cell.step(new float[5], 3, new float[2], cell.workspace()))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }
}
