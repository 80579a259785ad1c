package dev.tinydancer.router.embedding;

import static java.util.Objects.requireNonNull;

/** The tokens of a text, and where its lines begin among them. Not a record, because it holds arrays. */
public final class TokenizedText {

    private final int[] tokens;
    private final int[] lineStarts;

    /**
     * @param tokens numbers from a {@link WordPieceTokenizer}; kept, not copied
     * @param lineStarts place of the first token of each line that has one, ascending, the first being 0; kept, not copied
     */
    public TokenizedText(int[] tokens, int[] lineStarts) {
        this.tokens = requireNonNull(tokens, "tokens");
        this.lineStarts = requireNonNull(lineStarts, "lineStarts");
        for (int i = 0; i < lineStarts.length; i++) {
            if (lineStarts[i] >= tokens.length || lineStarts[i] < (i == 0 ? 0 : lineStarts[i - 1] + 1)) {
                throw new IllegalArgumentException(
                        "line " + i + " of " + tokens.length + " tokens cannot begin at " + lineStarts[i]);
            }
        }
    }

    /** All tokens; not a copy. */
    public int[] tokens() {
        return tokens;
    }

    /** Number of tokens. */
    public int length() {
        return tokens.length;
    }

    /** Place of the first token of each line; lines without a token are left out; not a copy. */
    public int[] lineStarts() {
        return lineStarts;
    }
}
