package dev.tinydancer.engine.reservation;

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
record Balance(Allowance allowance, @Nullable Instant end, double spent, double reserved, boolean refused) {}
