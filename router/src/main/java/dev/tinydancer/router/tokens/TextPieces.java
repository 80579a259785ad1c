package dev.tinydancer.router.tokens;

/**
 * Walks over the pieces of a text that o200k_base cuts it into before it looks for byte pairs: a word with the blank before
 * it, up to three digits, a run of marks, a run of blanks. No token goes across the end of a piece, so that a text has as
 * many tokens as its pieces have together. A piece that is longer than {@value #LONGEST} characters is cut there, which
 * costs at most a token or two a cut.
 *
 * <p>For one thread and one text.
 */
final class TextPieces {
    /*
     * The pieces are those of this expression, in the order of its alternatives:
     *
     *   [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?
     *   [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?
     *   \p{N}{1,3}
     *    ?[^\s\p{L}\p{N}]+[\r\n/]*
     *   \s*[\r\n]+
     *   \s+(?!\S)
     *   \s+
     *
     * Written out, because java.util.regex takes some 10 µs for a request of a hundred words, and 1 s for a megabyte without a
     * blank.
     */

    /** Tokens have at most 128 bytes, so that runs of one letter are cut between tokens. */
    static final int LONGEST = 128;

    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    private static final byte MARK = 0;
    private static final byte UPPER = 1;
    private static final byte LOWER = 2;
    /** A letter without case. */
    private static final byte LETTER = 3;
    /** Belongs to the letter before, and may stand for one. */
    private static final byte COMBINING = 4;

    private static final byte NUMBER = 5;
    private static final byte BLANK = 6;
    private static final byte LINE_END = 7;

    private static final byte[] ASCII = new byte[128];

    static {
        for (int c = 0; c < ASCII.length; c++) {
            ASCII[c] = kindOf(c);
        }
    }

    private final char[] text;
    private int start;
    private int end;

    /** Where a piece that begins here has to end. */
    private int limit;

    TextPieces(String text) {
        this.text = text.toCharArray();
    }

    /** A number for the piece that hardly any other piece has. */
    long hash(long seed) {
        long hash = seed;
        for (int i = start; i < end; i++) {
            hash = (hash ^ text[i]) * FACTOR;
        }
        hash ^= hash >>> 32;
        return hash * FACTOR;
    }

    /** The piece. */
    String piece() {
        return new String(text, start, end - start);
    }

    /** How long the piece is. */
    int length() {
        return end - start;
    }

    /** Goes on to the next piece; false at the end of the text. */
    boolean advance() {
        start = end;
        if (start == text.length) {
            return false;
        }
        limit = text.length;
        if (limit - start > LONGEST) {
            limit = start + LONGEST;
            if (Character.isHighSurrogate(text[limit - 1])) {
                limit--;
            }
        }
        end = endOfPlainWord();
        if (end < 0) {
            end = endOfPiece();
        }
        return true;
    }

    /** Where a word ends that is like most: a blank, a capital, small letters of ASCII; -1 if this one is not. */
    private int endOfPlainWord() {
        int i = start;
        if (text[i] == ' ') {
            i++;
        }
        if (i < limit && text[i] >= 'A' && text[i] <= 'Z') {
            i++;
        }
        int letters = i;
        while (i < limit && text[i] >= 'a' && text[i] <= 'z') {
            i++;
        }
        if (i == letters) {
            return -1;
        }
        // Letters beyond ASCII and contractions belong to the word.
        return i == limit || (text[i] < ASCII.length && text[i] != '\'') ? i : -1;
    }

    private int endOfPiece() {
        int kind = kind(start);
        if (kind == NUMBER) {
            int afterOne = after(start);
            int afterTwo = is(afterOne, NUMBER) ? after(afterOne) : afterOne;
            return afterTwo > afterOne && is(afterTwo, NUMBER) ? after(afterTwo) : afterTwo;
        }
        if (kind != LINE_END) {
            int word = -1;
            if (kind == MARK || kind == BLANK || kind == COMBINING) {
                word = endOfWord(after(start));
            }
            if (word < 0 && kind != MARK && kind != BLANK) {
                word = endOfWord(start);
            }
            if (word >= 0) {
                return word;
            }
            int marks = text[start] == ' ' ? start + 1 : start;
            if (isMark(marks)) {
                return endOfMarks(marks);
            }
        }
        return endOfBlanks();
    }

    /** Where the letters that begin here end, with an English contraction; -1 if none do. */
    private int endOfWord(int from) {
        int i = from;
        int lastWithoutCase = -1;
        int kind = kindOrEnd(i);
        while (kind == UPPER || kind == LETTER || kind == COMBINING) {
            i = after(i);
            if (kind != UPPER) {
                lastWithoutCase = i;
            }
            kind = kindOrEnd(i);
        }
        if (kind == LOWER) {
            do {
                i = after(i);
                kind = kindOrEnd(i);
            } while (kind == LOWER || kind == LETTER || kind == COMBINING);
        } else if (i == from) {
            return -1;
        } else if (lastWithoutCase >= 0) {
            i = lastWithoutCase;
        }
        return i + lengthOfContraction(i);
    }

    private int lengthOfContraction(int from) {
        if (from + 1 >= text.length || text[from] != '\'') {
            return 0;
        }
        char first = lowered(from + 1);
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return 2;
        }
        if (from + 2 < text.length) {
            char second = lowered(from + 2);
            if (first == 'l' ? second == 'l' : (first == 'r' || first == 'v') && second == 'e') {
                return 3;
            }
        }
        return 0;
    }

    private char lowered(int position) {
        char c = text[position];
        return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }

    private int endOfMarks(int from) {
        int i = from;
        while (isMark(i)) {
            i = after(i);
        }
        while (i < limit && (isLineEnd(text[i]) || text[i] == '/')) {
            i++;
        }
        return i;
    }

    /** Of blanks before a word, the last is the word's. */
    private int endOfBlanks() {
        int i = start;
        int afterLineEnd = -1;
        while (i < limit && kind(i) >= BLANK) {
            i++;
            if (isLineEnd(text[i - 1])) {
                afterLineEnd = i;
            }
        }
        if (afterLineEnd >= 0) {
            return afterLineEnd;
        }
        return i == limit || i == start + 1 ? i : i - 1;
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    private boolean isMark(int position) {
        int kind = kindOrEnd(position);
        return kind == MARK || kind == COMBINING;
    }

    private boolean is(int position, int kind) {
        return kindOrEnd(position) == kind;
    }

    private int after(int position) {
        char c = text[position];
        return Character.isHighSurrogate(c)
                ? position + Character.charCount(Character.codePointAt(text, position))
                : position + 1;
    }

    private int kindOrEnd(int position) {
        return position < limit ? kind(position) : -1;
    }

    private int kind(int position) {
        char c = text[position];
        if (c < ASCII.length) {
            return ASCII[c];
        }
        return kindOf(Character.isHighSurrogate(c) ? Character.codePointAt(text, position) : c);
    }

    private static byte kindOf(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER, Character.TITLECASE_LETTER -> UPPER;
            case Character.LOWERCASE_LETTER -> LOWER;
            case Character.MODIFIER_LETTER, Character.OTHER_LETTER -> LETTER;
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> COMBINING;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> BLANK;
            default ->
                switch (codePoint) {
                    case '\n', '\r' -> LINE_END;
                    case '\t', '\u000B', '\f', '\u0085' -> BLANK;
                    default -> MARK;
                };
        };
    }
}
