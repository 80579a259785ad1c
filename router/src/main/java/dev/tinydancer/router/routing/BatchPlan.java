package dev.tinydancer.router.routing;

import java.util.List;
import java.util.Optional;

/**
 * Which agent answers each request of a batch.
 *
 * @param agents in the order of the requests; nothing for a request that no agent fits, and for one that the bound on the
 *     sum of costs leaves no money for
 * @param totalCostUsd the expected cost of all answered requests, in US dollars
 * @param meanQuality the mean expected quality of the answered requests, in [0, 1]; NaN if none are answered
 * @param qualityReached whether the mean quality that was asked for is reached; true where none was
 */
public record BatchPlan(
        List<Optional<AgentAssessment>> agents, double totalCostUsd, double meanQuality, boolean qualityReached) {

    public BatchPlan {
        agents = List.copyOf(agents);
    }

    /** How many requests are answered. */
    public int answered() {
        return Math.toIntExact(agents.stream().filter(Optional::isPresent).count());
    }
}
