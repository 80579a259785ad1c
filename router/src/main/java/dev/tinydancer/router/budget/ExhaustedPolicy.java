package dev.tinydancer.router.budget;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What happens when the rest of a budget does not suffice. */
public enum ExhaustedPolicy {
    /** An agent that is dearer than the rest is out of the question. */
    REJECT,
    /** Quality no longer counts: the cheapest agent answers, beyond the budget if need be. */
    CHEAPEST;

    /** The name used in SQL: the constant's name in lower case. */
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The policy with the given SQL name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the valid names
     */
    public static ExhaustedPolicy fromSqlName(String name) {
        for (ExhaustedPolicy policy : values()) {
            if (policy.sqlName().equals(name)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("unknown on_exhausted \"" + name + "\", valid are "
                + Arrays.stream(values()).map(ExhaustedPolicy::sqlName).collect(Collectors.joining(", ")));
    }
}
