package dev.tinydancer.engine.log;

import dev.tinydancer.router.policy.Prospect;
import dev.tinydancer.router.quality.QuantizedEmbedding;
import dev.tinydancer.router.quality.RequestFeatures;
import dev.tinydancer.router.routing.AgentAssessment;
import dev.tinydancer.router.routing.RoutingDecision;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A decision as a row: what the caller gets and the log keeps.
 *
 * <p>Not a record, because it holds an array; two instances are equal only if they are the same.
 */
public final class DecisionColumns {

    private static final int SHOWN_ALTERNATIVES = 3;

    private static final MathContext DIGITS = new MathContext(CompactFigure.DIGITS);

    /** Of those who are equally good the cheapest is the best. */
    private static final Comparator<Prospect> BEST = Comparator.comparingDouble(Prospect::quality)
            .thenComparing(Comparator.comparingDouble(Prospect::costUsd).reversed());

    /** In the log, before each of the agents that came next. */
    private static final char NEXT = 1;

    /** A candidate that was not chosen, as the caller sees it. */
    private record Alternative(
            String agentName, double expectedQuality, double estimatedCost, double estimatedLatencyMs, double utility) {

        static Alternative of(AgentAssessment assessment) {
            return new Alternative(
                    assessment.agent().name(),
                    assessment.prospect().quality(),
                    assessment.prospect().costUsd(),
                    assessment.prospect().latencyMillis(),
                    assessment.utility());
        }

        /** Appends it as the log keeps it; false if it cannot be written so. */
        boolean appendTo(StringBuilder text) {
            text.append(NEXT);
            boolean areWritten = CompactFigure.append(text, expectedQuality)
                    && CompactFigure.append(text, estimatedCost)
                    && CompactFigure.append(text, estimatedLatencyMs)
                    && CompactFigure.append(text, utility);
            text.append(agentName);
            return areWritten && agentName.indexOf(NEXT) < 0;
        }

        /** As the log keeps what it cannot write in fewer characters. */
        List<Object> toLog() {
            return List.of(
                    agentName,
                    logged(expectedQuality),
                    logged(estimatedCost),
                    logged(estimatedLatencyMs),
                    logged(utility));
        }

        private static double logged(double figure) {
            return new BigDecimal(figure).round(DIGITS).doubleValue();
        }
    }

    private final AgentAssessment chosen;
    private final String reasoning;
    private final String loggedReasoning;
    private final boolean isTrial;
    private final double probability;
    private final @Nullable String alternatives;
    private final @Nullable String nextAgents;
    private final @Nullable Double costOfBestUsd;
    private final @Nullable Double costOfDearestUsd;
    private final @Nullable String category;
    private final int inputTokens;
    private final byte[] embedding;
    private final double difficulty;

    private DecisionColumns(
            AgentAssessment chosen,
            List<AgentAssessment> candidates,
            boolean isTrial,
            double probability,
            RequestFeatures features,
            String reasoning,
            String loggedReasoning,
            @Nullable String alternatives,
            @Nullable String nextAgents) {
        this.chosen = chosen;
        this.isTrial = isTrial;
        this.probability = probability;
        this.reasoning = reasoning;
        this.loggedReasoning = loggedReasoning;
        this.alternatives = alternatives;
        this.nextAgents = nextAgents;
        this.costOfBestUsd = candidates.stream()
                .map(AgentAssessment::prospect)
                .max(BEST)
                .map(Prospect::costUsd)
                .orElse(null);
        this.costOfDearestUsd = candidates.stream()
                .map(candidate -> candidate.prospect().costUsd())
                .max(Comparator.naturalOrder())
                .orElse(null);
        Iterator<String> categories = features.categories().keySet().iterator();
        this.category = categories.hasNext() ? categories.next() : null;
        this.inputTokens = features.inputTokens();
        this.embedding = QuantizedEmbedding.of(features.embedding()).pack();
        this.difficulty = features.difficulty();
    }

    /** The row of a decision; {@code json} writes the alternatives. */
    public static DecisionColumns of(RoutingDecision decision, JsonMapper json) {
        List<Alternative> alternatives = decision.alternatives().stream()
                .limit(SHOWN_ALTERNATIVES)
                .map(Alternative::of)
                .toList();
        return of(decision, json.writeValueAsString(alternatives), toLog(alternatives, json));
    }

    private static String toLog(List<Alternative> alternatives, JsonMapper json) {
        StringBuilder text = new StringBuilder(100);
        for (Alternative alternative : alternatives) {
            if (!alternative.appendTo(text)) {
                return json.writeValueAsString(
                        alternatives.stream().map(Alternative::toLog).toList());
            }
        }
        return text.toString();
    }

    /** The row of a decision of a batch, which does not say who came next. */
    public static DecisionColumns ofBatch(RoutingDecision decision) {
        return of(decision, null, null);
    }

    private static DecisionColumns of(
            RoutingDecision decision, @Nullable String alternatives, @Nullable String nextAgents) {
        return new DecisionColumns(
                decision.chosen(),
                decision.ranking(),
                decision.isTrial(),
                decision.probability(),
                decision.features(),
                decision.reasoning(),
                decision.grounds(),
                alternatives,
                nextAgents);
    }

    /** The row of an agent that was chosen together with others, by more than a comparison with those that come next. */
    public static DecisionColumns ofMany(AgentAssessment chosen, RequestFeatures features, String reasoning) {
        return new DecisionColumns(chosen, List.of(), false, 1, features, reasoning, reasoning, null, null);
    }

    /** The chosen agent's name. */
    public String agent() {
        return chosen.agent().name();
    }

    /** Whether the agent is tried out. */
    public boolean isTrial() {
        return isTrial;
    }

    /** Probability that this agent was chosen, in (0, 1]. */
    public double probability() {
        return probability;
    }

    /** Probability that the agent answers well, in [0, 1]. */
    public double confidence() {
        return chosen.quality().mean();
    }

    public double estimatedCostUsd() {
        return chosen.prospect().costUsd();
    }

    public double estimatedLatencyMillis() {
        return chosen.prospect().latencyMillis();
    }

    /** Predicted quality, in [0, 1]. */
    public double expectedQuality() {
        return chosen.prospect().quality();
    }

    public String reasoning() {
        return reasoning;
    }

    /** The reasoning without the figures that the row has in columns of their own. */
    public String loggedReasoning() {
        return loggedReasoning;
    }

    /**
     * The candidates that came next as the log keeps them, for {@code tiny_dancer.alternatives_of}: expected quality, cost in
     * US dollars, latency in milliseconds, utility, in four digits, and name; null where the choice was no comparison with
     * them.
     */
    public @Nullable String nextAgents() {
        return nextAgents;
    }

    /** What the request is expected to cost with the best of the candidates; null where these are not known. */
    public @Nullable Double costOfBestUsd() {
        return costOfBestUsd;
    }

    /** The same with the dearest. */
    public @Nullable Double costOfDearestUsd() {
        return costOfDearestUsd;
    }

    /** The candidates that came next, a JSON array; null where the choice was no comparison with them. */
    public @Nullable String alternatives() {
        return alternatives;
    }

    /** The likeliest category of the request; null if the encoder gives none. */
    public @Nullable String category() {
        return category;
    }

    /** Length of the request in tokens. */
    public int inputTokens() {
        return inputTokens;
    }

    /** Expected length of the answer in tokens. */
    public int outputTokens() {
        return Math.toIntExact(Math.round(Math.min(chosen.outputTokens(), Integer.MAX_VALUE)));
    }

    /** The request's {@link QuantizedEmbedding}, packed; not a copy. */
    public byte[] embedding() {
        return embedding;
    }

    /** How difficult the request looked before any outcome, in logits; 0 is ordinary. */
    public double difficulty() {
        return difficulty;
    }
}
