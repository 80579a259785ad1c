package dev.tinydancer.benchmark.evaluation;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What calls would have cost in files that do not say it: an answer of 250 tokens at the list price of the model, or, where
 * its name states a size, at what hosts ask for open models of that size.
 */
public final class AssumedCosts {

    /** Length of every answer. */
    public static final int OUTPUT_TOKENS = 250;

    private static final double TOKENS_PER_PRICE = 1e6;
    private static final double PRICES_PER_MILLION = 1_000;

    /** Of a million tokens, by billions of parameters: 70 for 0.88, 8 for 0.10. */
    private static final double USD_PER_BILLION = 0.0125;

    private static final Pattern SIZE = Pattern.compile("(?<![\\d.])(?:(\\d+)x)?(\\d+(?:\\.\\d+)?)[bB](?![a-zA-Z])");

    /** US dollars for a million tokens of request and answer, as listed in late 2024. */
    private static final Map<String, Price> LISTED = Map.of(
            "claude-3-5-sonnet-20240620", new Price(3, 15),
            "gemini-1.5-flash", new Price(0.075, 0.3),
            "gemini-1.5-pro", new Price(1.25, 5),
            "gpt-4-1106-preview", new Price(10, 30),
            "gpt-3.5-turbo-0125", new Price(0.5, 1.5),
            "gpt-4o-2024-05-13", new Price(5, 15),
            "gpt-4o-mini-2024-07-18", new Price(0.15, 0.6));

    /** US dollars for a million tokens. */
    public record Price(double input, double output) {

        public double usdPer1kInputTokens() {
            return input / PRICES_PER_MILLION;
        }

        public double usdPer1kOutputTokens() {
            return output / PRICES_PER_MILLION;
        }
    }

    private AssumedCosts() {}

    /** The cost of a call in US dollars; empty where nothing can be assumed of the model. */
    static OptionalDouble of(String model, int inputTokens) {
        return price(model)
                .map(price -> OptionalDouble.of(
                        (price.input() * inputTokens + price.output() * OUTPUT_TOKENS) / TOKENS_PER_PRICE))
                .orElse(OptionalDouble.empty());
    }

    /** What a model is assumed to charge; empty where nothing can be assumed of it. */
    public static Optional<Price> price(String model) {
        Price listed = LISTED.get(model);
        if (listed != null) {
            return Optional.of(listed);
        }
        Matcher size = SIZE.matcher(model);
        if (!size.find()) {
            return Optional.empty();
        }
        double experts = size.group(1) == null ? 1 : Double.parseDouble(size.group(1));
        double usd = USD_PER_BILLION * experts * Double.parseDouble(size.group(2));
        return Optional.of(new Price(usd, usd));
    }
}
