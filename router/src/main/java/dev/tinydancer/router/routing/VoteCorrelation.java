package dev.tinydancer.router.routing;

import dev.tinydancer.router.agent.Agent;
import java.util.HashSet;
import java.util.Set;

/** How much two agents err together. Implementations are symmetric and safe for concurrent use. */
@FunctionalInterface
public interface VoteCorrelation {

    /** The correlation of agents that have nothing in common. */
    double OF_STRANGERS = 0.4;

    /** The correlation of agents of one type with the same capabilities. */
    double OF_TWINS = 0.6;

    /**
     * The usual correlation: {@value #OF_STRANGERS} for agents that have nothing in common, up to {@value #OF_TWINS} for
     * agents of one type with the same capabilities.
     *
     * <p>In the outcomes of 11 models on RouterBench and 9 of LLMRouter, right answers of two models correlate by 0.1 to
     * 0.5 within one data set. The probability of a majority of three or five of them is predicted best with 0.4 to 0.6,
     * with about half the error of votes taken as independent. Models of one provider correlate hardly more than others (0.41
     * against 0.37, and 0.30 against 0.30), so the provider does not enter.
     */
    VoteCorrelation USUAL = (a, b) -> OF_STRANGERS + (OF_TWINS - OF_STRANGERS) * overlap(a, b);

    /** The correlation of right answers to requests of equal difficulty, in [0, 1]. */
    double between(Agent a, Agent b);

    private static double overlap(Agent a, Agent b) {
        Set<String> all = new HashSet<>(a.capabilities().words());
        all.addAll(b.capabilities().words());
        if (a.type() != b.type() || all.isEmpty()) {
            return 0;
        }
        int common = a.capabilities().words().size() + b.capabilities().words().size() - all.size();
        return (double) common / all.size();
    }
}
