package dev.tinydancer.router.agent;

import static java.util.Objects.requireNonNull;

import dev.tinydancer.router.tokens.TokenFamily;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that can answer requests, as it stands in the catalog.
 *
 * @param name unique in its tenant, 1 to {@value #MAX_NAME_LENGTH} characters
 * @param active whether it takes part in routing
 * @param maxConcurrency how many requests it takes at a time, at least 1; {@link #UNLIMITED} for no limit
 * @param tokenFamily how it counts the tokens of a text
 * @param limits how much it reads and writes, and what it can do besides
 * @param model the model that it runs, by the name that it is known by; the agent's own name where no other is known
 */
public record Agent(
        String name,
        AgentType type,
        Capabilities capabilities,
        CostModel costModel,
        AgentPerformance performance,
        boolean active,
        int maxConcurrency,
        TokenFamily tokenFamily,
        AgentLimits limits,
        String model) {

    /** The {@code maxConcurrency} of an agent that takes any number of requests at a time. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    public static final int MAX_NAME_LENGTH = 200;

    public Agent {
        requireNonNull(name, "name");
        requireNonNull(type, "type");
        requireNonNull(capabilities, "capabilities");
        requireNonNull(costModel, "costModel");
        requireNonNull(performance, "performance");
        requireNonNull(tokenFamily, "tokenFamily");
        requireNonNull(limits, "limits");
        requireNonNull(model, "model");
        // As PostgreSQL counts, to which an emoji is one.
        int length = name.codePointCount(0, name.length());
        if (name.isBlank() || length > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("name must have 1 to " + MAX_NAME_LENGTH + " characters, got " + length);
        }
        if (maxConcurrency < 1) {
            throw new IllegalArgumentException("maxConcurrency must be at least 1, got " + maxConcurrency);
        }
    }

    /** One whose name is that of its model, which tells how it counts tokens, and of which no limits are known. */
    public Agent(
            String name,
            AgentType type,
            Capabilities capabilities,
            CostModel costModel,
            AgentPerformance performance,
            boolean active,
            int maxConcurrency) {
        this(
                name,
                type,
                capabilities,
                costModel,
                performance,
                active,
                maxConcurrency,
                TokenFamily.ofModel(name),
                AgentLimits.NONE,
                name);
    }

    /**
     * Begins an agent. Its latency and its quality must be given; for the rest it is an active language model that has no
     * capabilities, charges nothing and takes any number of requests at a time, unless told otherwise.
     */
    public static Builder named(String name) {
        return new Builder(name);
    }

    /** Whether the number of requests that it takes at a time is limited. */
    public boolean isLimited() {
        return maxConcurrency != UNLIMITED;
    }

    /** Whether it has an ability, of the ordinary name, by its limits or as a capability. */
    public boolean can(String ability) {
        return limits.abilities().contains(ability) || capabilities.words().contains(ability);
    }

    /** Whether the other agent is registered as this one is, but for its name and how many requests it takes. */
    public boolean isTwinOf(Agent other) {
        return costModel.equals(other.costModel)
                && performance.equals(other.performance)
                && type == other.type
                && capabilities.equals(other.capabilities);
    }

    /** Takes down one agent. Prices are in US dollars. For one thread. */
    public static final class Builder {

        private static final double NANOS_PER_MILLI = 1e6;

        private final String name;
        private AgentType type = AgentType.LLM;
        private Capabilities capabilities = Capabilities.of();
        private double usdPer1kInputTokens;
        private double usdPer1kCachedInputTokens = Double.NaN;
        private double usdPer1kOutputTokens;
        private double usdPerCall;
        private double usdPerSecond;
        private List<CostModel.Tier> priceTiers = List.of();
        private double averageLatencyMillis = Double.NaN;
        private double p99LatencyMillis = Double.NaN;
        private double quality = Double.NaN;
        private int maxConcurrency = UNLIMITED;
        private boolean active = true;
        private AgentLimits limits = AgentLimits.NONE;
        private @Nullable TokenFamily tokenFamily;
        private @Nullable String model;

        private Builder(String name) {
            this.name = requireNonNull(name, "name");
        }

        public Builder type(AgentType value) {
            type = value;
            return this;
        }

        /** See {@link Capabilities#of(String...)}. */
        public Builder capabilities(String... words) {
            return capabilities(Capabilities.of(words));
        }

        public Builder capabilities(Capabilities value) {
            capabilities = value;
            return this;
        }

        /** The price of 1,000 tokens of the request, and of as many of the answer. */
        public Builder usdPer1kTokens(double price) {
            return usdPer1kInputTokens(price).usdPer1kOutputTokens(price);
        }

        /** The price of 1,000 tokens of the request. */
        public Builder usdPer1kInputTokens(double price) {
            usdPer1kInputTokens = price;
            return this;
        }

        /** The price of 1,000 tokens of the request that are in the agent's cache; that of all others unless given. */
        public Builder usdPer1kCachedInputTokens(double price) {
            usdPer1kCachedInputTokens = price;
            return this;
        }

        /** The price of 1,000 tokens of the answer. */
        public Builder usdPer1kOutputTokens(double price) {
            usdPer1kOutputTokens = price;
            return this;
        }

        /** The price of each call, whatever its size. */
        public Builder usdPerCall(double price) {
            usdPerCall = price;
            return this;
        }

        /** The price of each second that the agent works. */
        public Builder usdPerSecond(double price) {
            usdPerSecond = price;
            return this;
        }

        /** Other prices of tokens for requests above a number of tokens. */
        public Builder priceTiers(List<CostModel.Tier> tiers) {
            priceTiers = List.copyOf(tiers);
            return this;
        }

        /** Mean time to an answer. */
        public Builder averageLatency(Duration latency) {
            return averageLatencyMillis(millis(latency));
        }

        /** Mean time to an answer, in milliseconds. */
        public Builder averageLatencyMillis(double millis) {
            averageLatencyMillis = millis;
            return this;
        }

        /** The time that 99 of 100 answers keep; the mean time if it is not given. */
        public Builder p99Latency(Duration latency) {
            return p99LatencyMillis(millis(latency));
        }

        /** The time that 99 of 100 answers keep, in milliseconds; the mean time if it is not given. */
        public Builder p99LatencyMillis(double millis) {
            p99LatencyMillis = millis;
            return this;
        }

        /** The share of requests that the agent answers well, as its owner judges it, in [0, 1]. */
        public Builder quality(double share) {
            quality = share;
            return this;
        }

        /** How many requests it takes at a time, at least 1. */
        public Builder maxConcurrency(int requests) {
            maxConcurrency = requests;
            return this;
        }

        /** Whether it takes part in routing. */
        public Builder active(boolean value) {
            active = value;
            return this;
        }

        /** The model that it runs, by which it is judged; one of its own name if it is not given. */
        public Builder model(String value) {
            model = value;
            return this;
        }

        /** How it counts the tokens of a text; as the name of its model tells if it is not given. */
        public Builder tokenFamily(TokenFamily value) {
            tokenFamily = value;
            return this;
        }

        /** How much it reads and writes, and what it can do besides; nothing is known of that if it is not given. */
        public Builder limits(AgentLimits value) {
            limits = value;
            return this;
        }

        /**
         * The agent.
         *
         * @throws IllegalArgumentException if a figure is out of its range
         * @throws IllegalStateException if its latency or its quality has not been given
         */
        public Agent build() {
            requireGiven("averageLatency", averageLatencyMillis);
            requireGiven("quality", quality);
            String known = model == null ? name : model;
            return new Agent(
                    name,
                    type,
                    capabilities,
                    new CostModel(
                            usdPer1kInputTokens,
                            usdPer1kOutputTokens,
                            usdPerCall,
                            usdPerSecond,
                            Double.isNaN(usdPer1kCachedInputTokens) ? usdPer1kInputTokens : usdPer1kCachedInputTokens,
                            priceTiers),
                    new AgentPerformance(
                            averageLatencyMillis,
                            Double.isNaN(p99LatencyMillis) ? averageLatencyMillis : p99LatencyMillis,
                            quality),
                    active,
                    maxConcurrency,
                    tokenFamily == null ? TokenFamily.ofModel(known) : tokenFamily,
                    limits,
                    known);
        }

        private static void requireGiven(String figure, double value) {
            if (Double.isNaN(value)) {
                throw new IllegalStateException(figure + " has not been given");
            }
        }

        private static double millis(Duration duration) {
            return duration.toNanos() / NANOS_PER_MILLI;
        }
    }
}
