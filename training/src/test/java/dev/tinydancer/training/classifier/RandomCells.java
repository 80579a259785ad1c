package dev.tinydancer.training.classifier;

import dev.tinydancer.router.neural.FastGrnnCell;
import dev.tinydancer.router.neural.WeightMatrix;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** FastGRNN cells with random weights, and random arrays. */
final class RandomCells {

    private RandomCells() {}

    /** A cell of every form, by its name: the paper's and the separate one, in full and with low rank. */
    static Map<String, FastGrnnCell> forms(Random random, int inputs, int hidden) {
        Map<String, FastGrnnCell> forms = new TreeMap<>();
        for (int rank : new int[] {0, 2}) {
            String name = rank == 0 ? "full" : "low rank";
            WeightMatrix input = matrix(random, hidden, inputs, rank);
            WeightMatrix recurrent = matrix(random, hidden, hidden, rank);
            float[] gateBias = floats(random, hidden, 1);
            float[] updateBias = floats(random, hidden, 1);
            forms.put("paper, " + name, FastGrnnCell.paper(input, recurrent, gateBias, updateBias, 0.7f, -1.3f));
            forms.put(
                    "plan, " + name,
                    FastGrnnCell.plan(
                            matrix(random, hidden, inputs, rank),
                            matrix(random, hidden, hidden, rank),
                            gateBias,
                            matrix(random, hidden, inputs, rank),
                            matrix(random, hidden, hidden, rank),
                            updateBias,
                            0.9f,
                            0.05f));
        }
        return forms;
    }

    private static WeightMatrix matrix(Random random, int rows, int columns, int rank) {
        return rank == 0
                ? WeightMatrix.dense(rows, columns, floats(random, rows * columns, 0.3))
                : WeightMatrix.lowRank(
                        rows, columns, rank, floats(random, rows * rank, 0.5), floats(random, rank * columns, 0.5));
    }

    static float[] floats(Random random, int length, double scale) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) (scale * random.nextGaussian());
        }
        return values;
    }
}
