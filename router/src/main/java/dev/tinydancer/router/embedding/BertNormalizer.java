package dev.tinydancer.router.embedding;

import java.text.Normalizer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What BERT's uncased normaliser and pre-tokenizer make of one code point: nothing, a gap between words, a word of its
 * own, or lower-case letters without accents.
 *
 * <p>Thread-safe: pages of the table are made when a text first needs them, and making one twice gives the same page.
 */
final class BertNormalizer {
    /*
     * The reference [1] works on the whole text in four passes: drop control characters and turn white space into
     * blanks; put blanks around ideographs; decompose canonically (NFD) and drop non-spacing marks; lower-case. The
     * pre-tokenizer then splits at blanks and makes a word of every punctuation mark. None of these looks at a
     * neighbour, except that NFD orders runs of marks, of which hardly any survives the dropping. So the whole of it
     * is a function of one code point, and a table of 256-entry pages holds it: one int per code point, the kind in
     * the upper bits and the code point that it stands for in the lower 21.
     *
     * [1] https://github.com/huggingface/tokenizers, normalizers/bert.rs and pre_tokenizers/bert.rs
     */

    /** Leaves no trace: control characters, accents. */
    static final int DROPPED = 0;

    /** Ends a word. */
    static final int GAP = 1;

    /** Is a word by itself: punctuation, ideographs. */
    static final int ISOLATED = 2;

    /** Part of a word. */
    static final int LETTER = 3;

    /** Stands for several code points, which {@link #expansion} gives: Hangul syllables, some Indic vowels. */
    static final int EXPANDED = 4;

    private static final int KIND_SHIFT = 21;
    private static final int CODE_POINT_MASK = (1 << KIND_SHIFT) - 1;
    private static final int PAGE_SHIFT = 8;
    private static final int PAGE_SIZE = 1 << PAGE_SHIFT;

    private final AtomicReferenceArray<int[]> pages =
            new AtomicReferenceArray<>((Character.MAX_CODE_POINT >>> PAGE_SHIFT) + 1);
    private final int[] latin = makePage(0);

    static int kind(int entry) {
        return entry >>> KIND_SHIFT;
    }

    /** The code point that stands for an {@link #ISOLATED} or {@link #LETTER} entry. */
    static int codePoint(int entry) {
        return entry & CODE_POINT_MASK;
    }

    /** What the normaliser makes of a code point, to be read with {@link #kind} and {@link #codePoint}. */
    int entry(int codePoint) {
        if (codePoint < PAGE_SIZE) {
            return latin[codePoint];
        }
        int number = codePoint >>> PAGE_SHIFT;
        int[] page = pages.getAcquire(number);
        if (page == null) {
            page = makePage(number);
            pages.setRelease(number, page);
        }
        return page[codePoint & (PAGE_SIZE - 1)];
    }

    /** The entries that an {@link #EXPANDED} code point stands for, in order. */
    static int[] expansion(int codePoint) {
        return decompose(codePoint)
                .codePoints()
                .map(BertNormalizer::simpleEntry)
                .toArray();
    }

    private static int[] makePage(int number) {
        int[] page = new int[PAGE_SIZE];
        for (int i = 0; i < PAGE_SIZE; i++) {
            page[i] = makeEntry(number << PAGE_SHIFT | i);
        }
        return page;
    }

    private static int makeEntry(int codePoint) {
        if (isRemoved(codePoint)) {
            return DROPPED;
        }
        if (isIdeograph(codePoint)) {
            return ISOLATED << KIND_SHIFT | decompose(codePoint).codePointAt(0);
        }
        String decomposed = decompose(codePoint);
        return switch (decomposed.codePointCount(0, decomposed.length())) {
            case 0 -> DROPPED;
            case 1 -> simpleEntry(decomposed.codePointAt(0));
            default -> EXPANDED << KIND_SHIFT;
        };
    }

    /** The entry of a code point that is its own decomposition. */
    private static int simpleEntry(int codePoint) {
        if (isGap(codePoint)) {
            return GAP << KIND_SHIFT;
        }
        int kind = isPunctuation(codePoint) ? ISOLATED : LETTER;
        return kind << KIND_SHIFT | Character.toLowerCase(codePoint);
    }

    private static String decompose(int codePoint) {
        return Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFD)
                .codePoints()
                .filter(c -> ReferenceCategories.category(c) != Character.NON_SPACING_MARK)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static boolean isRemoved(int codePoint) {
        if (codePoint == '\t' || codePoint == '\n' || codePoint == '\r') {
            return false;
        }
        return switch (ReferenceCategories.category(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE -> true;
            default -> codePoint == 0xFFFD;
        };
    }

    private static boolean isGap(int codePoint) {
        return codePoint == '\t' || codePoint == '\n' || codePoint == '\r' || Character.isSpaceChar(codePoint);
    }

    private static boolean isPunctuation(int codePoint) {
        return switch (ReferenceCategories.category(codePoint)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION -> true;
            // ASCII's symbols, such as + and $, count as punctuation; those beyond ASCII do not.
            default -> codePoint < 0x80 && codePoint > ' ' && !Character.isLetterOrDigit(codePoint);
        };
    }

    private static boolean isIdeograph(int codePoint) {
        return (codePoint >= 0x4E00 && codePoint <= 0x9FFF)
                || (codePoint >= 0x3400 && codePoint <= 0x4DBF)
                || (codePoint >= 0x20000 && codePoint <= 0x2A6DF)
                || (codePoint >= 0x2A700 && codePoint <= 0x2B73F)
                || (codePoint >= 0x2B740 && codePoint <= 0x2B81F)
                // The block begins at 2B820; the reference has this bound.
                || (codePoint >= 0x2B920 && codePoint <= 0x2CEAF)
                || (codePoint >= 0xF900 && codePoint <= 0xFAFF)
                || (codePoint >= 0x2F800 && codePoint <= 0x2FA1F);
    }
}
