package dev.tinydancer.router.agent;

import java.util.Map;

/**
 * How the agents of a tenant stand at a moment: what changes from request to request, while an {@link AgentRegistry}
 * changes with the catalog.
 *
 * @param standings by the agents' names; an agent that is missing is at rest
 * @param asksLastResort whether, when the circuit of every agent that fits is open, the one is asked all the same whose rest
 *     ends first; otherwise nobody is
 */
public record AgentPool(Map<String, AgentStanding> standings, boolean asksLastResort) {

    /** A pool in which every agent is at rest. */
    public static final AgentPool AT_REST = new AgentPool(Map.of());

    public AgentPool {
        standings = Map.copyOf(standings);
    }

    /** A pool in which circuits keep no request from being answered. */
    public AgentPool(Map<String, AgentStanding> standings) {
        this(standings, true);
    }

    /** How this agent stands. */
    public AgentStanding standingOf(Agent agent) {
        return standings.getOrDefault(agent.name(), AgentStanding.AT_REST);
    }
}
