package dev.tinydancer.router.neural;

import java.util.List;
import java.util.Random;

/**
 * FastGRNN written down from the paper in double precision, one loop for each sum, to check the real cell against.
 * Matrices are full here: a low-rank cell is given with the product of its factors.
 */
final class TextbookCell {

    private final String name;
    private final FastGrnnCell cell;
    private final double[][] gateInput;
    private final double[][] gateRecurrent;
    private final double[][] updateInput;
    private final double[][] updateRecurrent;
    private final float[] gateBias;
    private final float[] updateBias;
    private final double zeta;
    private final double nu;

    private TextbookCell(
            String name,
            FastGrnnCell cell,
            double[][] gateInput,
            double[][] gateRecurrent,
            double[][] updateInput,
            double[][] updateRecurrent,
            float[] gateBias,
            float[] updateBias,
            double zeta,
            double nu) {
        this.name = name;
        this.cell = cell;
        this.gateInput = gateInput;
        this.gateRecurrent = gateRecurrent;
        this.updateInput = updateInput;
        this.updateRecurrent = updateRecurrent;
        this.gateBias = gateBias;
        this.updateBias = updateBias;
        this.zeta = zeta;
        this.nu = nu;
    }

    String name() {
        return name;
    }

    FastGrnnCell cell() {
        return cell;
    }

    /** A random cell of every form: the paper's, the same with low rank, the separate one, the same with low rank. */
    static List<TextbookCell> forms(Random random, int inputs, int hidden) {
        return List.of(
                paper("paper", random, inputs, hidden, 0),
                paper("paper, low rank", random, inputs, hidden, 3),
                plan("plan", random, inputs, hidden, 0),
                plan("plan, low rank", random, inputs, hidden, 2));
    }

    private static TextbookCell paper(String name, Random random, int inputs, int hidden, int rank) {
        WeightMatrix input = matrix(random, hidden, inputs, rank);
        WeightMatrix recurrent = matrix(random, hidden, hidden, rank);
        float[] gateBias = random(random, hidden, 1);
        float[] updateBias = random(random, hidden, 1);
        return new TextbookCell(
                name,
                FastGrnnCell.paper(input, recurrent, gateBias, updateBias, 0.7f, -1.3f),
                full(input),
                full(recurrent),
                full(input),
                full(recurrent),
                gateBias,
                updateBias,
                logistic(0.7f),
                logistic(-1.3f));
    }

    private static TextbookCell plan(String name, Random random, int inputs, int hidden, int rank) {
        WeightMatrix gateInput = matrix(random, hidden, inputs, rank);
        WeightMatrix gateRecurrent = matrix(random, hidden, hidden, rank);
        WeightMatrix updateInput = matrix(random, hidden, inputs, rank);
        WeightMatrix updateRecurrent = matrix(random, hidden, hidden, rank);
        float[] gateBias = random(random, hidden, 1);
        float[] updateBias = random(random, hidden, 1);
        return new TextbookCell(
                name,
                FastGrnnCell.plan(
                        gateInput, gateRecurrent, gateBias, updateInput, updateRecurrent, updateBias, 0.9f, 0.05f),
                full(gateInput),
                full(gateRecurrent),
                full(updateInput),
                full(updateRecurrent),
                gateBias,
                updateBias,
                0.9f,
                0.05f);
    }

    static float[] random(Random random, int length, double scale) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }

    private static WeightMatrix matrix(Random random, int rows, int columns, int rank) {
        return rank == 0
                ? WeightMatrix.dense(rows, columns, random(random, rows * columns, 0.3))
                : WeightMatrix.lowRank(
                        rows, columns, rank, random(random, rows * rank, 0.5), random(random, rank * columns, 0.5));
    }

    private static double[][] full(WeightMatrix matrix) {
        double[][] values = new double[matrix.rows()][matrix.columns()];
        float[] right = matrix.right();
        for (int row = 0; row < matrix.rows(); row++) {
            for (int column = 0; column < matrix.columns(); column++) {
                if (right == null) {
                    values[row][column] = matrix.left()[row * matrix.columns() + column];
                } else {
                    for (int k = 0; k < matrix.rank(); k++) {
                        values[row][column] +=
                                (double) matrix.left()[row * matrix.rank() + k] * right[k * matrix.columns() + column];
                    }
                }
            }
        }
        return values;
    }

    /** The states after each step, {@code double[steps][H]}. */
    double[][] run(float[] sequence, int steps) {
        int inputs = cell.inputSize();
        double[][] states = new double[steps][];
        double[] hidden = new double[cell.hiddenSize()];
        for (int step = 0; step < steps; step++) {
            double[] next = new double[hidden.length];
            for (int i = 0; i < hidden.length; i++) {
                double gate = gateBias[i];
                double update = updateBias[i];
                for (int j = 0; j < inputs; j++) {
                    gate += gateInput[i][j] * sequence[step * inputs + j];
                    update += updateInput[i][j] * sequence[step * inputs + j];
                }
                for (int j = 0; j < hidden.length; j++) {
                    gate += gateRecurrent[i][j] * hidden[j];
                    update += updateRecurrent[i][j] * hidden[j];
                }
                double z = logistic(gate);
                next[i] = (zeta * (1 - z) + nu) * Math.tanh(update) + z * hidden[i];
            }
            hidden = next;
            states[step] = next;
        }
        return states;
    }

    private static double logistic(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
