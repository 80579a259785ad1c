package dev.tinydancer.router.neural;

import dev.tinydancer.router.vector.VectorMath;
import java.util.Objects;

/**
 * One FastGRNN cell of D inputs and H hidden units, in either of two forms:
 *
 * <pre>
 * z  = σ(W x + U h + b_z)                 the gate
 * c  = tanh(W' x + U' h + b_h)            the update
 * h' = (ζ (1 - z) + ν) ⊙ c + z ⊙ h        the next state
 * </pre>
 *
 * <ul>
 *   <li>{@link #paper The paper's form} shares the matrices, W' = W and U' = U, and keeps ζ and ν in (0, 1) by storing
 *       the argument of a logistic function. EdgeML's trained cells have this form.
 *   <li>{@link #plan The separate form} has matrices of its own for gate and update, and takes ζ and ν as they are.
 * </ul>
 *
 * <p>Either form takes full or low-rank {@linkplain WeightMatrix matrices}. A cell is safe for concurrent use, a {@link
 * Workspace} is not. Logistic function and tangent are approximated within 6e-7.
 *
 * <p>Kusupati et al., FastGRNN, NeurIPS 2018, section 3, <a href="https://arxiv.org/abs/1901.02358">arXiv
 * 1901.02358</a>.
 */
public final class FastGrnnCell {

    private final Gate gate;
    private final Gate update;
    private final float[] mixing;
    private final boolean shared;

    /** The matrices behind the gate or the update, and its bias. */
    public static final class Gate {

        private final WeightMatrix input;
        private final WeightMatrix recurrent;
        private final float[] bias;

        private Gate(WeightMatrix input, WeightMatrix recurrent, float[] bias) {
            this.input = input;
            this.recurrent = recurrent;
            this.bias = bias;
        }

        /** W or W'. */
        public WeightMatrix input() {
            return input;
        }

        /** U or U'. */
        public WeightMatrix recurrent() {
            return recurrent;
        }

        /** {@code float[H]}; not a copy. */
        public float[] bias() {
            return bias;
        }
    }

    /** {@code mixing} holds ζ and ν, as arguments of the logistic function if the gates share their matrices. */
    private FastGrnnCell(Gate gate, Gate update, float[] mixing, boolean shared) {
        this.gate = gate;
        this.update = update;
        this.mixing = mixing;
        this.shared = shared;
    }

    /**
     * The form of the paper, in which gate and update share W and U.
     *
     * @param input W, H × D
     * @param recurrent U, H × H
     * @param gateBias b_z, {@code float[H]}; copied
     * @param updateBias b_h, {@code float[H]}; copied
     * @param zetaParameter ζ is its logistic function; the paper starts from 1
     * @param nuParameter ν is its logistic function; the paper starts from -4
     * @throws IllegalArgumentException if the shapes do not fit together or a value is not finite
     */
    public static FastGrnnCell paper(
            WeightMatrix input,
            WeightMatrix recurrent,
            float[] gateBias,
            float[] updateBias,
            float zetaParameter,
            float nuParameter) {
        Gate gate = gate("gate", input, recurrent, gateBias);
        Gate update = gate("update", input, recurrent, updateBias);
        return new FastGrnnCell(gate, update, mixing(zetaParameter, nuParameter), true);
    }

    /**
     * The form with matrices of its own for the gate (W, U, b_z) and for the update (W', U', b_h).
     *
     * @param gateInput W, H × D
     * @param gateRecurrent U, H × H
     * @param gateBias b_z, {@code float[H]}; copied
     * @param updateInput W', H × D
     * @param updateRecurrent U', H × H
     * @param updateBias b_h, {@code float[H]}; copied
     * @param zeta ζ, any finite number
     * @param nu ν, any finite number
     * @throws IllegalArgumentException if the shapes do not fit together or a value is not finite
     */
    public static FastGrnnCell plan(
            WeightMatrix gateInput,
            WeightMatrix gateRecurrent,
            float[] gateBias,
            WeightMatrix updateInput,
            WeightMatrix updateRecurrent,
            float[] updateBias,
            float zeta,
            float nu) {
        Gate gate = gate("gate", gateInput, gateRecurrent, gateBias);
        Gate update = gate("update", updateInput, updateRecurrent, updateBias);
        if (gateInput.rows() != updateInput.rows() || gateInput.columns() != updateInput.columns()) {
            throw new IllegalArgumentException("the update's input matrix must be " + shape(gateInput)
                    + " like the gate's, got " + shape(updateInput));
        }
        return new FastGrnnCell(gate, update, mixing(zeta, nu), false);
    }

    private static float[] mixing(float zeta, float nu) {
        return new float[] {Numbers.requireFinite("zeta", zeta), Numbers.requireFinite("nu", nu)};
    }

    private static Gate gate(String name, WeightMatrix input, WeightMatrix recurrent, float[] bias) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(recurrent, "recurrent");
        int hidden = input.rows();
        if (recurrent.rows() != hidden || recurrent.columns() != hidden) {
            throw new IllegalArgumentException("the " + name + "'s recurrent matrix must be " + hidden + " × " + hidden
                    + " to fit an input matrix of " + shape(input) + ", got " + shape(recurrent));
        }
        return new Gate(input, recurrent, Numbers.finiteCopy(name + "Bias", bias, hidden));
    }

    private static String shape(WeightMatrix matrix) {
        return matrix.rows() + " × " + matrix.columns();
    }

    /** D, the length of an input vector. */
    public int inputSize() {
        return gate.input().columns();
    }

    /** H, the length of a state. */
    public int hiddenSize() {
        return gate.input().rows();
    }

    /** Whether gate and update share their matrices, as in the paper. */
    public boolean sharesWeights() {
        return shared;
    }

    /** ζ as it enters the formula. */
    public float zeta() {
        return shared ? Activations.sigmoid(mixing[0]) : mixing[0];
    }

    /** ν as it enters the formula. */
    public float nu() {
        return shared ? Activations.sigmoid(mixing[1]) : mixing[1];
    }

    /** What makes z. */
    public Gate gate() {
        return gate;
    }

    /** What makes c; with the matrices of {@link #gate()} if the cell {@linkplain #sharesWeights() shares} them. */
    public Gate update() {
        return update;
    }

    /** ζ and ν as stored; not a copy. */
    public float[] mixing() {
        return mixing;
    }

    /** A workspace for the calls of one thread. */
    public Workspace workspace() {
        return new Workspace(this);
    }

    /**
     * One step.
     *
     * @param input x, {@code float[D]}
     * @param hidden h, {@code float[H]}; zeros at the start of a sequence
     * @return h', a new {@code float[H]}
     * @throws IllegalArgumentException if a length differs
     */
    public float[] step(float[] input, float[] hidden) {
        Numbers.requireLength("input", input, inputSize());
        Numbers.requireLength("hidden", hidden, hiddenSize());
        float[] next = hidden.clone();
        step(input, 0, next, workspace());
        return next;
    }

    /**
     * One step without allocation.
     *
     * @param inputs x stands at {@code [offset, offset + D)}
     * @param hidden h, {@code float[H]}, overwritten with h'
     * @param workspace from {@link #workspace()} of a cell of the same shape
     * @throws IndexOutOfBoundsException if the input does not lie within the array
     */
    public void step(float[] inputs, int offset, float[] hidden, Workspace workspace) {
        Objects.checkFromIndexSize(offset, inputSize(), inputs.length);
        workspace.preactivate(this, inputs, offset, hidden);
        mix(workspace.gate, workspace.update, hidden);
    }

    /** Turns both preactivations into activations in place, and the state into the next one. */
    private void mix(float[] gateValues, float[] updateValues, float[] hidden) {
        float zeta = zeta();
        float nu = nu();
        float[] gateBias = gate.bias();
        float[] updateBias = update.bias();
        // One short loop for each function, which the compiler vectorises; a loop with all of them it does not.
        for (int i = 0; i < gateBias.length; i++) {
            gateValues[i] = Activations.sigmoid(gateValues[i] + gateBias[i]);
        }
        for (int i = 0; i < updateBias.length; i++) {
            updateValues[i] = Activations.tanh(updateValues[i] + updateBias[i]);
        }
        for (int i = 0; i < hidden.length; i++) {
            float z = gateValues[i];
            hidden[i] = (zeta * (1 - z) + nu) * updateValues[i] + z * hidden[i];
        }
    }

    /**
     * Runs the cell over a sequence from a state of zeros.
     *
     * @param sequence {@code float[steps * D]}, one input after the other
     * @param steps number of inputs, at least 1
     * @return the last state and the mean of all states
     * @throws IllegalArgumentException if {@code steps} is below 1 or the array's length differs
     */
    public SequenceStates run(float[] sequence, int steps) {
        Numbers.requirePositive("steps", steps);
        Numbers.requireLength("sequence", sequence, Math.multiplyExact(steps, inputSize()));
        Workspace workspace = workspace();
        float[] hidden = new float[hiddenSize()];
        float[] mean = new float[hiddenSize()];
        for (int step = 0; step < steps; step++) {
            step(sequence, step * inputSize(), hidden, workspace);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += hidden[i] / steps;
            }
        }
        return new SequenceStates(hidden, mean);
    }

    /** Buffers for the steps of one thread. */
    public static final class Workspace {

        private final float[] gate;
        private final float[] update;
        private final float[] product;
        private final float[] middle;

        private Workspace(FastGrnnCell cell) {
            this.gate = new float[cell.hiddenSize()];
            this.update = new float[cell.hiddenSize()];
            this.product = new float[cell.hiddenSize()];
            this.middle = new float
                    [Math.max(
                            Math.max(
                                    cell.gate.input().rank(),
                                    cell.gate.recurrent().rank()),
                            Math.max(
                                    cell.update.input().rank(),
                                    cell.update.recurrent().rank()))];
        }

        /** Copies the last step's z and c to {@code [offset, offset + H)} of the given arrays. */
        public void copyActivations(float[] gates, float[] updates, int offset) {
            System.arraycopy(gate, 0, gates, offset, gate.length);
            System.arraycopy(update, 0, updates, offset, update.length);
        }

        /** Fills gate and update with W x + U h, without the biases. */
        private void preactivate(FastGrnnCell cell, float[] inputs, int offset, float[] hidden) {
            fill(cell.gate, inputs, offset, hidden, gate);
            if (cell.shared) {
                System.arraycopy(gate, 0, update, 0, gate.length);
            } else {
                fill(cell.update, inputs, offset, hidden, update);
            }
        }

        private void fill(Gate weights, float[] inputs, int offset, float[] hidden, float[] target) {
            weights.input().multiply(inputs, offset, middle, target);
            weights.recurrent().multiply(hidden, 0, middle, product);
            VectorMath.addScaled(1, product, target);
        }
    }
}
