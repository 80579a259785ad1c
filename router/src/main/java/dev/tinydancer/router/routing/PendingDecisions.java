package dev.tinydancer.router.routing;

import java.util.HashMap;
import java.util.Map;

/**
 * Decisions that are made together and that nobody has been told of yet: those after them try agents out as if they had.
 * For one thread.
 */
public final class PendingDecisions {

    private final Map<String, Integer> byAgent = new HashMap<>();
    private double trialUsd;
    private int size;

    /** None yet. */
    public PendingDecisions() {}

    /** A decision has been made for this agent. */
    public void add(String agent) {
        byAgent.merge(agent, 1, Integer::sum);
        size++;
    }

    /** A decision has been made; what it costs to try an agent out is spent. */
    public void add(RoutingDecision decision) {
        add(decision.chosen().agent().name());
        if (decision.isTrial()) {
            trialUsd += decision.chosen().prospect().costUsd();
        }
    }

    /** All of them are made anew. */
    public void clear() {
        byAgent.clear();
        trialUsd = 0;
        size = 0;
    }

    /** How many there are. */
    int size() {
        return size;
    }

    /** How many of them are for this agent. */
    int of(String agent) {
        return byAgent.getOrDefault(agent, 0);
    }

    /** What those that try agents out are expected to cost together, in US dollars. */
    double trialUsd() {
        return trialUsd;
    }
}
