package dev.tinydancer.router.agent;

/**
 * An agent that can do about what was asked for.
 *
 * @param capability the agent's capability that comes nearest
 * @param similarity its similarity to what was asked for, in [0, 1]; 1 for the same word
 */
public record CapabilityMatch(Agent agent, String capability, double similarity) {}
