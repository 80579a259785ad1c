package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.VectorMath;
import java.util.List;
import java.util.Map;

/**
 * What a tenant's outcomes say about its agents over all requests, as a correction of the prior: how much better or worse
 * than registered each agent is, how much harder or easier requests are than the difficulty model says, and where each
 * agent departs from that. Immutable.
 */
final class AbilityModel {
    /*
     * Item response theory with covariates: the logit of a good answer of agent a to request x is
     *
     *     prior(a, x) + c_a + w·x + v_a·x,
     *
     * with a constant c_a for each agent, weights w shared by all agents, the difficulty that the prior does not know of, and
     * weights v_a of each agent, what it is good at. All are normal around 0, so that few outcomes say little; AbilityFit
     * finds the most probable.
     *
     * That difficulty acts on the scale of logits is what makes it matter for a choice: two agents differ most on requests
     * of middling difficulty, and hardly on those that both of them can, or cannot, do.
     */

    private final float[] centre;
    private final float[] sharedWeights;
    private final Map<String, Ability> abilities;

    AbilityModel(float[] centre, float[] sharedWeights, Map<String, Ability> abilities) {
        this.centre = centre;
        this.sharedWeights = sharedWeights;
        this.abilities = Map.copyOf(abilities);
    }

    /** The model before any outcome: it corrects nothing. */
    static AbilityModel none() {
        return new AbilityModel(new float[0], new float[0], Map.of());
    }

    /**
     * One outcome as the model sees it.
     *
     * @param good how good the answer was, in [0, 1]
     * @param priorLogit logit of the probability of a good answer, before any outcome was known
     * @param weight 1 when it is new, falling with age
     */
    record Observation(RequestVector request, String agent, double good, double priorLogit, double weight) {}

    /** What one agent is better at than its prior says, in logits. */
    static final class Ability {

        private static final Ability UNKNOWN = new Ability(0, 0, new float[0]);

        private final double outcomes;
        private final double constant;
        private final float[] weights;

        /**
         * @param outcomes that this rests on, in weight
         * @param constant what it is better throughout
         * @param weights of the centred request; empty for 0
         */
        Ability(double outcomes, double constant, float[] weights) {
            this.outcomes = outcomes;
            this.constant = constant;
            this.weights = weights;
        }

        private double correction(float[] centred) {
            return constant + (weights.length == 0 ? 0 : VectorMath.dot(weights, centred));
        }
    }

    /** The model of the given outcomes, whose vectors all have one dimension. */
    static AbilityModel fit(List<Observation> observations) {
        return AbilityFit.of(observations);
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
        float[] centred = vector.minus(centre);
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

        /** What to add to the logit of the agent's prior. */
        double correction(String agent) {
            return shared + abilities.getOrDefault(agent, Ability.UNKNOWN).correction(centred);
        }
    }
}
