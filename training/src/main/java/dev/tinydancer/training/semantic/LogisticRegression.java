package dev.tinydancer.training.semantic;

import dev.tinydancer.router.vector.Cholesky;
import dev.tinydancer.router.vector.Logistic;
import java.util.ArrayList;
import java.util.List;

/** Fits P = 1 / (1 + exp(-c·x)) to weighted observations by maximum likelihood. Not thread-safe. */
final class LogisticRegression {
    /*
     * Newton's method (iteratively reweighted least squares), with a ridge so small that it only keeps the equations
     * solvable. The likelihood is concave; a handful of features and figures of similar size need no line search.
     */

    private static final int ITERATIONS = 50;
    private static final double RIDGE = 1e-3;
    private static final double CONVERGED = 1e-10;

    private final int features;
    private final List<double[]> inputs = new ArrayList<>();
    private final List<Boolean> outcomes = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();

    LogisticRegression(int features) {
        this.features = features;
    }

    /** Adds an observation. A constant term is a feature that is always 1. */
    void observe(boolean outcome, double weight, double... input) {
        if (input.length != features) {
            throw new IllegalArgumentException("input must have " + features + " features, got " + input.length);
        }
        inputs.add(input);
        outcomes.add(outcome);
        weights.add(weight);
    }

    /** The coefficients, {@code double[features]}. */
    double[] fit() {
        double[] coefficients = new double[features];
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double[] step = newtonStep(coefficients);
            double largest = 0;
            for (int i = 0; i < features; i++) {
                coefficients[i] -= step[i];
                largest = Math.max(largest, Math.abs(step[i]));
            }
            if (largest < CONVERGED) {
                break;
            }
        }
        return coefficients;
    }

    private double[] newtonStep(double[] coefficients) {
        double[] gradient = new double[features];
        double[][] curvature = new double[features][features];
        for (int i = 0; i < features; i++) {
            gradient[i] = RIDGE * coefficients[i];
            curvature[i][i] = RIDGE;
        }
        for (int n = 0; n < inputs.size(); n++) {
            double[] input = inputs.get(n);
            double logit = 0;
            for (int i = 0; i < features; i++) {
                logit += coefficients[i] * input[i];
            }
            double probability = Logistic.probability(logit);
            double residual = weights.get(n) * (probability - (outcomes.get(n) ? 1 : 0));
            double variance = weights.get(n) * probability * (1 - probability);
            for (int i = 0; i < features; i++) {
                gradient[i] += residual * input[i];
                for (int j = 0; j < features; j++) {
                    curvature[i][j] += variance * input[i] * input[j];
                }
            }
        }
        return Cholesky.of(curvature).solve(gradient);
    }
}
