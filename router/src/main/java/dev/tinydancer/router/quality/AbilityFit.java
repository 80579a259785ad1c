package dev.tinydancer.router.quality;

import dev.tinydancer.router.quality.AbilityModel.Ability;
import dev.tinydancer.router.quality.AbilityModel.Observation;
import dev.tinydancer.router.vector.VectorMath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the most probable {@link AbilityModel} of a set of outcomes. One fit, one thread. */
final class AbilityFit {
    /*
     * The logarithm of the posterior is concave, and its curvature never exceeds that of the quadratic form with a quarter of
     * the Gram matrix, because p (1 - p) ≤ 1/4 [1]. So the step w += (¼G + λI)⁻¹ gradient never overshoots, and one
     * decomposition of each matrix serves all steps. Constants, shared and own weights take turns.
     *
     * [1] Böhning and Lindsay, Monotonicity of quadratic-approximation algorithms, Annals of the Institute of Statistical
     *     Mathematics 40 (1988).
     */

    /** Largest curvature of a Bernoulli likelihood. */
    private static final double CURVATURE = 0.25;

    private static final double CONSTANT_PENALTY = 1;
    private static final double SHARED_PENALTY = 5;
    private static final double OWN_PENALTY = 4;

    /** Below this an agent's own weights are not worth fitting. */
    private static final int LEAST_OUTCOMES = 30;

    /** With less, all outcomes are so old that nothing is left of them. */
    private static final double LEAST_WEIGHT = 1e-6;

    private static final int MOST_ROUNDS = 30;

    /** Rounds end when none of them moves the logits of an average request by more. */
    private static final double TOLERANCE = 1e-3;

    private final int dimension;
    private final float[] centre;
    private final Map<String, Group> groups = new HashMap<>();
    private final double[] shared;

    private AbilityFit(List<Observation> observations, double weights) {
        dimension = observations.getFirst().request().components().length;
        centre = centre(observations, weights);
        shared = new double[dimension];
        for (Observation observation : observations) {
            groups.computeIfAbsent(observation.agent(), agent -> new Group()).add(observation);
        }
    }

    /** The model of the given outcomes, whose vectors all have one dimension; corrects nothing if there are none. */
    static AbilityModel of(List<Observation> observations) {
        double weights = observations.stream().mapToDouble(Observation::weight).sum();
        return weights < LEAST_WEIGHT ? AbilityModel.none() : new AbilityFit(observations, weights).run();
    }

    private AbilityModel run() {
        GramMatrix examples = new GramMatrix(dimension);
        for (Group group : groups.values()) {
            group.summarise(examples);
        }
        GramMatrix.Cholesky curvature = examples.decompose(CURVATURE, SHARED_PENALTY);
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double[] gradient = new double[dimension];
            groups.values().forEach(group -> group.addGradient(gradient));
            double moved = step(shared, gradient, curvature, SHARED_PENALTY);
            for (Group group : groups.values()) {
                moved = Math.max(moved, group.step());
            }
            if (moved < TOLERANCE) {
                break;
            }
        }
        Map<String, Ability> abilities = new HashMap<>();
        groups.forEach((agent, group) -> abilities.put(agent, group.ability()));
        return new AbilityModel(centre, floats(shared), abilities);
    }

    /** Moves weights uphill and gives the length of the step. */
    private static double step(double[] weights, double[] gradient, GramMatrix.Cholesky curvature, double penalty) {
        for (int i = 0; i < weights.length; i++) {
            gradient[i] -= penalty * weights[i];
        }
        double[] step = curvature.solve(gradient);
        double squares = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] += step[i];
            squares += step[i] * step[i];
        }
        // A centred component of a unit vector is about 1/√dimension.
        return Math.sqrt(squares / weights.length);
    }

    private float[] centre(List<Observation> observations, double weights) {
        float[] sum = new float[dimension];
        for (Observation observation : observations) {
            VectorMath.addScaled(
                    (float) (observation.weight() / weights),
                    observation.request().components(),
                    sum);
        }
        return sum;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** The outcomes of one agent. */
    private final class Group {

        private final List<Observation> observations = new ArrayList<>();
        private final List<float[]> requests = new ArrayList<>();
        private final double[] own = new double[dimension];
        private double constant;
        private double weights;
        private GramMatrix.@Nullable Cholesky curvature;

        void add(Observation observation) {
            observations.add(observation);
            requests.add(observation.request().minus(centre));
            weights += observation.weight();
        }

        /** Sums up the examples, and adds them to those of all agents. */
        void summarise(GramMatrix all) {
            GramMatrix examples = new GramMatrix(dimension);
            for (int n = 0; n < requests.size(); n++) {
                examples.add(requests.get(n), observations.get(n).weight());
            }
            all.add(examples);
            if (observations.size() >= LEAST_OUTCOMES) {
                curvature = examples.decompose(CURVATURE, OWN_PENALTY);
            }
        }

        /** Adds Σ weight · (good - predicted) · request, the gradient of the likelihood; gives Σ weight · (good - predicted). */
        double addGradient(double[] gradient) {
            float[] slope = sum(shared, own);
            float[] total = new float[dimension];
            double remainders = 0;
            for (int n = 0; n < requests.size(); n++) {
                Observation observation = observations.get(n);
                float[] request = requests.get(n);
                double logit = observation.priorLogit() + constant + VectorMath.dot(slope, request);
                double remainder = observation.weight() * (observation.good() - Logistic.probability(logit));
                remainders += remainder;
                VectorMath.addScaled((float) remainder, request, total);
            }
            for (int i = 0; i < dimension; i++) {
                gradient[i] += total[i];
            }
            return remainders;
        }

        /** Moves constant and own weights uphill and gives the larger of the two steps. */
        double step() {
            double[] gradient = new double[dimension];
            double remainders = addGradient(gradient);
            double move = (remainders - CONSTANT_PENALTY * constant) / (CURVATURE * weights + CONSTANT_PENALTY);
            constant += move;
            return curvature == null
                    ? Math.abs(move)
                    : Math.max(Math.abs(move), AbilityFit.step(own, gradient, curvature, OWN_PENALTY));
        }

        Ability ability() {
            return new Ability(weights, constant, curvature == null ? new float[0] : floats(own));
        }

        private float[] sum(double[] a, double[] b) {
            float[] sum = new float[dimension];
            for (int i = 0; i < dimension; i++) {
                sum[i] = (float) (a[i] + b[i]);
            }
            return sum;
        }
    }
}
