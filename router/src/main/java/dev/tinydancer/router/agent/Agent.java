package dev.tinydancer.router.agent;

import static java.util.Objects.requireNonNull;

/**
 * Something that can answer requests, as it stands in the catalog.
 *
 * @param name unique in its tenant, 1 to {@value #MAX_NAME_LENGTH} characters
 * @param active whether it takes part in routing
 * @param maxConcurrency how many requests it takes at a time, at least 1; {@link #UNLIMITED} for no limit
 */
public record Agent(
        String name,
        AgentType type,
        Capabilities capabilities,
        CostModel costModel,
        AgentPerformance performance,
        boolean active,
        int maxConcurrency) {

    /** The {@code maxConcurrency} of an agent that takes any number of requests at a time. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    public static final int MAX_NAME_LENGTH = 200;

    public Agent {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(capabilities, "capabilities");
        requireNonNull(costModel, "costModel");
        requireNonNull(performance, "performance");
        if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "name must have 1 to " + MAX_NAME_LENGTH + " characters, got " + name.length());
        }
        if (maxConcurrency < 1) {
            throw new IllegalArgumentException("maxConcurrency must be at least 1, got " + maxConcurrency);
        }
    }

    /** An agent that takes any number of requests at a time. */
    public Agent(
            String name,
            AgentType type,
            Capabilities capabilities,
            CostModel costModel,
            AgentPerformance performance,
            boolean active) {
        this(name, type, capabilities, costModel, performance, active, UNLIMITED);
    }

    /** Whether the number of requests that it takes at a time is limited. */
    public boolean isLimited() {
        return maxConcurrency != UNLIMITED;
    }

    /** Whether the other agent is registered as this one is, but for its name and how many requests it takes. */
    public boolean isTwinOf(Agent other) {
        return costModel.equals(other.costModel)
                && performance.equals(other.performance)
                && type == other.type
                && capabilities.equals(other.capabilities);
    }
}
