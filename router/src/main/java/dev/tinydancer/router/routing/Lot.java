package dev.tinydancer.router.routing;

import java.util.UUID;

/** Numbers that look random and follow from a decision's id, so that a call that is repeated decides as before. */
final class Lot {

    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private Lot() {}

    /**
     * Whether the decision is one of a share.
     *
     * @param purpose as for {@link #of}
     * @param share of all decisions, in [0, 1]
     */
    static boolean falls(UUID decisionId, int purpose, double share) {
        return (of(decisionId, purpose) >>> 11) * 0x1p-53 < share;
    }

    /**
     * All 64 bits are equally good.
     *
     * @param purpose what else the number depends on, such as an agent's hash
     */
    static long of(UUID decisionId, int purpose) {
        long bits =
                decisionId.getLeastSignificantBits() ^ decisionId.getMostSignificantBits() ^ (purpose * GOLDEN_RATIO);
        // The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
        bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
        return bits ^ (bits >>> 31);
    }
}
