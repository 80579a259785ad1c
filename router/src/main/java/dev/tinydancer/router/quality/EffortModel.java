package dev.tinydancer.router.quality;

import dev.tinydancer.router.agent.Agent;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long answers take and how long they are, by agent and category, learned from outcomes. Safe for concurrent use.
 *
 * <p>A figure comes from three levels: what is known beforehand, drawn to the agent's own mean, drawn to its mean in the
 * request's category, each level having the strength of a few outcomes. The length of answers is learned as a multiple of
 * what is usual for the category, so that what an agent shows in one category tells something of the others.
 */
final class EffortModel implements EffortPredictor {

    /** How many outcomes the level above is worth. */
    private static final double STRENGTH = 5;

    /** Tokens of an answer to a request of unknown category. */
    private static final double USUAL_OUTPUT_TOKENS = 200;

    /** Tokens of an answer by category. */
    private static final Map<String, Double> USUAL_OUTPUT_TOKENS_BY_CATEGORY = Map.ofEntries(
            Map.entry("analysis", 400.0),
            Map.entry("classification", 20.0),
            Map.entry("code", 350.0),
            Map.entry("conversation", 60.0),
            Map.entry("creative_writing", 500.0),
            Map.entry("debugging", 400.0),
            Map.entry("extraction", 60.0),
            Map.entry("knowledge_qa", 150.0),
            Map.entry("math", 250.0),
            Map.entry("reasoning", 250.0),
            Map.entry("summarization", 120.0),
            Map.entry("translation", 100.0));

    /** Eleven days; nobody waits longer for an answer. */
    private static final double MOST_MILLIS = 1e9;

    private static final double MOST_TOKENS = 1e9;

    private final Fading fading;
    private final InstantSource clock;
    private final Map<String, Totals> byAgent = new ConcurrentHashMap<>();
    private final Map<AgentCategory, Totals> byAgentAndCategory = new ConcurrentHashMap<>();

    EffortModel(Fading fading, InstantSource clock) {
        this.fading = fading;
        this.clock = clock;
    }

    /** Takes an outcome into account. */
    void add(RecordedOutcome outcome) {
        addWeighted(outcome, fading.weight(outcome.recordedAt()));
    }

    /** Takes back an outcome that has been added. */
    void remove(RecordedOutcome outcome) {
        addWeighted(outcome, -fading.weight(outcome.recordedAt()));
    }

    private void addWeighted(RecordedOutcome outcome, double weight) {
        Totals totals = Totals.of(outcome, weight);
        byAgent.merge(outcome.agent(), totals, Totals::plus);
        byAgentAndCategory.merge(new AgentCategory(outcome.agent(), outcome.category()), totals, Totals::plus);
    }

    @Override
    public EffortEstimate predict(RequestFeatures request, Agent agent) {
        double scale = fading.scale(clock.instant());
        Totals all = byAgent.getOrDefault(agent.name(), Totals.NONE);
        Totals here =
                byAgentAndCategory.getOrDefault(new AgentCategory(agent.name(), request.topCategory()), Totals.NONE);
        double latency = here.latencyMillis(
                scale, all.latencyMillis(scale, Math.min(agent.performance().avgLatencyMillis(), MOST_MILLIS)));
        double verbosity = here.verbosity(scale, all.verbosity(scale, 1));
        return new EffortEstimate(latency, verbosity * usualOutputTokens(request), here.observations(scale));
    }

    private static double usualOutputTokens(RequestFeatures request) {
        if (request.categories().isEmpty()) {
            return USUAL_OUTPUT_TOKENS;
        }
        double expected = 0;
        for (Map.Entry<String, Double> category : request.categories().entrySet()) {
            expected += category.getValue() * usualOutputTokens(category.getKey());
        }
        return expected;
    }

    private static double usualOutputTokens(String category) {
        return USUAL_OUTPUT_TOKENS_BY_CATEGORY.getOrDefault(category, USUAL_OUTPUT_TOKENS);
    }

    private record AgentCategory(String agent, String category) {}

    /** Weighted sums over outcomes; of those that say nothing of latency or length, nothing is added there. */
    private record Totals(double latencyWeight, double latency, double lengthWeight, double multiples) {

        private static final Totals NONE = new Totals(0, 0, 0, 0);

        static Totals of(RecordedOutcome outcome, double weight) {
            double latencyMillis = outcome.outcome().latencyMillis();
            double outputTokens = outcome.outcome().outputTokens();
            // NaN is not known, and what is beyond belief tells nothing either; its sums could even be infinite.
            boolean timed = latencyMillis <= MOST_MILLIS;
            boolean counted = outputTokens <= MOST_TOKENS;
            return new Totals(
                    timed ? weight : 0,
                    timed ? weight * latencyMillis : 0,
                    counted ? weight : 0,
                    counted ? weight * outputTokens / usualOutputTokens(outcome.category()) : 0);
        }

        Totals plus(Totals other) {
            return new Totals(
                    latencyWeight + other.latencyWeight,
                    latency + other.latency,
                    lengthWeight + other.lengthWeight,
                    multiples + other.multiples);
        }

        double latencyMillis(double scale, double prior) {
            return posterior(scale * latency, scale * latencyWeight, prior);
        }

        /** Length of answers as a multiple of what is usual. */
        double verbosity(double scale, double prior) {
            return posterior(scale * multiples, scale * lengthWeight, prior);
        }

        double observations(double scale) {
            return Math.max(0, scale * Math.max(latencyWeight, lengthWeight));
        }

        private static double posterior(double sum, double weight, double prior) {
            // Taking an outcome back can leave a rounding error below zero.
            return Math.max(0, (sum + STRENGTH * prior) / (weight + STRENGTH));
        }
    }
}
