package dev.tinydancer.router.routing;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Shares requests between agents of which none is better: registered alike, and what is expected of them for the request
 * differs by no more than predictions err.
 *
 * <p>The one that the conversation is with keeps it. Otherwise the one with the fewest requests in flight is chosen; between those that have as many, the hash of decision and name,
 * so that each has the same share in the long run, and a repeated decision meets the same agent (Thaler and Ravishankar,
 * "Using name-based mappings to increase hit rates", 1998).
 */
final class EqualAgents {

    /** Latencies that differ by less are the same: the experience of an agent's latency is no finer. */
    private static final double SAME_LATENCY = 1.1;

    /** The same for costs, which follow from the expected length of the answer. */
    private static final double SAME_COST = 1.1;

    private EqualAgents() {}

    /**
     * The agent that takes the request.
     *
     * @param probability that it was this one of those that might have taken it, in (0, 1]
     */
    record Choice(AgentAssessment agent, double probability) {}

    /** The agent among the equals of the first that takes the request. */
    static Choice choose(List<AgentAssessment> ranking, Situation situation) {
        AgentAssessment first = ranking.getFirst();
        List<AgentAssessment> equals =
                ranking.stream().filter(other -> areEqual(first, other)).toList();
        if (equals.size() == 1) {
            return new Choice(first, 1);
        }
        for (AgentAssessment equal : equals) {
            if (equal.staying().isLast()) {
                return new Choice(equal, 1);
            }
        }
        int least = equals.stream()
                .mapToInt(each -> situation.standingOf(each.agent()).inFlight())
                .min()
                .orElseThrow();
        List<AgentAssessment> idlest = equals.stream()
                .filter(each -> situation.standingOf(each.agent()).inFlight() == least)
                .toList();
        UUID decisionId = situation.decisionId();
        return decisionId == null
                ? new Choice(idlest.getFirst(), 1)
                : new Choice(
                        idlest.stream()
                                .min(Comparator.comparingLong(each ->
                                        Lot.of(decisionId, each.agent().name().hashCode())))
                                .orElseThrow(),
                        1.0 / idlest.size());
    }

    /** Whether neither of two is better. */
    static boolean areEqual(AgentAssessment a, AgentAssessment b) {
        return a.agent().isTwinOf(b.agent())
                && ratio(a.prospect().costUsd(), b.prospect().costUsd()) <= SAME_COST
                && ratio(a.prospect().latencyMillis(), b.prospect().latencyMillis()) <= SAME_LATENCY
                && Math.abs(a.quality().mean() - b.quality().mean())
                        <= Math.hypot(
                                a.quality().standardDeviation(), b.quality().standardDeviation());
    }

    private static double ratio(double a, double b) {
        return a == b ? 1 : Math.max(a, b) / Math.min(a, b);
    }
}
