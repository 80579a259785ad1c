package dev.tinydancer.router.agent;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Whether an agent's latest answers allow it to be asked. The rule itself is where outcomes are recorded. */
public enum Circuit {
    /** It may be asked. */
    CLOSED,
    /** It has failed too often, and rests. */
    OPEN,
    /** It has rested, and a share of the requests may try it. */
    HALF_OPEN;

    /** The name used in SQL: the constant's name in lower case. */
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The circuit with the given SQL name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the valid names
     */
    public static Circuit fromSqlName(String name) {
        for (Circuit circuit : values()) {
            if (circuit.sqlName().equals(name)) {
                return circuit;
            }
        }
        throw new IllegalArgumentException("unknown circuit \"" + name + "\", valid are "
                + Arrays.stream(values()).map(Circuit::sqlName).collect(Collectors.joining(", ")));
    }
}
