package dev.tinydancer.router.agent;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What kind of thing answers: a language model, a tool, an API, a person, or several of them together. */
public enum AgentType {
    LLM,
    TOOL,
    API,
    HUMAN,
    ENSEMBLE;

    /** The name used in SQL: the constant's name in lower case. */
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The type with the given SQL name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the valid names
     */
    public static AgentType fromSqlName(String name) {
        for (AgentType type : values()) {
            if (type.sqlName().equals(name)) {
                return type;
            }
        }
        throw new IllegalArgumentException("unknown agent_type \"" + name + "\", valid are "
                + Arrays.stream(values()).map(AgentType::sqlName).collect(Collectors.joining(", ")));
    }
}
