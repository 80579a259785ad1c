package dev.tinydancer.router.budget;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How often the amount of a budget is there anew. The database knows the borders. */
public enum BudgetPeriod {
    HOUR,
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR,
    /** Once and for all. */
    TOTAL;

    /** The name used in SQL: the constant's name in lower case. */
    public String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The period with the given SQL name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the valid names
     */
    public static BudgetPeriod fromSqlName(String name) {
        for (BudgetPeriod period : values()) {
            if (period.sqlName().equals(name)) {
                return period;
            }
        }
        throw new IllegalArgumentException("unknown period \"" + name + "\", valid are "
                + Arrays.stream(values()).map(BudgetPeriod::sqlName).collect(Collectors.joining(", ")));
    }
}
