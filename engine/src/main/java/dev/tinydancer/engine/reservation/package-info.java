/**
 * What decisions take of what can be used up: money of budgets, places at agents. The truth is in the database, where {@code
 * tiny_dancer.reserve} takes all that a decision needs or nothing. {@link dev.tinydancer.engine.reservation.ReservingRouter}
 * is the entry; it is safe for concurrent use.
 *
 * <p>An engine keeps a {@link dev.tinydancer.engine.reservation.TenantStanding} of each tenant, a little behind the truth, by
 * which it decides. A tenant without budgets and limits costs no call of the database.
 */
@NullMarked
package dev.tinydancer.engine.reservation;

import org.jspecify.annotations.NullMarked;
