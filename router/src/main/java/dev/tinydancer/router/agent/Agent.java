package dev.tinydancer.router.agent;

import static java.util.Objects.requireNonNull;

/**
 * Something that can answer requests, as it stands in the catalog.
 *
 * @param name unique in its tenant, 1 to {@value #MAX_NAME_LENGTH} characters
 * @param active whether it takes part in routing
 */
public record Agent(
        String name,
        AgentType type,
        Capabilities capabilities,
        CostModel costModel,
        AgentPerformance performance,
        boolean active) {

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
    }
}
