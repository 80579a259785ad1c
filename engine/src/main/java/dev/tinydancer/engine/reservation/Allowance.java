package dev.tinydancer.engine.reservation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.catalog.Budget;
import dev.tinydancer.router.agent.Agent;
import java.util.Locale;

/**
 * Something that can be used up; {@code tiny_dancer.allowance} has a row of it for each period.
 *
 * @param scope the scope of the budget, or the name of the agent
 * @param period of the budget, in SQL's word; {@value #NO_PERIOD} for what has none
 */
record Allowance(Kind kind, String scope, String period) {

    private static final String NO_PERIOD = "total";

    /** What is used up. */
    enum Kind {
        BUDGET,
        PLACES;

        String sqlName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind fromSqlName(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    Allowance {
        requireNonNull(kind, "kind");
        requireNonNull(scope, "scope");
        requireNonNull(period, "period");
    }

    static Allowance of(Budget budget) {
        return new Allowance(Kind.BUDGET, budget.scope().toString(), budget.period());
    }

    /** How many requests an agent takes at a time. */
    static Allowance placesAt(Agent agent) {
        return new Allowance(Kind.PLACES, agent.name(), NO_PERIOD);
    }
}
