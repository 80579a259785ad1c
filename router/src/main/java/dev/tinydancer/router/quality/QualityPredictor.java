package dev.tinydancer.router.quality;

import dev.tinydancer.router.agent.Agent;

/** Predicts how well an agent will answer a request. Implementations are immutable or safe for concurrent use. */
@FunctionalInterface
public interface QualityPredictor {

    /** The estimate for this request and this agent. */
    QualityEstimate predict(RequestFeatures request, Agent agent);
}
