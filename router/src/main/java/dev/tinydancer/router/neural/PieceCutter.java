package dev.tinydancer.router.neural;

import dev.tinydancer.router.embedding.TokenizedText;
import dev.tinydancer.router.embedding.WordPieceTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Cuts a request into lines and sentences, so that what is asked for can be told from what it is asked about, wherever the
 * one and the other stand. Immutable.
 */
public final class PieceCutter {

    /** A shorter sentence is one with the next: "e.g." and "3.5" end none. */
    private static final int SHORTEST_SENTENCE = 6;

    private static final int LONGEST_PIECE = 32;

    /** Fewer tokens at the end of a line belong to the piece before. */
    private static final int SHORTEST_REST = 3;

    /** Of a request with more, the middle is left out. */
    private static final int MOST_PIECES = 1_000;

    private static final Pattern SENTENCE_END = Pattern.compile("[.?!:;。？！।؟]");
    private static final Pattern QUESTION_MARK = Pattern.compile("[?？؟]");
    private static final Pattern NUMBER = Pattern.compile("(##)?\\d+");
    private static final String CONTINUATION = "##";
    private static final String UNKNOWN = "[UNK]";

    /** The last letter of the blocks Latin-1, Latin Extended-A and Latin Extended-B. */
    private static final int LAST_LATIN = 0x24F;

    private static final int ENDS = 1;
    private static final int ASKS = 2;
    private static final int INTRODUCES = 4;
    private static final int COUNTS = 8;
    private static final int FOREIGN = 16;

    private final byte[] traits;

    /** A cutter for the tokens of a tokenizer. */
    public PieceCutter(WordPieceTokenizer tokenizer) {
        List<String> vocabulary = tokenizer.vocabulary();
        traits = new byte[vocabulary.size()];
        for (int token = 0; token < traits.length; token++) {
            traits[token] = traits(vocabulary.get(token));
        }
    }

    private static byte traits(String token) {
        int traits = SENTENCE_END.matcher(token).matches() ? ENDS : 0;
        traits |= QUESTION_MARK.matcher(token).matches() ? ASKS : 0;
        traits |= token.equals(":") ? INTRODUCES : 0;
        traits |= NUMBER.matcher(token).matches() ? COUNTS : 0;
        String letters = token.startsWith(CONTINUATION) ? token.substring(CONTINUATION.length()) : token;
        boolean foreign = token.equals(UNKNOWN)
                || letters.codePoints().anyMatch(letter -> letter > LAST_LATIN && Character.isLetter(letter));
        return (byte) (foreign ? traits | FOREIGN : traits);
    }

    /** How many tokens it knows. */
    int vocabulary() {
        return traits.length;
    }

    /**
     * The pieces of a text in their order; one without tokens for a text that has none.
     *
     * @throws IllegalArgumentException if a token is not in the vocabulary
     */
    public List<RequestPiece> cut(TokenizedText text) {
        int[] ends = ends(text);
        int pieces = ends.length;
        List<RequestPiece> cut = new ArrayList<>(Math.min(pieces, MOST_PIECES));
        for (int piece = 0; piece < pieces; piece++) {
            if (pieces > MOST_PIECES && piece >= MOST_PIECES / 2 && piece < pieces - MOST_PIECES / 2) {
                continue;
            }
            int[] tokens = Arrays.copyOfRange(text.tokens(), piece == 0 ? 0 : ends[piece - 1], ends[piece]);
            cut.add(placed(tokens, piece, pieces));
        }
        return cut;
    }

    /**
     * A piece at some place of a text.
     *
     * @param place how many pieces stand before it
     * @param pieces how many the text has
     * @throws IllegalArgumentException if a token is not in the vocabulary
     */
    public RequestPiece placed(int[] tokens, int place, int pieces) {
        return new RequestPiece(tokens, outward(tokens, place, pieces));
    }

    /** Where each piece ends. */
    private int[] ends(TokenizedText text) {
        int[] tokens = text.tokens();
        int[] lineStarts = text.lineStarts();
        if (tokens.length == 0) {
            return new int[] {0};
        }
        int[] ends = new int[8];
        int count = 0;
        for (int line = 0; line < lineStarts.length; line++) {
            int start = lineStarts[line];
            int lineStart = start;
            int lineEnd = line + 1 < lineStarts.length ? lineStarts[line + 1] : tokens.length;
            for (int i = start; i < lineEnd; i++) {
                int length = i + 1 - start;
                boolean endsHere = is(tokens[i], ENDS) && length >= SHORTEST_SENTENCE;
                if (!endsHere && length < LONGEST_PIECE && i + 1 < lineEnd) {
                    continue;
                }
                if (i + 1 == lineEnd && length < SHORTEST_REST && start > lineStart) {
                    ends[count - 1] = lineEnd;
                } else {
                    if (count == ends.length) {
                        ends = Arrays.copyOf(ends, 2 * count);
                    }
                    ends[count++] = i + 1;
                }
                start = i + 1;
            }
        }
        return Arrays.copyOf(ends, count);
    }

    private float[] outward(int[] tokens, int piece, int pieces) {
        float[] outward = new float[RequestPiece.OUTWARD_FEATURES];
        outward[0] = 1;
        outward[1] = piece == 0 ? 1 : 0;
        outward[2] = piece == 1 ? 1 : 0;
        outward[3] = piece == pieces - 1 ? 1 : 0;
        if (tokens.length == 0) {
            outward[7] = 1;
            return outward;
        }
        int last = tokens[tokens.length - 1];
        outward[4] = is(last, ASKS) ? 1 : 0;
        outward[5] = is(last, INTRODUCES) ? 1 : 0;
        int numbers = 0;
        int foreign = 0;
        for (int token : tokens) {
            numbers += is(token, COUNTS) ? 1 : 0;
            foreign += is(token, FOREIGN) ? 1 : 0;
        }
        outward[6] = (float) numbers / tokens.length;
        outward[7] = (float) foreign / tokens.length;
        return outward;
    }

    private boolean is(int token, int trait) {
        if (token < 0 || token >= traits.length) {
            throw new IllegalArgumentException("token must be in [0, " + traits.length + "), got " + token);
        }
        return (traits[token] & trait) != 0;
    }
}
