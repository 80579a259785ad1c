package dev.tinydancer.router.neural;

import static java.util.Objects.requireNonNull;

/**
 * A line or a sentence of a request, with what can be seen of it without knowing a word. Not a record, because it holds
 * arrays.
 */
public final class RequestPiece {

    /** Number of {@linkplain #outward outward features}. */
    public static final int OUTWARD_FEATURES = 8;

    private final int[] tokens;
    private final float[] outward;

    RequestPiece(int[] tokens, float[] outward) {
        this.tokens = requireNonNull(tokens, "tokens");
        this.outward = requireNonNull(outward, "outward");
    }

    /** Its tokens; not a copy. */
    public int[] tokens() {
        return tokens;
    }

    /**
     * {@code float[OUTWARD_FEATURES]}, each in [0, 1]: 1; whether it is the first, the second, the last of the request;
     * whether it ends in a question mark, in a colon; the share of its tokens that are numbers, and that are of another
     * script than the Latin one or unknown. How long it is, or the request, is not among them: a long text is not a
     * demanding one. Not a copy.
     */
    public float[] outward() {
        return outward;
    }
}
