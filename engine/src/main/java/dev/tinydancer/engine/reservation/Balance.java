package dev.tinydancer.engine.reservation;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much of an allowance is used.
 *
 * @param end when it begins anew; null for never
 * @param spent US dollars that are gone
 * @param reserved US dollars, or requests, that are held
 * @param refused whether it did not suffice for the claim that was made
 */
record Balance(Allowance allowance, @Nullable Instant end, double spent, double reserved, boolean refused) {

    static Balance unused(Allowance allowance) {
        return new Balance(allowance, null, 0, 0, false);
    }

    /** Whether this says nothing of now, because the allowance has begun anew. */
    boolean isOver(Instant now) {
        return end != null && !now.isBefore(end);
    }

    /** With so much more reserved. Exact in decimals, as PostgreSQL counts: ten dimes are a dollar. */
    Balance withReserved(double need) {
        double more = BigDecimal.valueOf(reserved).add(BigDecimal.valueOf(need)).doubleValue();
        return new Balance(allowance, end, spent, more, refused);
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
