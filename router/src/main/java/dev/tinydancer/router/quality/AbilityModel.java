package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.VectorMath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a tenant's outcomes say about its agents over all requests, as a correction of the prior: how much better or worse
 * than registered each agent is, how much harder or easier requests are than the difficulty model says, and where each
 * agent departs from that. Linear in the request's vector, fitted in closed form. Immutable.
 */
final class AbilityModel {
    /*
     * Residuals, good - prior, are fitted in three steps, each to what the step before has left:
     *
     *   1. a constant for each agent, drawn to 0 as by ItemResponsePrior.STRENGTH outcomes without a residual;
     *   2. weights shared by all agents: the difficulty that the prior does not know of;
     *   3. weights of each agent with at least LEAST_OUTCOMES: what it is good at.
     *
     * Steps 2 and 3 are ridge regressions. A choice between agents rests on their differences, in which step 2 cancels
     * out; so step 3, which has fewer outcomes to go by, is given the stronger penalty.
     */

    private static final double SHARED_PENALTY = 10;
    private static final double OWN_PENALTY = 20;

    /** With less, all outcomes are so old that nothing is left of them. */
    private static final double LEAST_WEIGHT = 1e-6;

    /** Below this an agent's own weights are not worth fitting. */
    private static final int LEAST_OUTCOMES = 30;

    /**
     * One outcome as the fit sees it.
     *
     * @param residual good - prior
     * @param weight 1 when it is new, falling with age
     */
    record Observation(RequestVector request, String agent, double residual, double weight) {}

    private static final class Ability {

        private static final Ability UNKNOWN = new Ability(0, 0, new float[0]);

        private final double outcomes;
        private final double constant;
        private final float[] weights;

        /**
         * @param outcomes that this rests on, in weight
         * @param constant what the agent is better than its prior throughout
         * @param weights of the centred request; empty for 0
         */
        private Ability(double outcomes, double constant, float[] weights) {
            this.outcomes = outcomes;
            this.constant = constant;
            this.weights = weights;
        }

        private double correction(float[] centred) {
            return constant + (weights.length == 0 ? 0 : VectorMath.dot(weights, centred));
        }
    }

    private final float[] centre;
    private final float[] sharedWeights;
    private final Map<String, Ability> abilities;

    private AbilityModel(float[] centre, float[] sharedWeights, Map<String, Ability> abilities) {
        this.centre = centre;
        this.sharedWeights = sharedWeights;
        this.abilities = abilities;
    }

    /** The model before any outcome: it corrects nothing. */
    static AbilityModel none() {
        return new AbilityModel(new float[0], new float[0], Map.of());
    }

    /** The model of the given outcomes, whose vectors all have one dimension. */
    static AbilityModel fit(List<Observation> observations) {
        double weights = observations.stream().mapToDouble(Observation::weight).sum();
        if (weights < LEAST_WEIGHT) {
            return none();
        }
        float[] centre = centre(observations, weights);
        Map<String, Group> groups = new HashMap<>();
        for (Observation observation : observations) {
            groups.computeIfAbsent(observation.agent(), agent -> new Group(centre.length))
                    .add(observation, difference(observation.request().components(), centre));
        }
        GramMatrix examples = new GramMatrix(centre.length);
        double[] targets = new double[centre.length];
        for (Group group : groups.values()) {
            examples.add(group.examples);
            group.addTargets(new float[0], targets);
        }
        float[] shared = examples.solve(targets, SHARED_PENALTY);
        Map<String, Ability> abilities = new HashMap<>();
        groups.forEach((agent, group) -> abilities.put(agent, group.ability(shared)));
        return new AbilityModel(centre, shared, abilities);
    }

    /** How many outcomes of the agent the model rests on, each counting by its age at the time. */
    double outcomes(String agent) {
        return abilities.getOrDefault(agent, Ability.UNKNOWN).outcomes;
    }

    /** A request as this model sees it, to be asked for the correction of each agent. */
    Request request(RequestVector vector) {
        if (centre.length == 0) {
            return new Request(new float[0], 0);
        }
        float[] centred = difference(vector.components(), centre);
        return new Request(centred, VectorMath.dot(sharedWeights, centred));
    }

    /** One request under this model. */
    final class Request {

        private final float[] centred;
        private final double shared;

        private Request(float[] centred, double shared) {
            this.centred = centred;
            this.shared = shared;
        }

        /** What to add to the agent's prior probability. */
        double correction(String agent) {
            return shared + abilities.getOrDefault(agent, Ability.UNKNOWN).correction(centred);
        }
    }

    private static float[] centre(List<Observation> observations, double weights) {
        float[] centre = new float[observations.getFirst().request().components().length];
        for (Observation observation : observations) {
            float share = (float) (observation.weight() / weights);
            VectorMath.addScaled(share, observation.request().components(), centre);
        }
        return centre;
    }

    private static float[] difference(float[] a, float[] b) {
        float[] difference = a.clone();
        VectorMath.addScaled(-1, b, difference);
        return difference;
    }

    /** The outcomes of one agent. */
    private static final class Group {

        private final GramMatrix examples;
        private final List<Observation> observations = new ArrayList<>();
        private final List<float[]> centred = new ArrayList<>();
        private double weights;
        private double residuals;

        Group(int dimension) {
            examples = new GramMatrix(dimension);
        }

        void add(Observation observation, float[] vector) {
            examples.add(vector, observation.weight());
            observations.add(observation);
            centred.add(vector);
            weights += observation.weight();
            residuals += observation.weight() * observation.residual();
        }

        double constant() {
            return residuals / (weights + ItemResponsePrior.STRENGTH);
        }

        /** Adds Σ weight · remainder · vector, where the remainder is what constant and shared weights leave. */
        void addTargets(float[] shared, double[] targets) {
            for (int n = 0; n < observations.size(); n++) {
                Observation observation = observations.get(n);
                float[] vector = centred.get(n);
                double known = constant() + (shared.length == 0 ? 0 : VectorMath.dot(shared, vector));
                double remainder = observation.weight() * (observation.residual() - known);
                for (int i = 0; i < targets.length; i++) {
                    targets[i] += remainder * vector[i];
                }
            }
        }

        Ability ability(float[] shared) {
            if (observations.size() < LEAST_OUTCOMES) {
                return new Ability(weights, constant(), new float[0]);
            }
            double[] targets = new double[shared.length];
            addTargets(shared, targets);
            return new Ability(weights, constant(), examples.solve(targets, OWN_PENALTY));
        }
    }
}
