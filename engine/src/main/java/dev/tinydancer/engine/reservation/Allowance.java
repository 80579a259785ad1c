package dev.tinydancer.engine.reservation;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.engine.catalog.Budget;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.budget.BudgetPeriod;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How much is used of something that can be used up: a row of {@code tiny_dancer.allowance}.
 *
 * @param key what can be used up
 * @param end when it begins anew; null for never
 * @param spent US dollars that are gone
 * @param reserved US dollars, or requests, that are held
 * @param refused whether it did not suffice for the claim that was made
 */
record Allowance(Key key, @Nullable Instant end, double spent, double reserved, boolean refused) {

    /** What is used up. */
    enum Kind {
        BUDGET,
        PLACES;

        static Kind fromSqlName(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * Something that can be used up; there is an allowance of it for each period.
     *
     * @param scope the scope of the budget, or the name of the agent
     * @param period of the budget; {@code TOTAL} for what has none
     */
    record Key(Kind kind, String scope, BudgetPeriod period) {

        Key {
            requireNonNull(kind, "kind");
            requireNonNull(scope, "scope");
            requireNonNull(period, "period");
        }

        static Key of(Budget budget) {
            return new Key(Kind.BUDGET, budget.scope().toString(), budget.period());
        }

        /** How many requests an agent takes at a time. */
        static Key placesAt(Agent agent) {
            return new Key(Kind.PLACES, agent.name(), BudgetPeriod.TOTAL);
        }
    }

    Allowance {
        requireNonNull(key, "key");
    }

    static Allowance unused(Key key) {
        return new Allowance(key, null, 0, 0, false);
    }

    /** Whether this says nothing of now, because the allowance has begun anew. */
    boolean isOver(Instant now) {
        return end != null && !now.isBefore(end);
    }

    /** With so much more reserved. Exact in decimals, as PostgreSQL counts: ten dimes are a dollar. */
    Allowance withReserved(double need) {
        double more = BigDecimal.valueOf(reserved).add(BigDecimal.valueOf(need)).doubleValue();
        return new Allowance(key, end, spent, more, refused);
    }

    /** Whether a capacity has room for so much more. */
    boolean leaves(double need, double capacity) {
        return BigDecimal.valueOf(spent)
                        .add(BigDecimal.valueOf(reserved))
                        .add(BigDecimal.valueOf(need))
                        .compareTo(BigDecimal.valueOf(capacity))
                <= 0;
    }
}
