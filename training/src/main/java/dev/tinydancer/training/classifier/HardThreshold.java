package dev.tinydancer.training.classifier;

import dev.tinydancer.training.optimization.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Sets all but the largest weights of some parameters to zero, and later keeps that choice. For one thread.
 *
 * <p>The three phases of the FastGRNN paper, section 3.3: dense, thresholding again and again, fixed support.
 */
final class HardThreshold {

    private final List<Parameter> parameters;
    private final float density;
    private final List<BitSet> support = new ArrayList<>();

    /** @param density share of each parameter's values that is kept, in (0, 1] */
    HardThreshold(List<Parameter> parameters, float density) {
        this.parameters = List.copyOf(parameters);
        this.density = density;
    }

    /** Chooses the largest values of each parameter anew, and sets the others to zero. */
    void choose() {
        support.clear();
        for (Parameter parameter : parameters) {
            support.add(largest(parameter.values()));
        }
        enforce();
    }

    /** Sets to zero what was not chosen last; does nothing before the first choice. */
    void enforce() {
        for (int p = 0; p < support.size(); p++) {
            float[] values = parameters.get(p).values();
            BitSet kept = support.get(p);
            for (int i = kept.nextClearBit(0); i < values.length; i = kept.nextClearBit(i + 1)) {
                values[i] = 0;
            }
        }
    }

    private BitSet largest(float[] values) {
        float[] magnitudes = new float[values.length];
        int nonZero = 0;
        for (float value : values) {
            if (value != 0) {
                magnitudes[nonZero++] = Math.abs(value);
            }
        }
        Arrays.sort(magnitudes, 0, nonZero);
        int keep = Math.round(density * values.length);
        float least = keep >= nonZero ? 0 : magnitudes[nonZero - Math.max(1, keep)];
        BitSet kept = new BitSet(values.length);
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0 && Math.abs(values[i]) >= least) {
                kept.set(i);
            }
        }
        return kept;
    }
}
