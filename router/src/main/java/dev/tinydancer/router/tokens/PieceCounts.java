package dev.tinydancer.router.tokens;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many tokens the pieces have that were met lately: 512 KB, no locks. Threads that write at once may overwrite each
 * other, after which a piece is counted anew.
 */
final class PieceCounts {
    /*
     * Two slots for each piece: an entry holds the upper 48 bits of the piece's hash, by which it is known, and its count.
     */

    /** What {@link #get} says of a piece that is not remembered. */
    static final int UNKNOWN = 0;

    /** More than a piece has tokens. */
    static final int MOST = 0xFFFF;

    private static final int SLOTS = 1 << 16;

    private final AtomicLongArray entries = new AtomicLongArray(SLOTS);

    /** The tokens of the piece with this hash, at least 1; {@link #UNKNOWN} if they are not remembered. */
    int get(long hash) {
        int slot = slot(hash);
        long entry = entries.getOpaque(slot);
        if ((entry ^ hash) >>> 16 == 0) {
            return (int) entry & MOST;
        }
        entry = entries.getOpaque(slot ^ 1);
        return (entry ^ hash) >>> 16 == 0 ? (int) entry & MOST : UNKNOWN;
    }

    /** Remembers a piece, in place of the older one of the two that share its slots. */
    void put(long hash, int count) {
        int slot = slot(hash);
        entries.setOpaque(slot ^ 1, entries.getOpaque(slot));
        entries.setOpaque(slot, (hash & ~MOST) | count);
    }

    /** By the lowest bits, which an entry does not hold. */
    private static int slot(long hash) {
        return (int) hash & (SLOTS - 1);
    }
}
