package dev.tinydancer.training.optimization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The Adam optimiser with decoupled weight decay. A row of a table that a batch did not touch rests, its
 * moments and its count of steps included. For one thread.
 *
 * <p>Kingma and Ba, <a href="https://arxiv.org/abs/1412.6980">arXiv 1412.6980</a>, algorithm 1; decay as in Loshchilov
 * and Hutter, <a href="https://arxiv.org/abs/1711.05101">arXiv 1711.05101</a>.
 */
public final class Adam {

    private static final float BETA_1 = 0.9f;
    private static final float BETA_2 = 0.999f;
    private static final float EPSILON = 1e-8f;

    private final List<Slot> slots = new ArrayList<>();
    private long steps;

    /** One parameter, its own factor on the learning rate, its decay and its moments. */
    public static final class Slot {

        private final Parameter parameter;
        private final float rateFactor;
        private final float decay;
        private final boolean plain;
        private final float[] mean;
        private final float[] square;

        /** How often each row was moved; a dense parameter has one row. */
        private final int[] steps;

        private Slot(Parameter parameter, float rateFactor, float decay, boolean plain) {
            this.parameter = parameter;
            this.rateFactor = rateFactor;
            this.decay = decay;
            this.plain = plain;
            int moments = plain ? 0 : parameter.values().length;
            this.mean = new float[moments];
            this.square = new float[moments];
            this.steps = new int[plain ? 0 : parameter.rows()];
        }

        public Parameter parameter() {
            return parameter;
        }

        /** First moment of the gradient; not a copy. */
        public float[] mean() {
            return mean;
        }

        /** Second moment of the gradient; not a copy. */
        public float[] square() {
            return square;
        }
    }

    /**
     * Adds a parameter to be updated.
     *
     * @param rateFactor its learning rate as a multiple of the common one
     * @param decay the share of the learning rate by which each step shrinks the values towards zero
     */
    public void add(Parameter parameter, float rateFactor, float decay) {
        slots.add(new Slot(parameter, rateFactor, decay, false));
    }

    /**
     * Adds a parameter to be updated by plain gradient descent. Adam makes steps of one size, however rare a gradient
     * is; for a table of which most rows are rare that amounts to learning them by heart.
     *
     * @param rateFactor its learning rate as a multiple of the common one
     */
    public void addPlain(Parameter parameter, float rateFactor) {
        slots.add(new Slot(parameter, rateFactor, 0, true));
    }

    public List<Slot> slots() {
        return List.copyOf(slots);
    }

    /** Number of steps taken, for a checkpoint. */
    public long steps() {
        return steps;
    }

    /** Goes on from a checkpoint, of which no parameter that has moments is a table. */
    public void resumeAt(long stepsTaken) {
        steps = stepsTaken;
        slots.forEach(slot -> Arrays.fill(slot.steps, Math.toIntExact(stepsTaken)));
    }

    /**
     * Takes one step against the gradients and clears them.
     *
     * @param gradientScale factor on the gradients, such as 1 / batch size
     * @param largestNorm the gradients of all parameters together are shortened to this Euclidean length
     */
    public void step(float learningRate, float gradientScale, float largestNorm) {
        steps++;
        float norm = (float) Math.sqrt(squaredNorm()) * gradientScale;
        float scale = norm > largestNorm ? gradientScale * largestNorm / norm : gradientScale;
        for (Slot slot : slots) {
            Parameter parameter = slot.parameter;
            float rate = learningRate * slot.rateFactor;
            for (int row = 0; row < parameter.gradientRows(); row++) {
                int start = parameter.gradientRowStart(row);
                int end = Math.min(start + parameter.rowLength(), parameter.values().length);
                if (slot.plain) {
                    descend(parameter, start, end, rate * scale);
                } else {
                    update(slot, start, end, rate, scale);
                }
            }
            parameter.clearGradient();
        }
    }

    private double squaredNorm() {
        double sum = 0;
        for (Slot slot : slots) {
            Parameter parameter = slot.parameter;
            float[] gradient = parameter.gradient();
            for (int row = 0; row < parameter.gradientRows(); row++) {
                int start = parameter.gradientRowStart(row);
                int end = Math.min(start + parameter.rowLength(), gradient.length);
                for (int i = start; i < end; i++) {
                    sum += (double) gradient[i] * gradient[i];
                }
            }
        }
        return sum;
    }

    private static void descend(Parameter parameter, int start, int end, float rate) {
        for (int i = start; i < end; i++) {
            parameter.values()[i] -= rate * parameter.gradient()[i];
        }
    }

    private static void update(Slot slot, int start, int end, float rate, float scale) {
        double steps = ++slot.steps[start / slot.parameter.rowLength()];
        float meanCorrection = (float) (1 - Math.pow(BETA_1, steps));
        float squareCorrection = (float) (1 - Math.pow(BETA_2, steps));
        float[] values = slot.parameter.values();
        float[] gradients = slot.parameter.gradient();
        float[] mean = slot.mean;
        float[] square = slot.square;
        float shrink = 1 - rate * slot.decay;
        for (int i = start; i < end; i++) {
            float gradient = gradients[i] * scale;
            mean[i] = BETA_1 * mean[i] + (1 - BETA_1) * gradient;
            square[i] = BETA_2 * square[i] + (1 - BETA_2) * gradient * gradient;
            float step = (mean[i] / meanCorrection) / ((float) Math.sqrt(square[i] / squareCorrection) + EPSILON);
            values[i] = values[i] * shrink - rate * step;
        }
    }
}
