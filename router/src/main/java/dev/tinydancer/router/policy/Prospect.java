package dev.tinydancer.router.policy;

/**
 * What choosing one agent for one request is expected to bring.
 *
 * @param quality probability of a good answer, in [0, 1]
 * @param costUsd cost of this request in US dollars, at least 0
 * @param latencyMillis time to the answer in milliseconds, at least 0
 */
public record Prospect(double quality, double costUsd, double latencyMillis) {

    public Prospect {
        if (!(quality >= 0 && quality <= 1)) {
            throw new IllegalArgumentException("quality must be in [0, 1], got " + quality);
        }
        if (!(costUsd >= 0)) {
            throw new IllegalArgumentException("costUsd must be at least 0, got " + costUsd);
        }
        if (!(latencyMillis >= 0)) {
            throw new IllegalArgumentException("latencyMillis must be at least 0, got " + latencyMillis);
        }
    }

    /** The same for less money, by at least 0 US dollars; never for less than nothing. */
    public Prospect cheaperBy(double usd) {
        return usd == 0 ? this : new Prospect(quality, Math.max(0, costUsd - usd), latencyMillis);
    }
}
