package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.VectorMath;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a tenant's outcomes say about its agents over all requests, as a correction of the prior: how much better or worse
 * than registered each agent is, how much harder or easier requests are than on average, and where each
 * agent departs from that. Immutable.
 */
final class AbilityModel {
    /*
     * Item response theory with covariates: the logit of a good answer of agent a to request x is
     *
     *     prior(a, x) + c_a - t (δ(x) - δ̄) + w·φ(x) + v_a·φ(x),
     *
     * with a constant c_a for each agent, how much more t the difficulty δ that the prior assumes counts among this tenant's
     * requests (-1 where it says nothing of them), weights w shared by all agents, the difficulty that the prior does not
     * know of, and weights v_a of each agent, what it is good at; φ are the kernel features of the request, centred. All are
     * normal around 0, so that few outcomes say little; AbilityFit finds the most probable.
     *
     * That difficulty acts on the scale of logits is what makes it matter for a choice: two agents differ most on requests
     * of middling difficulty, and hardly on those that both of them can, or cannot, do.
     *
     * Weights are kept for the similarities that the features are made of: one product less for each request.
     */

    private final @Nullable KernelFeatures features;
    private final DifficultySlope difficultySlope;
    private final Slope shared;
    private final Map<String, Ability> abilities;

    /**
     * @param features of requests; null corrects nothing
     * @param difficultySlope what the assumed difficulty of a request says more, or less, than it claims
     * @param shared what makes a request easier for all agents
     */
    AbilityModel(
            @Nullable KernelFeatures features,
            DifficultySlope difficultySlope,
            Slope shared,
            Map<String, Ability> abilities) {
        this.features = features;
        this.difficultySlope = difficultySlope;
        this.shared = shared;
        this.abilities = Map.copyOf(abilities);
    }

    /** The model before any outcome: it corrects nothing. */
    static AbilityModel none() {
        return new AbilityModel(null, DifficultySlope.NONE, Slope.LEVEL, Map.of());
    }

    /** One outcome as the model sees it. Not a record, because it holds an array. */
    static final class Observation {

        private final float[] features;
        private final String agent;
        private final double good;
        private final double priorLogit;
        private final double difficulty;
        private final double weight;

        /**
         * @param features of the request
         * @param good how good the answer was, in [0, 1]
         * @param priorLogit logit of the probability of a good answer, before any outcome was known
         * @param difficulty that is in it
         * @param weight 1 when it is new, falling with age
         */
        Observation(float[] features, String agent, double good, double priorLogit, double difficulty, double weight) {
            this.features = features;
            this.agent = agent;
            this.good = good;
            this.priorLogit = priorLogit;
            this.difficulty = difficulty;
            this.weight = weight;
        }

        float[] features() {
            return features;
        }

        String agent() {
            return agent;
        }

        double good() {
            return good;
        }

        double priorLogit() {
            return priorLogit;
        }

        double difficulty() {
            return difficulty;
        }

        double weight() {
            return weight;
        }
    }

    /**
     * How much more the assumed difficulty of requests counts than the prior has it.
     *
     * @param slope t of the note above; -1 where outcomes show nothing of the assumed difficulty, 0 where they bear it out
     * @param centre δ̄, the mean difficulty that was assumed of the requests with an outcome
     */
    record DifficultySlope(double slope, double centre) {

        static final DifficultySlope NONE = new DifficultySlope(0, 0);

        /** What to add to the logit of the prior. */
        double at(double difficulty) {
            return -slope * (difficulty - centre);
        }
    }

    /** Logits that depend on a request. */
    static final class Slope {

        static final Slope LEVEL = level(0);

        private final double constant;
        private final float[] weights;

        private Slope(double constant, float[] weights) {
            this.constant = constant;
            this.weights = weights;
        }

        /** The product of the weights with a request's features less the centre, and a constant. */
        static Slope of(double constant, double[] weights, KernelFeatures features, float[] centre) {
            double atCentre = 0;
            for (int i = 0; i < weights.length; i++) {
                atCentre += weights[i] * centre[i];
            }
            return new Slope(constant - atCentre, features.folded(weights));
        }

        /** The same everywhere. */
        static Slope level(double constant) {
            return new Slope(constant, new float[0]);
        }

        private double at(float[] similarities) {
            return constant + (weights.length == 0 ? 0 : VectorMath.dot(weights, similarities));
        }
    }

    /**
     * What one agent is better at than its prior says, in logits.
     *
     * @param outcomes that this rests on, in weight
     */
    record Ability(double outcomes, Slope slope) {

        private static final Ability UNKNOWN = new Ability(0, Slope.LEVEL);
    }

    /** How many outcomes of the agent the model rests on, each counting by its age at the time. */
    double outcomes(String agent) {
        return abilities.getOrDefault(agent, Ability.UNKNOWN).outcomes;
    }

    /**
     * A request as this model sees it, to be asked for the correction of each agent.
     *
     * @param difficulty that the prior assumes
     */
    Request request(RequestVector vector, double difficulty) {
        float[] similarities = features == null ? new float[0] : features.similarities(vector);
        return new Request(similarities, shared.at(similarities) + difficultySlope.at(difficulty));
    }

    /** One request under this model. */
    final class Request {

        private final float[] similarities;
        private final double correctionOfAll;

        private Request(float[] similarities, double correctionOfAll) {
            this.similarities = similarities;
            this.correctionOfAll = correctionOfAll;
        }

        /** What to add to the logit of the agent's prior. */
        double correction(String agent) {
            return correctionOfAll
                    + abilities.getOrDefault(agent, Ability.UNKNOWN).slope().at(similarities);
        }
    }
}
