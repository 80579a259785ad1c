package dev.tinydancer.router.agent;

import java.util.Map;

/**
 * How the agents of a tenant stand at a moment: what changes from request to request, while an {@link AgentRegistry}
 * changes with the catalog.
 *
 * @param standings by the agents' names; an agent that is missing is at rest
 */
public record AgentPool(Map<String, AgentStanding> standings) {

    /** A pool in which every agent is at rest. */
    public static final AgentPool AT_REST = new AgentPool(Map.of());

    public AgentPool {
        standings = Map.copyOf(standings);
    }

    /** How this agent stands. */
    public AgentStanding standingOf(Agent agent) {
        return standings.getOrDefault(agent.name(), AgentStanding.AT_REST);
    }
}
