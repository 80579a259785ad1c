package dev.tinydancer.training.distillation;

import dev.tinydancer.router.vector.VectorMath;
import java.util.Arrays;

/** How far the vectors of some texts are from what the teacher says of them. Confined to a thread. */
final class SimilarityLoss {
    /*
     * A text's unit vector is u; the teacher's is y. The loss of a text is
     *
     *     1 - u·y + KL(p ‖ q),   p_k ∝ exp(y·y_k / T),   q_k ∝ exp(u·u_k / T)
     *
     * over the other texts k. The first part puts the text in its place. The second [1] asks that it stand to the others
     * as it does for the teacher, the nearest above all: a sum of tokens cannot reach the teacher's vector, but it can
     * keep its neighbours, which is what routes and recorded outcomes are found by.
     *
     * [1] N. Passalis and A. Tefas, "Learning Deep Representations with Probabilistic Knowledge Transfer", ECCV 2018.
     */

    private final float[][] units;
    private final float[][] targets;
    private final double temperature;

    /** Row i holds text i's q, and its p. */
    private final double[][] ours;

    private final double[][] teachers;

    /**
     * @param units unit vectors, or zero, of at least one text
     * @param targets the teacher's unit vectors of the same texts, of the same length
     */
    SimilarityLoss(float[][] units, float[][] targets, double temperature) {
        this.units = units;
        this.targets = targets;
        this.temperature = temperature;
        ours = neighbours(units);
        teachers = neighbours(targets);
    }

    /** The mean over the texts. */
    double mean() {
        double sum = 0;
        for (int i = 0; i < units.length; i++) {
            sum += 1 - VectorMath.dot(units[i], targets[i]);
            for (int k = 0; k < units.length; k++) {
                if (teachers[i][k] > 0) {
                    sum += teachers[i][k] * Math.log(teachers[i][k] / Math.max(ours[i][k], Double.MIN_NORMAL));
                }
            }
        }
        return sum / units.length;
    }

    /** The gradient of the mean by a text's unit vector. */
    float[] gradient(int text) {
        float factor = 1f / units.length;
        float[] gradient = new float[units[text].length];
        VectorMath.addScaled(-factor, targets[text], gradient);
        for (int k = 0; k < units.length; k++) {
            // The pair counts in the divergence of both.
            double both = (ours[text][k] - teachers[text][k]) + (ours[k][text] - teachers[k][text]);
            VectorMath.addScaled((float) (factor * both / temperature), units[k], gradient);
        }
        return gradient;
    }

    private double[][] neighbours(float[][] vectors) {
        double[][] similarities = new double[vectors.length][vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            for (int k = 0; k < i; k++) {
                similarities[i][k] = VectorMath.dot(vectors[i], vectors[k]);
                similarities[k][i] = similarities[i][k];
            }
        }
        if (vectors.length > 1) {
            for (int i = 0; i < vectors.length; i++) {
                softmaxInPlace(similarities[i], i);
            }
        }
        return similarities;
    }

    /** Cosines to probabilities; 0 for {@code self}. */
    private void softmaxInPlace(double[] cosines, int self) {
        cosines[self] = Double.NEGATIVE_INFINITY;
        double largest = Arrays.stream(cosines).max().orElseThrow();
        double sum = 0;
        for (int k = 0; k < cosines.length; k++) {
            cosines[k] = Math.exp((cosines[k] - largest) / temperature);
            sum += cosines[k];
        }
        for (int k = 0; k < cosines.length; k++) {
            cosines[k] /= sum;
        }
    }
}
