package dev.tinydancer.training.distillation;

/**
 * Adam (D. Kingma and J. Ba, arXiv 1412.6980) for a table of which each step touches a few rows: a row's moments rest
 * while it is not touched. Confined to a thread.
 */
final class SparseAdam {

    private static final double MEAN_DECAY = 0.9;
    private static final double SQUARE_DECAY = 0.999;
    private static final double EPSILON = 1e-8;

    private final float[] table;
    private final int dimension;
    private final float[] means;
    private final float[] squares;
    private final int[] steps;

    /** @param table {@code [rows × dimension]}, changed in place */
    SparseAdam(float[] table, int dimension) {
        this.table = table;
        this.dimension = dimension;
        means = new float[table.length];
        squares = new float[table.length];
        steps = new int[table.length / dimension];
    }

    /** Moves one row against {@code gradients[offset … offset + dimension)}. */
    void step(int row, float[] gradients, int offset, double rate) {
        steps[row]++;
        double meanCorrection = 1 - Math.pow(MEAN_DECAY, steps[row]);
        double squareCorrection = 1 - Math.pow(SQUARE_DECAY, steps[row]);
        for (int i = 0; i < dimension; i++) {
            int at = row * dimension + i;
            double gradient = gradients[offset + i];
            means[at] = (float) (MEAN_DECAY * means[at] + (1 - MEAN_DECAY) * gradient);
            squares[at] = (float) (SQUARE_DECAY * squares[at] + (1 - SQUARE_DECAY) * gradient * gradient);
            double root = Math.sqrt(squares[at] / squareCorrection);
            table[at] -= (float) (rate * (means[at] / meanCorrection) / (root + EPSILON));
        }
    }
}
