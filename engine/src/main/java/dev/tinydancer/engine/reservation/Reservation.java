package dev.tinydancer.engine.reservation;

import dev.tinydancer.router.routing.AgentAssessment;
import java.util.List;
import java.util.UUID;

/**
 * What a decision needs of allowances, as {@code tiny_dancer.reserve} takes it in JSON.
 *
 * @param cost the estimate, US dollars
 * @param latencyMs the estimate; how long the decision may be in flight depends on it
 * @param logged whether the decision will be in the log
 */
record Reservation(UUID decisionId, String agent, double cost, double latencyMs, boolean logged, List<Claim> claims) {

    static Reservation of(UUID decisionId, AgentAssessment chosen, boolean logged, List<Claim> claims) {
        return new Reservation(
                decisionId,
                chosen.agent().name(),
                chosen.prospect().costUsd(),
                chosen.prospect().latencyMillis(),
                logged,
                claims);
    }
}
