package dev.tinydancer.router.agent;

import static java.util.Comparator.comparingDouble;

import java.util.List;

/**
 * What an agent charges, in US dollars. All prices are finite and at least 0; what an agent does not charge for is 0.
 *
 * @param perThousandInputTokens for 1,000 tokens of the request
 * @param perThousandOutputTokens for 1,000 tokens of the answer
 * @param perCall for each call, whatever its size
 * @param perSecond for each second that the agent works
 * @param perThousandCachedInputTokens for 1,000 tokens of the request that the agent has in its cache
 * @param tiers other prices of tokens for longer requests, by ascending length
 */
public record CostModel(
        double perThousandInputTokens,
        double perThousandOutputTokens,
        double perCall,
        double perSecond,
        double perThousandCachedInputTokens,
        List<Tier> tiers) {

    private static final double TOKENS_PER_PRICE = 1_000;
    private static final double MILLIS_PER_SECOND = 1_000;

    /** More than any call costs; sums of it overflow nowhere. */
    private static final double MOST_USD = 1e15;

    /**
     * What all tokens of a request cost that has more input tokens than this.
     *
     * @param aboveInputTokens at least 0
     */
    public record Tier(double aboveInputTokens, double perThousandInputTokens, double perThousandOutputTokens) {

        public Tier {
            requirePrice("aboveInputTokens", aboveInputTokens);
            requirePrice("perThousandInputTokens", perThousandInputTokens);
            requirePrice("perThousandOutputTokens", perThousandOutputTokens);
        }
    }

    public CostModel {
        requirePrice("perThousandInputTokens", perThousandInputTokens);
        requirePrice("perThousandOutputTokens", perThousandOutputTokens);
        requirePrice("perCall", perCall);
        requirePrice("perSecond", perSecond);
        requirePrice("perThousandCachedInputTokens", perThousandCachedInputTokens);
        tiers = tiers.stream().sorted(comparingDouble(Tier::aboveInputTokens)).toList();
    }

    /** Of an agent that charges alike for requests of every length. */
    public CostModel(
            double perThousandInputTokens,
            double perThousandOutputTokens,
            double perCall,
            double perSecond,
            double perThousandCachedInputTokens) {
        this(
                perThousandInputTokens,
                perThousandOutputTokens,
                perCall,
                perSecond,
                perThousandCachedInputTokens,
                List.of());
    }

    /** Of one that charges alike for what it has in its cache, too. */
    public CostModel(double perThousandInputTokens, double perThousandOutputTokens, double perCall, double perSecond) {
        this(perThousandInputTokens, perThousandOutputTokens, perCall, perSecond, perThousandInputTokens);
    }

    /**
     * The cost in US dollars of one call with the given tokens and duration. Always finite: whatever one agent is registered
     * with, it can be compared with the others.
     */
    public double cost(double inputTokens, double outputTokens, double latencyMillis) {
        double inputPrice = perThousandInputTokens;
        double outputPrice = perThousandOutputTokens;
        for (int i = tiers.size() - 1; i >= 0; i--) {
            Tier tier = tiers.get(i);
            if (inputTokens > tier.aboveInputTokens) {
                inputPrice = tier.perThousandInputTokens;
                outputPrice = tier.perThousandOutputTokens;
                break;
            }
        }
        double cost = inputPrice * inputTokens / TOKENS_PER_PRICE
                + outputPrice * outputTokens / TOKENS_PER_PRICE
                + perCall
                + perSecond * latencyMillis / MILLIS_PER_SECOND;
        return Math.min(cost, MOST_USD);
    }

    /** What so many tokens of a request cost less, in US dollars, because they are in the agent's cache; finite, at least 0. */
    public double savedByCache(double cachedTokens) {
        double saved = Math.max(0, perThousandInputTokens - perThousandCachedInputTokens);
        return Math.min(saved * cachedTokens / TOKENS_PER_PRICE, MOST_USD);
    }

    private static void requirePrice(String name, double price) {
        if (!(price >= 0 && price < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be a finite number of at least 0, got " + price);
        }
    }
}
