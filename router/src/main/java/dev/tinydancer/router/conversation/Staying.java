package dev.tinydancer.router.conversation;

/**
 * What it is worth to have an agent answer because of what it has answered in the conversation before.
 *
 * @param isLast whether it gave the last answer
 * @param cachedTokens tokens of the request that it has in its cache, at least 0
 * @param savedUsd what it charges less for that, in US dollars, at least 0
 */
public record Staying(boolean isLast, int cachedTokens, double savedUsd) {

    /** Of an agent that has answered nothing. */
    public static final Staying NONE = new Staying(false, 0, 0);

    /**
     * The quality by which another agent must be better, in [0, 1]: less than predictions err by, so that a switch is more
     * than noise, and no more than a change of style and of what an agent remembers is worth.
     */
    private static final double MARGIN = 0.02;

    public Staying {
        if (cachedTokens < 0) {
            throw new IllegalArgumentException("cachedTokens must be at least 0, got " + cachedTokens);
        }
        if (!(savedUsd >= 0 && savedUsd < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("savedUsd must be a finite number of at least 0, got " + savedUsd);
        }
    }

    /** What consistency is worth, in points of quality in [0, 1]. */
    public double margin() {
        return isLast ? MARGIN : 0;
    }
}
