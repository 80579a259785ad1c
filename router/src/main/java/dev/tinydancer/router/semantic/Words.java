package dev.tinydancer.router.semantic;

import java.text.Normalizer;
import java.util.Locale;
import java.util.function.Consumer;

/** Splits text into the words that lexical matching compares. */
final class Words {

    private Words() {}

    /**
     * Hands over the words of a text in their order: runs of letters, their marks, and digits, in lower case and
     * compatibility-composed form. An ideograph is a word of its own, since such text has no spaces to split at.
     */
    static void forEach(String text, Consumer<String> action) {
        String normal = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        int start = 0;
        int i = 0;
        while (i < normal.length()) {
            int codePoint = normal.codePointAt(i);
            int next = i + Character.charCount(codePoint);
            boolean ideograph = Character.isIdeographic(codePoint);
            if (ideograph || !belongsToWord(codePoint)) {
                emit(normal, start, i, action);
                start = next;
            }
            if (ideograph) {
                emit(normal, i, next, action);
            }
            i = next;
        }
        emit(normal, start, normal.length(), action);
    }

    private static void emit(String text, int start, int end, Consumer<String> action) {
        if (start < end) {
            action.accept(text.substring(start, end));
        }
    }

    private static boolean belongsToWord(int codePoint) {
        return Character.isLetterOrDigit(codePoint)
                || switch (Character.getType(codePoint)) {
                    case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK -> true;
                    default -> false;
                };
    }
}
