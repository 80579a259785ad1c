package dev.tinydancer.training.classifier;

import dev.tinydancer.router.neural.Temperatures;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Finds the temperatures at which held-out examples are least surprising.
 *
 * <p>Guo et al., On Calibration of Modern Neural Networks, <a href="https://arxiv.org/abs/1706.04599">arXiv
 * 1706.04599</a>, section 4.2.
 */
final class Calibrator {

    private static final double LEAST = 0.05;
    private static final double MOST = 20;
    private static final int ITERATIONS = 40;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    private final List<float[]> categoryLogits = new ArrayList<>();
    private final List<float[]> capabilityLogits = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();

    /** Adds a held-out example; the arrays are kept. */
    void add(float[] categories, float[] capabilities, Target target) {
        categoryLogits.add(categories);
        capabilityLogits.add(capabilities);
        targets.add(target);
    }

    /** The best temperatures for the examples added; {@link Temperatures#NONE} if there are none. */
    Temperatures fit() {
        return targets.isEmpty()
                ? Temperatures.NONE
                : new Temperatures(minimum(this::categoryLoss), minimum(this::capabilityLoss));
    }

    /** Sum over the examples of the negative logarithm of the right category's probability at a temperature. */
    double categoryLoss(double temperature) {
        double loss = 0;
        for (int i = 0; i < targets.size(); i++) {
            float[] logits = categoryLogits.get(i);
            double sum = 0;
            double right = logits[targets.get(i).index()];
            for (float logit : logits) {
                sum += Math.exp((logit - right) / temperature);
            }
            loss += Math.log(sum);
        }
        return loss;
    }

    private double capabilityLoss(double temperature) {
        double loss = 0;
        for (int i = 0; i < targets.size(); i++) {
            float[] logits = capabilityLogits.get(i);
            for (int k = 0; k < logits.length; k++) {
                double against = targets.get(i).needs(k) ? -logits[k] : logits[k];
                loss += Math.log1p(Math.exp(against / temperature));
            }
        }
        return loss;
    }

    /** Golden-section search on the logarithm of the temperature, in which both losses have one minimum. */
    private static float minimum(DoubleUnaryOperator loss) {
        double low = Math.log(LEAST);
        double high = Math.log(MOST);
        for (int i = 0; i < ITERATIONS; i++) {
            double left = high - GOLDEN * (high - low);
            double right = low + GOLDEN * (high - low);
            if (loss.applyAsDouble(Math.exp(left)) < loss.applyAsDouble(Math.exp(right))) {
                high = right;
            } else {
                low = left;
            }
        }
        return (float) Math.exp((low + high) / 2);
    }
}
