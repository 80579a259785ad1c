package dev.tinydancer.router.quality;

import dev.tinydancer.router.agent.Agent;

/** Predicts what an agent's answer to a request will take. Implementations are immutable or safe for concurrent use. */
@FunctionalInterface
public interface EffortPredictor {

    /** The expected latency and length of the answer of this agent to this request. */
    EffortEstimate predict(RequestFeatures request, Agent agent);
}
