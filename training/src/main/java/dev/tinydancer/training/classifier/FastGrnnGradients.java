package dev.tinydancer.training.classifier;

import dev.tinydancer.router.neural.FastGrnnCell;
import dev.tinydancer.training.optimization.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Back-propagation through time for one {@link FastGrnnCell}: {@link #forward} runs a sequence and keeps what {@link
 * #backward} needs to add the gradients of a loss to those of {@link #parameters()}. For one thread.
 */
final class FastGrnnGradients {

    private final FastGrnnCell cell;
    private final int inputSize;
    private final int hiddenSize;
    private final MatrixGradients gateInput;
    private final MatrixGradients gateRecurrent;
    private final MatrixGradients updateInput;
    private final MatrixGradients updateRecurrent;
    private final Parameter gateBias;
    private final Parameter updateBias;
    private final Parameter mixing;

    private final FastGrnnCell.Workspace workspace;
    private final float[] hidden;
    private final float[] carried;
    private final float[] gateGradient;
    private final float[] updateGradient;

    private float[] sequence = {};
    private int steps;
    private float[] gates = {};
    private float[] updates = {};
    private float[] states = {};

    FastGrnnGradients(FastGrnnCell cell) {
        this.cell = cell;
        this.inputSize = cell.inputSize();
        this.hiddenSize = cell.hiddenSize();
        this.gateInput = new MatrixGradients("gate.input", cell.gate().input());
        this.gateRecurrent = new MatrixGradients("gate.recurrent", cell.gate().recurrent());
        boolean shared = cell.sharesWeights();
        this.updateInput = shared
                ? gateInput
                : new MatrixGradients("update.input", cell.update().input());
        this.updateRecurrent = shared
                ? gateRecurrent
                : new MatrixGradients("update.recurrent", cell.update().recurrent());
        this.gateBias = Parameter.dense("gate.bias", cell.gate().bias());
        this.updateBias = Parameter.dense("update.bias", cell.update().bias());
        this.mixing = Parameter.dense("mixing", cell.mixing());
        this.workspace = cell.workspace();
        this.hidden = new float[hiddenSize];
        this.carried = new float[hiddenSize];
        this.gateGradient = new float[hiddenSize];
        this.updateGradient = new float[hiddenSize];
    }

    /** Every trained array of the cell. */
    List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>(matrices());
        all.addAll(List.of(gateBias, updateBias, mixing));
        return all;
    }

    /** The trained arrays that are matrices or their factors. */
    List<Parameter> matrices() {
        List<Parameter> all = new ArrayList<>(gateInput.parameters());
        all.addAll(gateRecurrent.parameters());
        if (!cell.sharesWeights()) {
            all.addAll(updateInput.parameters());
            all.addAll(updateRecurrent.parameters());
        }
        return all;
    }

    /**
     * Runs the cell from a state of zeros.
     *
     * @param inputs {@code float[steps * D]} at least; kept until {@link #backward}
     * @return the states after each step, {@code float[steps * H]} at least; valid until the next call
     */
    float[] forward(float[] inputs, int length) {
        sequence = inputs;
        steps = length;
        if (states.length < steps * hiddenSize) {
            gates = new float[steps * hiddenSize];
            updates = new float[steps * hiddenSize];
            states = new float[steps * hiddenSize];
        }
        Arrays.fill(hidden, 0);
        for (int step = 0; step < steps; step++) {
            cell.step(sequence, step * inputSize, hidden, workspace);
            workspace.copyActivations(gates, updates, step * hiddenSize);
            System.arraycopy(hidden, 0, states, step * hiddenSize, hiddenSize);
        }
        return states;
    }

    /**
     * Adds the gradients of the sequence given to {@link #forward} last.
     *
     * @param stateGradients gradient of the loss with respect to the state after each step, {@code float[steps * H]}
     * @param inputGradients that with respect to the inputs is added here, {@code float[steps * D]}; null if not wanted
     */
    void backward(float[] stateGradients, float @Nullable [] inputGradients) {
        Arrays.fill(carried, 0);
        for (int step = steps - 1; step >= 0; step--) {
            int at = step * hiddenSize;
            for (int i = 0; i < hiddenSize; i++) {
                carried[i] += stateGradients[at + i];
            }
            differentiateMixing(at);
            if (step > 0) {
                System.arraycopy(states, at - hiddenSize, hidden, 0, hiddenSize);
            } else {
                Arrays.fill(hidden, 0);
            }
            if (cell.sharesWeights()) {
                for (int i = 0; i < hiddenSize; i++) {
                    gateGradient[i] += updateGradient[i];
                }
            } else {
                updateInput.backward(updateGradient, sequence, step * inputSize, inputGradients, step * inputSize);
                updateRecurrent.backward(updateGradient, hidden, 0, carried, 0);
            }
            gateInput.backward(gateGradient, sequence, step * inputSize, inputGradients, step * inputSize);
            gateRecurrent.backward(gateGradient, hidden, 0, carried, 0);
        }
    }

    /**
     * Goes back through h' = (ζ (1 - z) + ν) ⊙ c + z ⊙ h: adds to the gradients of the biases, ζ and ν, leaves those of
     * the preactivations in {@code gateGradient} and {@code updateGradient}, and turns {@code carried} from the
     * gradient of h' into the direct part of that of h.
     */
    private void differentiateMixing(int at) {
        float zeta = cell.zeta();
        float nu = cell.nu();
        float zetaGradient = 0;
        float nuGradient = 0;
        for (int i = 0; i < hiddenSize; i++) {
            float z = gates[at + i];
            float c = updates[at + i];
            float before = at == 0 ? 0 : states[at - hiddenSize + i];
            float gradient = carried[i];
            zetaGradient += gradient * (1 - z) * c;
            nuGradient += gradient * c;
            gateGradient[i] = gradient * (before - zeta * c) * z * (1 - z);
            updateGradient[i] = gradient * (zeta * (1 - z) + nu) * (1 - c * c);
            gateBias.gradient()[i] += gateGradient[i];
            updateBias.gradient()[i] += updateGradient[i];
            carried[i] = gradient * z;
        }
        boolean logistic = cell.sharesWeights();
        mixing.gradient()[0] += logistic ? zetaGradient * zeta * (1 - zeta) : zetaGradient;
        mixing.gradient()[1] += logistic ? nuGradient * nu * (1 - nu) : nuGradient;
    }
}
