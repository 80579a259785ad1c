package dev.tinydancer.router.quality;

import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentType;
import dev.tinydancer.router.agent.GeneralModels;
import dev.tinydancer.router.vector.Logistic;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What can be said of an agent before it has answered anything: item response theory, P = σ(θ - δ), with the ability θ
 * from the agent's registered quality score and how well its capabilities cover the request's category, and the difficulty
 * δ from what the text of the request asks for, see {@link RequestFeatures#difficulty}.
 *
 * <p>Rasch, Probabilistic Models for Some Intelligence and Attainment Tests, 1960. Safe for concurrent use.
 */
final class ItemResponsePrior implements QualityPredictor {

    /** An agent registered as perfect, or as useless, is still believed to fail, or to succeed, this often. */
    private static final double LEAST_PROBABILITY = 0.01;

    /** How many outcomes the registered figures are worth. */
    static final double STRENGTH = 8;

    /** What a model or a person loses, in logits, on a request that it does not serve at all: both can do more than they say. */
    private static final double MISFIT_PENALTY = 1.5;

    /** What a tool or an API loses there, which does what it says and nothing else. */
    private static final double TOOL_MISFIT_PENALTY = 4;

    private final CapabilityFit fit = new CapabilityFit();

    /** Which models are general ones, by their names: agents are few, and asked about for each request. */
    private final Map<String, Boolean> generals = new ConcurrentHashMap<>();

    private ItemResponsePrior() {}

    /** What the router starts from. */
    static ItemResponsePrior standard() {
        return new ItemResponsePrior();
    }

    @Override
    public QualityEstimate predict(RequestFeatures request, Agent agent) {
        double mean = Logistic.probability(logit(agent, request.categories(), request.difficulty()));
        return new QualityEstimate(mean, Math.sqrt(mean * (1 - mean) / (STRENGTH + 1)), 0, 0);
    }

    /** θ - δ: the logit of a good answer of the agent to a request of these category probabilities and this difficulty. */
    double logit(Agent agent, Map<String, Double> categories, double difficulty) {
        double quality = Math.clamp(agent.performance().qualityScore(), LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
        double misfit = misfitPenalty(agent.type()) * (1 - fit.of(categories, agent.capabilities(), isGeneral(agent)));
        return Logistic.logit(quality) - misfit - difficulty;
    }

    /** Language models of the great families do what is asked, whatever their owners think them best for. */
    private boolean isGeneral(Agent agent) {
        return agent.type() == AgentType.LLM && generals.computeIfAbsent(agent.model(), GeneralModels::include);
    }

    private static double misfitPenalty(AgentType type) {
        return switch (type) {
            case LLM, HUMAN, ENSEMBLE -> MISFIT_PENALTY;
            case TOOL, API -> TOOL_MISFIT_PENALTY;
        };
    }
}
