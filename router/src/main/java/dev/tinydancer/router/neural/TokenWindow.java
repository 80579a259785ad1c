package dev.tinydancer.router.neural;

/**
 * The tokens of a request that the classifier reads: the first and the last, because what is asked for stands at either
 * end of a text and rarely in the middle of a long passage.
 *
 * @param head number of tokens kept from the start, at least 1
 * @param tail number of tokens kept from the end, at least 0
 */
public record TokenWindow(int head, int tail) {

    public TokenWindow {
        Numbers.requirePositive("head", head);
        if (tail < 0) {
            throw new IllegalArgumentException("tail must be at least 0, got " + tail);
        }
    }

    /** Most tokens that the window lets through. */
    public int size() {
        return head + tail;
    }

    /** The tokens within the window; the same array if all are. */
    public int[] cut(int[] tokens) {
        if (tokens.length <= size()) {
            return tokens;
        }
        int[] cut = new int[size()];
        System.arraycopy(tokens, 0, cut, 0, head);
        System.arraycopy(tokens, tokens.length - tail, cut, head, tail);
        return cut;
    }
}
