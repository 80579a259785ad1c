package dev.tinydancer.router.quality;

import dev.tinydancer.router.agent.Agent;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How long answers take and how long they are, by agent and category, learned from outcomes. Safe for concurrent use.
 *
 * <p>A figure comes from several levels, each having the strength of some outcomes: what is known beforehand, drawn to the
 * agent's own mean, drawn to its mean in the request's category. The length of answers is learned as a multiple of what is
 * usual for the category, so that what an agent shows in one category tells something of the others; and what all agents
 * show, something of those that have shown nothing.
 */
final class EffortModel implements EffortPredictor {
    /*
     * All means are of logarithms, where ten answers of 200 tokens are not outweighed by one of 20,000. Lengths are bent
     * besides: of a multiple with the logarithm x,
     *
     *   b(x) = x / (1 + |x| / 3)
     *
     * is averaged, which is below 3 however long an answer is, and the mean is bent back. An agent whose answers all have 20
     * times the usual length is still known to have these. Sums can be taken back, and know no order.
     *
     * The mean of a logarithm is the median of what is expected, and money is spent by the mean: that is higher by
     * exp(variance / 2), as far as it is outcomes that tell the variance.
     */

    /** How many outcomes of an agent the level above is worth. */
    private static final double STRENGTH_OF_ALL = 7;

    /** How many outcomes in a category the agent's are worth: its categories differ less than agents do. */
    private static final double STRENGTH_OF_AGENT = 10;

    /** How many outcomes of all agents the prior is worth. */
    private static final double STRENGTH_OF_PRIOR = 20;

    /** Variance of the logarithm of the length of answers to requests of one category, and of the time that they take. */
    static final double USUAL_VARIANCE = 0.35;

    /** The same of bent logarithms. */
    private static final double USUAL_BENT_VARIANCE = 0.24;

    /** Fitted to normal distributions with standard deviations of 0.3 to 0.8. */
    private static final double BESIDE_THE_MEAN = 1.2;

    /** More would say nothing any more. */
    private static final double MOST_SPREAD = 1;

    /** What the bent logarithm of a length stays below. */
    private static final double BEND = 3;

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
    private final AtomicReference<Totals> all = new AtomicReference<>(Totals.NONE);
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
        all.accumulateAndGet(totals, Totals::plus);
        byAgent.merge(outcome.agent(), totals, Totals::plus);
        byAgentAndCategory.merge(new AgentCategory(outcome.agent(), outcome.category()), totals, Totals::plus);
    }

    @Override
    public EffortEstimate predict(RequestFeatures request, Agent agent) {
        double scale = fading.scale(clock.instant());
        Totals own = byAgent.getOrDefault(agent.name(), Totals.NONE);
        Totals here =
                byAgentAndCategory.getOrDefault(new AgentCategory(agent.name(), request.topCategory()), Totals.NONE);
        double registered = Math.min(agent.performance().avgLatencyMillis(), MOST_MILLIS);
        Level latency = Level.known(Math.log1p(registered), USUAL_VARIANCE)
                .drawnTo(own.latency, scale, STRENGTH_OF_ALL)
                .drawnTo(here.latency, scale, STRENGTH_OF_AGENT);
        Level length = Level.known(0, USUAL_BENT_VARIANCE)
                .drawnTo(all.get().length, scale, STRENGTH_OF_PRIOR)
                .drawnTo(own.length, scale, STRENGTH_OF_ALL)
                .drawnTo(here.length, scale, STRENGTH_OF_AGENT);
        double latencySpread = latency.trust == 0 ? EffortEstimate.USUAL_SPREAD : latency.spread();
        double lengthSpread = length.trust == 0 ? EffortEstimate.USUAL_SPREAD : straightSpread(length);
        return new EffortEstimate(
                latency.trust == 0
                        ? registered
                        : Math.max(0, Math.expm1(latency.mean + aboveMedian(latency, latencySpread))),
                usualOutputTokens(request) * Math.exp(straight(length.mean) + aboveMedian(length, lengthSpread)),
                here.observations(scale),
                latencySpread,
                lengthSpread);
    }

    /** How far the mean lies above the median, as a logarithm: few outcomes tell little of it, and one may tell much too much. */
    private static double aboveMedian(Level level, double spread) {
        return level.trust * level.trust * spread * spread / 2;
    }

    /** The spread before the bend, whose slope at the mean and beside it makes it smaller. */
    private static double straightSpread(Level length) {
        double slope = Math.pow(1 - Math.abs(length.mean) / BEND, 2);
        double spread = length.spread() / slope;
        return Math.min(spread * (1 + BESIDE_THE_MEAN * spread / BEND), MOST_SPREAD);
    }

    private static double bent(double logarithm) {
        return logarithm / (1 + Math.abs(logarithm) / BEND);
    }

    private static double straight(double bent) {
        return bent / (1 - Math.abs(bent) / BEND);
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

    /** Sums over outcomes, weighted; of those that say nothing of latency or length, nothing is added there. */
    private record Totals(Sums latency, Sums length) {

        private static final Totals NONE = new Totals(Sums.NONE, Sums.NONE);

        static Totals of(RecordedOutcome outcome, double weight) {
            double latencyMillis = outcome.outcome().latencyMillis();
            double outputTokens = outcome.outcome().outputTokens();
            // NaN is not known, and what is beyond belief tells nothing either.
            return new Totals(
                    latencyMillis <= MOST_MILLIS ? Sums.of(Math.log1p(latencyMillis), weight) : Sums.NONE,
                    outputTokens <= MOST_TOKENS
                            ? Sums.of(
                                    bent(Math.log((1 + outputTokens) / (1 + usualOutputTokens(outcome.category())))),
                                    weight)
                            : Sums.NONE);
        }

        Totals plus(Totals other) {
            return new Totals(latency.plus(other.latency), length.plus(other.length));
        }

        double observations(double scale) {
            return Math.max(0, scale * Math.max(latency.weight, length.weight));
        }
    }

    private record Sums(double weight, double values, double squares) {

        private static final Sums NONE = new Sums(0, 0, 0);

        static Sums of(double value, double weight) {
            return new Sums(weight, weight * value, weight * value * value);
        }

        Sums plus(Sums other) {
            return new Sums(weight + other.weight, values + other.values, squares + other.squares);
        }
    }

    /**
     * What is known of a figure.
     *
     * @param square mean of its square
     * @param trust which part of it comes from outcomes, in [0, 1]
     */
    private record Level(double mean, double square, double trust) {

        static Level known(double mean, double variance) {
            return new Level(mean, mean * mean + variance, 0);
        }

        Level drawnTo(Sums sums, double scale, double strength) {
            // Taking an outcome back can leave a rounding error below zero.
            double weight = Math.max(0, scale * sums.weight);
            double all = weight + strength;
            return new Level(
                    (scale * sums.values + strength * mean) / all,
                    (scale * sums.squares + strength * square) / all,
                    (weight + strength * trust) / all);
        }

        double spread() {
            return Math.min(Math.sqrt(Math.max(0, square - mean * mean)), MOST_SPREAD);
        }
    }
}
