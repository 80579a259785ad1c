package dev.tinydancer.router.routing;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * What requests that try agents out may cost together on one day, by the calendar of UTC. Kept in memory: it begins anew
 * with the process. Safe for concurrent use.
 */
public final class TrialBudget {

    private final double usdPerDay;
    private final InstantSource clock;
    private volatile Spent spent = new Spent(LocalDate.MIN, 0);

    private record Spent(LocalDate day, double usd) {}

    /** @param usdPerDay in US dollars, at least 0; infinite for no bound */
    public TrialBudget(double usdPerDay, InstantSource clock) {
        if (!(usdPerDay >= 0)) {
            throw new IllegalArgumentException("usdPerDay must be at least 0, got " + usdPerDay);
        }
        this.usdPerDay = usdPerDay;
        this.clock = requireNonNull(clock, "clock");
    }

    /** What is left of today's, in US dollars, at least 0. */
    public double remainingUsd() {
        if (usdPerDay == Double.POSITIVE_INFINITY) {
            return usdPerDay;
        }
        Spent known = spent;
        return known.day().equals(today()) ? Math.max(0, usdPerDay - known.usd()) : usdPerDay;
    }

    /** Whether something of today's is spent. */
    public boolean isTouched() {
        Spent known = spent;
        return known.usd() > 0 && known.day().equals(today());
    }

    /** A request that tries an agent out is expected to cost so much. */
    public synchronized void spend(double usd) {
        LocalDate today = today();
        spent = new Spent(today, (spent.day().equals(today) ? spent.usd() : 0) + usd);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
