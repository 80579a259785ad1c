package dev.tinydancer.engine.catalog;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tinydancer.router.agent.Agent;
import dev.tinydancer.router.agent.AgentLimits;
import dev.tinydancer.router.agent.AgentRegistry;
import dev.tinydancer.router.agent.AgentType;
import dev.tinydancer.router.agent.Capabilities;
import dev.tinydancer.router.agent.CostModel;
import dev.tinydancer.router.budget.BudgetPeriod;
import dev.tinydancer.router.budget.BudgetScope;
import dev.tinydancer.router.budget.ExhaustedPolicy;
import dev.tinydancer.router.policy.Policy;
import dev.tinydancer.router.tokens.TokenFamily;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A catalog as JSON has it: what {@code tiny_dancer.catalog_of} returns and what a caller sends along. Its form is in
 * {@code docs/protocol.md}. Keys that are not known here are passed over, so that a newer schema can serve an older engine.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CatalogDocument(
        long version,
        List<AgentDocument> agents,
        @Nullable List<BudgetDocument> budgets,
        @Nullable List<PolicyDocument> policies) {

    public CatalogDocument {
        agents = List.copyOf(agents);
        budgets = budgets == null ? null : List.copyOf(budgets);
        policies = policies == null ? null : List.copyOf(policies);
    }

    /** One row of {@code tiny_dancer.policy}; null for what is as in the standard policy of that name, else as balanced. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PolicyDocument(
            String name,
            @Nullable Double worthUsd,
            @Nullable Double usdPerSecond,
            @Nullable Double minRelativeQuality,
            @Nullable Double explore) {

        Policy toPolicy() {
            Policy policy = Policy.standard(name).orElseGet(() -> Policy.BALANCED.named(name));
            policy = worthUsd == null ? policy : policy.withWorthUsd(worthUsd);
            policy = usdPerSecond == null ? policy : policy.withUsdPerSecond(usdPerSecond);
            policy = minRelativeQuality == null ? policy : policy.withMinRelativeQuality(minRelativeQuality);
            return explore == null ? policy : policy.withExplorationShare(explore);
        }
    }

    /** One row of {@code tiny_dancer.budget}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record BudgetDocument(
            String scope,
            double amount,
            double credit,
            @Nullable OffsetDateTime creditUntil,
            String period,
            String onExhausted) {

        public BudgetDocument {
            requireNonNull(scope, "scope");
            requireNonNull(period, "period");
            requireNonNull(onExhausted, "onExhausted");
        }

        Budget toBudget() {
            return new Budget(
                    BudgetScope.parse(scope),
                    amount,
                    credit,
                    creditUntil == null ? null : creditUntil.toInstant(),
                    BudgetPeriod.fromSqlName(period),
                    ExhaustedPolicy.fromSqlName(onExhausted));
        }
    }

    /** The prices that have no column of their own, of those the ones that estimates need. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PricesDocument(
            @Nullable Double cachedInput, @Nullable List<TierDocument> tiers) {

        public PricesDocument {
            tiers = tiers == null ? null : List.copyOf(tiers);
        }
    }

    /** Prices of 1,000 tokens for requests above a number of them; null for one that is as below. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record TierDocument(
            double aboveInputTokens,
            @Nullable Double input,
            @Nullable Double output) {

        CostModel.Tier toTier(double inputBelow, double outputBelow) {
            return new CostModel.Tier(
                    aboveInputTokens, input == null ? inputBelow : input, output == null ? outputBelow : output);
        }
    }

    /** One row of {@code tiny_dancer.agent}; prices in US dollars, null where none was given. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record AgentDocument(
            String name,
            String agentType,
            List<String> capabilities,
            @JsonProperty("cost_per_1k_tokens") @Nullable Double costPer1kTokens,

            @JsonProperty("cost_per_1k_input_tokens") @Nullable
            Double costPer1kInputTokens,

            @JsonProperty("cost_per_1k_output_tokens") @Nullable
            Double costPer1kOutputTokens,

            @Nullable Double costPerCall,
            @Nullable Double costPerSecond,
            @Nullable PricesDocument morePrices,
            double avgLatencyMs,
            @Nullable Double p99LatencyMs,
            double qualityScore,
            @Nullable Integer maxConcurrency,
            @Nullable String model,
            @Nullable String tokenizer,
            @Nullable Double tokenFactor,
            @Nullable Double contextWindow,
            @Nullable Double maxOutputTokens,
            @Nullable Object modalities,
            @Nullable List<String> abilities,
            boolean active) {

        private static final double LEAST_TOKEN_FACTOR = 0.1;
        private static final double MOST_TOKEN_FACTOR = 10;

        /** Answers so long are what {@code long_output} means; as {@code tiny_dancer.abilities_of} has it. */
        private static final int LONG_OUTPUT_TOKENS = 16_000;

        private static final double MOST_TOKENS = 1e9;

        public AgentDocument {
            requireNonNull(name, "name");
            requireNonNull(agentType, "agentType");
            capabilities = List.copyOf(capabilities);
            if (!Double.isFinite(avgLatencyMs) || !Double.isFinite(qualityScore)) {
                throw new IllegalArgumentException("avg_latency_ms and quality_score must be finite");
            }
        }

        Agent toAgent() {
            double inputPrice = firstGiven(costPer1kInputTokens, costPer1kTokens);
            double outputPrice = firstGiven(costPer1kOutputTokens, costPer1kTokens);
            return Agent.named(name)
                    .type(AgentType.fromSqlName(agentType))
                    .capabilities(Capabilities.merging(capabilities))
                    .usdPer1kInputTokens(inputPrice)
                    .usdPer1kOutputTokens(outputPrice)
                    .usdPerCall(firstGiven(costPerCall, null))
                    .usdPerSecond(firstGiven(costPerSecond, null))
                    .usdPer1kCachedInputTokens(
                            morePrices == null || morePrices.cachedInput() == null
                                    ? inputPrice
                                    : morePrices.cachedInput())
                    .priceTiers(
                            morePrices == null || morePrices.tiers() == null
                                    ? List.of()
                                    : morePrices.tiers().stream()
                                            .map(tier -> tier.toTier(inputPrice, outputPrice))
                                            .toList())
                    .averageLatencyMillis(avgLatencyMs)
                    .p99LatencyMillis(p99LatencyMs == null ? avgLatencyMs : p99LatencyMs)
                    .quality(qualityScore)
                    .maxConcurrency(maxConcurrency == null ? Agent.UNLIMITED : maxConcurrency)
                    .model(knownModel())
                    .tokenFamily(tokenFamily())
                    .limits(limits())
                    .active(active)
                    .build();
        }

        /** Likewise. */
        private AgentLimits limits() {
            Set<String> able = new HashSet<>(abilities == null ? List.of() : abilities);
            if (modalities instanceof List<?> names) {
                names.stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .forEach(able::add);
            }
            int most = limit(maxOutputTokens);
            if (most >= LONG_OUTPUT_TOKENS && most != AgentLimits.UNKNOWN) {
                able.add("long_output");
            }
            return new AgentLimits(limit(contextWindow), most, able);
        }

        private static int limit(@Nullable Double tokens) {
            return tokens == null || !(tokens >= 1 && tokens <= MOST_TOKENS) ? AgentLimits.UNKNOWN : tokens.intValue();
        }

        private String knownModel() {
            return model == null ? name : model;
        }

        /** By what the metadata says, as far as that can be understood: rows may be older than the checks of today. */
        private TokenFamily tokenFamily() {
            TokenFamily family = Optional.ofNullable(tokenizer)
                    .flatMap(TokenFamily::named)
                    .orElseGet(() -> TokenFamily.ofModel(knownModel()));
            return tokenFactor != null && tokenFactor >= LEAST_TOKEN_FACTOR && tokenFactor <= MOST_TOKEN_FACTOR
                    ? family.withFactor(tokenFactor)
                    : family;
        }

        private static double firstGiven(@Nullable Double price, @Nullable Double otherwise) {
            if (price != null) {
                return price;
            }
            return otherwise == null ? 0 : otherwise;
        }
    }

    /**
     * The catalog that this document describes.
     *
     * @throws IllegalArgumentException if it describes none: a figure is out of its range, a name occurs twice
     */
    public Catalog toCatalog() {
        return new Catalog(
                version,
                AgentRegistry.of(agents.stream().map(AgentDocument::toAgent).toList()),
                new Budgets((budgets == null ? List.<BudgetDocument>of() : budgets)
                        .stream().map(BudgetDocument::toBudget).toList()),
                (policies == null ? List.<PolicyDocument>of() : policies)
                        .stream().map(PolicyDocument::toPolicy).collect(toMap(Policy::name, policy -> policy)));
    }
}
