package dev.tinydancer.router.quality;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.quality.OutcomeIndex.Entry;
import dev.tinydancer.router.quality.OutcomeIndex.Place;
import dev.tinydancer.router.vector.Logistic;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Predicted quality as learned from a set of outcomes and those that came since. One thread at a time adds; any number may
 * predict meanwhile.
 */
final class LearnedQuality {
    /*
     * The estimate for a request x and an agent a is the mean of a Beta posterior,
     *
     *     m = (S·p + Σ w (p + r)) / (S + Σ w)  =  p + Σ w r / (S + Σ w),
     *
     * where p = σ(prior(a, x) + correction(a, x)) is what is known of the agent in general, worth S outcomes; the sum is over
     * the agent's outcomes on similar requests, w being their similarity and age, and r how much better an answer was than
     * had been predicted without it. Were p the same for all requests this would be the usual (S·p + good) / (S + n); the
     * residuals carry an outcome over from the request that it was seen on to the one at hand.
     */

    /** How many outcomes on similar requests the general knowledge of an agent is worth. */
    private static final double STRENGTH = 3;

    /** What an outcome on whatever request adds to the certainty of an estimate, in outcomes on similar requests. */
    private static final double GENERAL_OUTCOME = 0.1;

    /** No evidence makes an answer certain to be good or bad. */
    private static final double LEAST_PROBABILITY = 0.005;

    private final ItemResponsePrior prior;
    private final Fading fading;
    private final Map<String, KnownAgent> agents;
    private final AbilityModel abilities;
    private final OutcomeIndex index;
    private final OutcomeTail recent;

    /**
     * An agent as it was when its outcomes were learned from.
     *
     * @param slot its number among the known agents
     */
    record KnownAgent(Agent agent, int slot) {}

    LearnedQuality(
            ItemResponsePrior prior,
            Fading fading,
            Map<String, KnownAgent> agents,
            AbilityModel abilities,
            OutcomeIndex index) {
        this(prior, fading, agents, abilities, index, new OutcomeTail());
    }

    private LearnedQuality(
            ItemResponsePrior prior,
            Fading fading,
            Map<String, KnownAgent> agents,
            AbilityModel abilities,
            OutcomeIndex index,
            OutcomeTail recent) {
        this.prior = prior;
        this.fading = fading;
        this.agents = Map.copyOf(agents);
        this.abilities = abilities;
        this.index = index;
        this.recent = recent;
    }

    /**
     * The same with agents that are new, or registered with other figures, so that their outcomes can be added. The two share
     * what has been added and what will be; agents that are not among the given stay known.
     */
    LearnedQuality knowing(Collection<Agent> current) {
        Map<String, KnownAgent> known = new HashMap<>(agents);
        for (Agent agent : current) {
            KnownAgent before = known.get(agent.name());
            known.put(agent.name(), new KnownAgent(agent, before == null ? known.size() : before.slot()));
        }
        return new LearnedQuality(prior, fading, known, abilities, index, recent);
    }

    /** Takes an outcome into account; null if its agent is not known, so that nothing can be learned from it yet. */
    @Nullable
    Place add(RecordedOutcome outcome) {
        KnownAgent known = agents.get(outcome.agent());
        if (known == null) {
            return null;
        }
        RequestVector vector = RequestVector.of(outcome);
        double predicted = general(
                known.agent(),
                outcome.categories(),
                outcome.difficulty(),
                abilities.request(vector, outcome.difficulty()));
        return recent.append(new Entry(
                outcome.embedding(),
                known.slot(),
                outcome.good(),
                outcome.good() - predicted,
                fading.weight(outcome.recordedAt())));
    }

    /** The estimates for the agents, in their order. */
    List<QualityEstimate> predict(RequestFeatures request, List<Agent> candidates, Instant now) {
        RequestVector vector = RequestVector.of(request);
        AbilityModel.Request seen = abilities.request(vector, request.difficulty());
        EvidenceSums similar = new EvidenceSums(agents.size());
        QuantizedEmbedding code = QuantizedEmbedding.of(request.embedding());
        index.addTo(similar, code);
        recent.addTo(similar, code);
        double scale = fading.scale(now);
        List<QualityEstimate> estimates = new ArrayList<>(candidates.size());
        for (Agent agent : candidates) {
            double general = general(agent, request.categories(), request.difficulty(), seen);
            KnownAgent known = agents.get(agent.name());
            double generalOutcomes = scale * abilities.outcomes(agent.name());
            estimates.add(
                    known == null
                            ? estimate(general, generalOutcomes, 0, 0, 0)
                            : estimate(
                                    general,
                                    generalOutcomes,
                                    scale * similar.weight(known.slot()),
                                    scale * similar.good(known.slot()),
                                    scale * similar.residual(known.slot())));
        }
        return estimates;
    }

    /** What is known of the agent in general: p of the note above. */
    private double general(
            Agent agent, Map<String, Double> categories, double difficulty, AbilityModel.Request request) {
        return Logistic.probability(prior.logit(agent, categories, difficulty) + request.correction(agent.name()));
    }

    private static QualityEstimate estimate(
            double general, double generalOutcomes, double similar, double good, double residual) {
        double mean = clamp(general + residual / (STRENGTH + similar));
        double certainty = ItemResponsePrior.STRENGTH + GENERAL_OUTCOME * generalOutcomes + similar;
        return new QualityEstimate(
                mean, Math.sqrt(mean * (1 - mean) / (certainty + 1)), similar, Math.min(good, similar));
    }

    private static double clamp(double probability) {
        return Math.clamp(probability, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
    }
}
