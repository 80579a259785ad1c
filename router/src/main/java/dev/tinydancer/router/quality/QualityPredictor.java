package dev.tinydancer.router.quality;

import dev.tinydancer.router.agent.Agent;
import java.util.List;

/** Predicts how well an agent will answer a request. Implementations are immutable or safe for concurrent use. */
@FunctionalInterface
public interface QualityPredictor {

    /** The estimate for this request and this agent. */
    QualityEstimate predict(RequestFeatures request, Agent agent);

    /**
     * The estimates for this request and each of the agents, in their order. The same values as {@link #predict} one by
     * one; predictors that look at recorded outcomes do so once for all agents, so a router calls this form.
     */
    default List<QualityEstimate> predictAll(RequestFeatures request, List<Agent> agents) {
        return agents.stream().map(agent -> predict(request, agent)).toList();
    }
}
