package dev.tinydancer.router.tokens;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the models of one family count the tokens of a text: by a public vocabulary, or as a multiple of one, where a family's
 * own is not public or not at hand.
 *
 * @param name in lower case, as an agent's {@code metadata.tokenizer} has it
 * @param factor tokens of the family for each of the vocabulary's, between 0.1 and 10
 */
public record TokenFamily(String name, TokenVocabulary vocabulary, double factor) {
    /*
     * Where the factors come from, all of them measured on English text and code, is in docs/money.md.
     */

    private static final double LEAST_FACTOR = 0.1;
    private static final double MOST_FACTOR = 10;

    /** Of GPT-4o and what came after it, and of every model of which nothing else is known. */
    public static final TokenFamily O200K = new TokenFamily("o200k", TokenVocabulary.O200K_BASE, 1);

    /** Of GPT-4 and GPT-3.5. */
    public static final TokenFamily CL100K = new TokenFamily("cl100k", TokenVocabulary.CL100K_BASE, 1);

    private record Names(TokenFamily family, Pattern pattern) {

        Names(TokenFamily family, String expression) {
            // A provider may stand before the name, with a slash, a dot or a colon behind it.
            this(family, Pattern.compile("(?:^|[^a-z0-9])(?:" + expression + ")"));
        }

        Names(String family, double factor, String expression) {
            this(new TokenFamily(family, TokenVocabulary.O200K_BASE, factor), expression);
        }
    }

    private static final List<Names> FAMILIES = List.of(
            new Names(CL100K, "gpt-?(?:3\\.?5|4(?![.\\do]))|text-embedding-(?:3|ada)"),
            new Names(O200K, "gpt-|chatgpt|o[134](?:-|$)"),
            new Names("claude", 1.2, "claude"),
            new Names("gemini", 1.1, "gemini|gemma"),
            new Names("llama", 1.05, "(?:meta-)?llama"),
            new Names("mistral", 1.15, "mistral|mixtral|ministral|magistral|codestral|devstral|pixtral"),
            new Names("qwen", 1.05, "qwen|qwq"),
            new Names("deepseek", 1.05, "deepseek"),
            new Names("grok", 1.05, "grok"),
            new Names("command", 1.1, "command(?:-|$)|c4ai|cohere"));

    public TokenFamily {
        requireNonNull(name, "name");
        requireNonNull(vocabulary, "vocabulary");
        if (!(factor >= LEAST_FACTOR && factor <= MOST_FACTOR)) {
            throw new IllegalArgumentException(
                    "factor must be between " + LEAST_FACTOR + " and " + MOST_FACTOR + ", got " + factor);
        }
    }

    /** The names of all families. */
    public static List<String> names() {
        return FAMILIES.stream().map(names -> names.family.name).toList();
    }

    /** The family of this {@link #name}; {@code o200k_base} and {@code cl100k_base} are names, too. */
    public static Optional<TokenFamily> named(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT).replace("_base", "");
        return FAMILIES.stream()
                .map(Names::family)
                .filter(family -> family.name.equals(wanted))
                .findFirst();
    }

    /** The family that the name of a model, with or without its provider, tells; {@link #O200K} where it tells none. */
    public static TokenFamily ofModel(String model) {
        String normal = model.toLowerCase(Locale.ROOT);
        for (Names names : FAMILIES) {
            if (names.pattern.matcher(normal).find()) {
                return names.family;
            }
        }
        return O200K;
    }

    /** The same with another factor. */
    public TokenFamily withFactor(double other) {
        return new TokenFamily(name, vocabulary, other);
    }
}
