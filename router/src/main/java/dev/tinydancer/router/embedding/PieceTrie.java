package dev.tinydancer.router.embedding;

import java.util.Arrays;
import java.util.List;

/**
 * The word pieces of a vocabulary as a trie over code points, with one root for pieces that begin a word and one for
 * those that continue it. Immutable.
 */
final class PieceTrie {
    /*
     * All edges lie in one open-addressing table with linear probing, keyed by parent node and code point. Matching a
     * piece takes one probe per letter and touches neither strings nor objects, which is what makes the tokenizer
     * faster than the encoder behind it.
     */

    static final int WORD_START = 0;
    static final int CONTINUATION = 1;
    static final int NONE = -1;

    private static final String CONTINUATION_PREFIX = "##";
    private static final int CODE_POINT_BITS = 21;
    private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

    private final long[] edges;
    private final int[] children;
    private final int[] pieces;
    private final int shift;

    PieceTrie(List<String> vocabulary) {
        int letters = vocabulary.stream().mapToInt(String::length).sum() + 2;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(letters) + 1;
        shift = Long.SIZE - bits;
        edges = new long[1 << bits];
        children = new int[1 << bits];
        pieces = new int[letters];
        Arrays.fill(pieces, NONE);
        int nodes = 2;
        for (int piece = 0; piece < vocabulary.size(); piece++) {
            String text = vocabulary.get(piece);
            boolean continues = text.startsWith(CONTINUATION_PREFIX) && text.length() > CONTINUATION_PREFIX.length();
            int node = continues ? CONTINUATION : WORD_START;
            int codePoint;
            for (int i = continues ? CONTINUATION_PREFIX.length() : 0;
                    i < text.length();
                    i += Character.charCount(codePoint)) {
                codePoint = text.codePointAt(i);
                int slot = slot(node, codePoint);
                if (edges[slot] == 0) {
                    edges[slot] = edge(node, codePoint);
                    children[slot] = nodes++;
                }
                node = children[slot];
            }
            pieces[node] = piece;
        }
    }

    /** The node one code point further, or {@link #NONE} when no piece goes on so. */
    int child(int node, int codePoint) {
        int slot = slot(node, codePoint);
        return edges[slot] == 0 ? NONE : children[slot];
    }

    /** The piece that ends at this node, or {@link #NONE}. */
    int piece(int node) {
        return pieces[node];
    }

    /** Where the edge is, or the empty place where it would be. */
    private int slot(int node, int codePoint) {
        long edge = edge(node, codePoint);
        int slot = (int) ((edge * GOLDEN_RATIO) >>> shift);
        while (edges[slot] != edge && edges[slot] != 0) {
            slot = (slot + 1) & (edges.length - 1);
        }
        return slot;
    }

    /** Never 0, which marks an empty place. */
    private static long edge(int node, int codePoint) {
        return (long) (node + 1) << CODE_POINT_BITS | codePoint;
    }
}
