package dev.tinydancer.router.tokens;

import static java.util.Objects.requireNonNull;

import java.util.function.ToIntFunction;

/**
 * The tokens of one text by family; each vocabulary counts it once, when it is first asked for. For one thread.
 *
 * @see TokenFamily
 */
public final class TextTokens {

    private static final int NOT_COUNTED = -1;

    private final ToIntFunction<TokenVocabulary> counter;
    private int o200k = NOT_COUNTED;
    private int cl100k = NOT_COUNTED;

    private TextTokens(ToIntFunction<TokenVocabulary> counter) {
        this.counter = counter;
    }

    /** Those of a text. */
    public static TextTokens of(String text) {
        requireNonNull(text, "text");
        return new TextTokens(vocabulary -> vocabulary.count(text));
    }

    /** Those of a text that has been counted by o200k_base. */
    public static TextTokens of(String text, int o200kTokens) {
        TextTokens tokens = of(text);
        tokens.o200k = o200kTokens;
        return tokens;
    }

    /**
     * Those of the text together with what it continues; other vocabularies are taken to count that as they do the text.
     *
     * @param o200kTokens of both together, at least as many as the text has
     */
    public TextTokens withContext(int o200kTokens) {
        double own = by(TokenVocabulary.O200K_BASE);
        if (o200kTokens == own) {
            return this;
        }
        return new TextTokens(vocabulary -> own == 0
                ? o200kTokens
                : (int) Math.min(Math.round(by(vocabulary) * (o200kTokens / own)), Integer.MAX_VALUE));
    }

    /** Those of a text of which no more is known than how many o200k_base counts; every vocabulary is taken to agree. */
    public static TextTokens ofUnknownText(int o200kTokens) {
        return new TextTokens(_ -> o200kTokens);
    }

    /** How many there are by this family. */
    public double by(TokenFamily family) {
        return family.factor() * by(family.vocabulary());
    }

    private int by(TokenVocabulary vocabulary) {
        if (vocabulary == TokenVocabulary.O200K_BASE) {
            if (o200k == NOT_COUNTED) {
                o200k = counter.applyAsInt(vocabulary);
            }
            return o200k;
        }
        if (cl100k == NOT_COUNTED) {
            cl100k = counter.applyAsInt(vocabulary);
        }
        return cl100k;
    }
}
