package dev.tinydancer.router.quality;

import dev.tinydancer.router.quality.AbilityModel.Ability;
import dev.tinydancer.router.quality.AbilityModel.DifficultySlope;
import dev.tinydancer.router.quality.AbilityModel.Observation;
import dev.tinydancer.router.quality.AbilityModel.Slope;
import dev.tinydancer.router.vector.Cholesky;
import dev.tinydancer.router.vector.Logistic;
import dev.tinydancer.router.vector.VectorMath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the most probable {@link AbilityModel} of a set of outcomes, for one variance of its weights after another. For one
 * thread.
 */
final class AbilityFit {
    /*
     * The logarithm of the posterior is concave, and its curvature never exceeds that of the quadratic form with a quarter of
     * the Gram matrix, because p (1 - p) ≤ 1/4 [1]. So the step w += (¼G + λI)⁻¹ gradient never overshoots, and one
     * decomposition of each matrix serves all steps. Constants, the slope of the difficulty, shared
     * and own weights take turns.
     *
     * [1] Böhning and Lindsay, Monotonicity of quadratic-approximation algorithms, Annals of the Institute of Statistical
     *     Mathematics 40 (1988).
     */

    /** Largest curvature of a Bernoulli likelihood. */
    private static final double CURVATURE = 0.25;

    private static final double CONSTANT_PENALTY = 1;

    /** The assumed difficulty may well be of twice the size, or say nothing. */
    private static final double DIFFICULTY_PENALTY = 1;

    /** Below this an agent's own weights are not worth fitting. */
    private static final int LEAST_OUTCOMES = 30;

    /** With less, all outcomes are so old that nothing is left of them. */
    private static final double LEAST_WEIGHT = 1e-6;

    private static final int MOST_ROUNDS = 30;

    /** Rounds end when none of them moves the logits of an average request by more. */
    private static final double TOLERANCE = 1e-3;

    private final KernelFeatures features;
    private final int dimension;
    private final float[] centre;
    private final Map<String, Group> groups = new HashMap<>();
    private final GramMatrix examples;
    private final double[] shared;
    private final double difficultyCentre;
    private final double difficultySquares;
    private double difficultySlope;

    private AbilityFit(List<Observation> observations, double weights, KernelFeatures features) {
        this.features = features;
        dimension = features.dimension();
        centre = centre(observations, weights);
        examples = new GramMatrix(dimension);
        shared = new double[dimension];
        for (Observation observation : observations) {
            groups.computeIfAbsent(observation.agent(), agent -> new Group()).add(observation);
        }
        groups.values().forEach(Group::summarise);
        double centreOfDifficulty = 0;
        for (Observation observation : observations) {
            centreOfDifficulty += observation.weight() / weights * observation.difficulty();
        }
        difficultyCentre = centreOfDifficulty;
        double squares = 0;
        for (Observation observation : observations) {
            double distance = observation.difficulty() - difficultyCentre;
            squares += observation.weight() * distance * distance;
        }
        difficultySquares = squares;
    }

    /** The fit of the given outcomes, whose features are these; empty if there are none, or nothing is left of them. */
    static Optional<AbilityFit> of(List<Observation> observations, KernelFeatures features) {
        double weights = observations.stream().mapToDouble(Observation::weight).sum();
        return weights < LEAST_WEIGHT ? Optional.empty() : Optional.of(new AbilityFit(observations, weights, features));
    }

    /**
     * The model whose weights have this variance before any outcome is known.
     *
     * @param variance above 0, in squared logits
     */
    AbilityModel withVariance(double variance) {
        double penalty = 1 / variance;
        Cholesky curvature = examples.decompose(CURVATURE, penalty);
        groups.values().forEach(group -> group.prepare(penalty));
        for (int round = 0; round < MOST_ROUNDS; round++) {
            double[] gradient = new double[dimension];
            groups.values().forEach(group -> group.addGradient(gradient));
            double moved = Math.max(step(shared, gradient, curvature, penalty), stepDifficulty());
            for (Group group : groups.values()) {
                moved = Math.max(moved, group.step(penalty));
            }
            if (moved < TOLERANCE) {
                break;
            }
        }
        Map<String, Ability> abilities = new HashMap<>();
        groups.forEach((agent, group) -> abilities.put(agent, group.ability()));
        return new AbilityModel(
                features,
                new DifficultySlope(difficultySlope, difficultyCentre),
                Slope.of(0, shared, features, centre),
                abilities);
    }

    /** Moves the slope of the difficulty uphill and gives how far that moves the logit of a request. */
    private double stepDifficulty() {
        if (difficultySquares == 0) {
            return 0;
        }
        double gradient = -DIFFICULTY_PENALTY * difficultySlope;
        for (Group group : groups.values()) {
            gradient += group.difficultyGradient();
        }
        double step = gradient / (CURVATURE * difficultySquares + DIFFICULTY_PENALTY);
        difficultySlope += step;
        return Math.abs(step);
    }

    /** Moves weights uphill and gives the length of the step. */
    private static double step(double[] weights, double[] gradient, Cholesky curvature, double penalty) {
        for (int i = 0; i < weights.length; i++) {
            gradient[i] -= penalty * weights[i];
        }
        double[] step = curvature.solve(gradient);
        double squares = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] += step[i];
            squares += step[i] * step[i];
        }
        // Features have about the length 1, so that each component is about 1/√dimension.
        return Math.sqrt(squares / weights.length);
    }

    private float[] centre(List<Observation> observations, double weights) {
        float[] sum = new float[dimension];
        for (Observation observation : observations) {
            VectorMath.addScaled((float) (observation.weight() / weights), observation.features(), sum);
        }
        return sum;
    }

    /** The outcomes of one agent. */
    private final class Group {

        private final List<Observation> observations = new ArrayList<>();
        private final GramMatrix ownExamples = new GramMatrix(dimension);
        private final double[] own = new double[dimension];
        private double constant;
        private double weights;
        private @Nullable Cholesky curvature;

        void add(Observation observation) {
            observations.add(observation);
            weights += observation.weight();
        }

        /** Sums up the examples, and adds them to those of all agents. */
        void summarise() {
            float[] centred = new float[dimension];
            for (Observation observation : observations) {
                System.arraycopy(observation.features(), 0, centred, 0, dimension);
                VectorMath.addScaled(-1, centre, centred);
                ownExamples.add(centred, observation.weight());
            }
            examples.add(ownExamples);
        }

        void prepare(double penalty) {
            curvature = observations.size() < LEAST_OUTCOMES ? null : ownExamples.decompose(CURVATURE, penalty);
        }

        /** Adds Σ weight · (good - predicted) · centred features, the gradient of the likelihood; gives Σ weight · (good - predicted). */
        double addGradient(double[] gradient) {
            float[] slope = sum(shared, own);
            double level = constant - VectorMath.dot(slope, centre);
            float[] total = new float[dimension];
            double remainders = 0;
            for (Observation observation : observations) {
                double remainder = remainder(observation, slope, level);
                remainders += remainder;
                VectorMath.addScaled((float) remainder, observation.features(), total);
            }
            for (int i = 0; i < dimension; i++) {
                gradient[i] += total[i] - remainders * centre[i];
            }
            return remainders;
        }

        /** -Σ weight · (good - predicted) · centred difficulty, the gradient of the likelihood by the slope of the difficulty. */
        double difficultyGradient() {
            float[] slope = sum(shared, own);
            double level = constant - VectorMath.dot(slope, centre);
            double gradient = 0;
            for (Observation observation : observations) {
                gradient -= remainder(observation, slope, level) * (observation.difficulty() - difficultyCentre);
            }
            return gradient;
        }

        private double remainder(Observation observation, float[] slope, double level) {
            double logit = observation.priorLogit()
                    + level
                    - difficultySlope * (observation.difficulty() - difficultyCentre)
                    + VectorMath.dot(slope, observation.features());
            return observation.weight() * (observation.good() - Logistic.probability(logit));
        }

        /** Moves constant and own weights uphill and gives the larger of the two steps. */
        double step(double penalty) {
            double[] gradient = new double[dimension];
            double remainders = addGradient(gradient);
            double move = (remainders - CONSTANT_PENALTY * constant) / (CURVATURE * weights + CONSTANT_PENALTY);
            constant += move;
            return curvature == null
                    ? Math.abs(move)
                    : Math.max(Math.abs(move), AbilityFit.step(own, gradient, curvature, penalty));
        }

        Ability ability() {
            return new Ability(
                    weights, curvature == null ? Slope.level(constant) : Slope.of(constant, own, features, centre));
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
