package dev.tinydancer.router.routing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Gives each part of a request to an agent of its own: to agents that name the part's capability as far as there are such,
 * the most needed parts first, and of these to those with the highest utilities together.
 *
 * <p>A search in depth over the parts with a bound by the best agent of each remaining part. An assignment without limits
 * only ever uses the best few agents of each part, as many as there are parts; with limits also the cheapest and the
 * fastest.
 */
final class WorkDivision {

    /**
     * A part of the work.
     *
     * @param need how much the request needs the capability, in [0, 1]
     */
    record Part(String capability, double need) {}

    /** Far more than utilities of a plan's agents lie apart, so that they only decide between equally able agents. */
    private static final double WEIGHT_OF_CAPABILITY = 1e6;

    /** Up to about six parts the search is complete within this. */
    private static final int MOST_VISITS = 100_000;

    private record Choice(AgentAssessment agent, double score) {}

    private final List<Part> parts;
    private final List<List<Choice>> choices = new ArrayList<>();
    private final double[] bestRemaining;
    private final double maxCostUsd;
    private final double maxTotalLatencyMillis;

    private final List<AgentAssessment> chosen = new ArrayList<>();
    private double bestScore = Double.NEGATIVE_INFINITY;
    private Optional<List<AgentAssessment>> best = Optional.empty();
    private int visits;

    /**
     * @param parts at most as many as candidates
     * @param maxTotalLatencyMillis what the latencies may add up to; infinite where the parts are done at once
     */
    WorkDivision(List<Part> parts, List<AgentAssessment> candidates, double maxCostUsd, double maxTotalLatencyMillis) {
        this.parts = parts;
        this.maxCostUsd = maxCostUsd;
        this.maxTotalLatencyMillis = maxTotalLatencyMillis;
        this.bestRemaining = new double[parts.size() + 1];
        for (Part part : parts) {
            choices.add(choices(part, candidates));
        }
        for (int part = parts.size() - 1; part >= 0; part--) {
            bestRemaining[part] =
                    bestRemaining[part + 1] + choices.get(part).getFirst().score();
        }
    }

    /** The agent of each part, in the order of the parts, or nothing if no division was found within the limits. */
    Optional<List<AgentAssessment>> best() {
        divide(0, 0, 0, 0);
        return best;
    }

    private void divide(int part, double score, double costUsd, double latencyMillis) {
        if (part == parts.size()) {
            bestScore = score;
            best = Optional.of(List.copyOf(chosen));
            return;
        }
        for (Choice choice : choices.get(part)) {
            if (score + choice.score() + bestRemaining[part + 1] <= bestScore || ++visits > MOST_VISITS) {
                return;
            }
            double cost = costUsd + choice.agent().prospect().costUsd();
            double latency = latencyMillis + choice.agent().prospect().latencyMillis();
            if (cost <= maxCostUsd && latency <= maxTotalLatencyMillis && !chosen.contains(choice.agent())) {
                chosen.add(choice.agent());
                divide(part + 1, score + choice.score(), cost, latency);
                chosen.removeLast();
            }
        }
    }

    /** The agents that may come into question for a part, best first. */
    private List<Choice> choices(Part part, List<AgentAssessment> candidates) {
        List<Choice> all = candidates.stream()
                .map(agent -> new Choice(agent, score(part, agent)))
                .toList();
        List<Choice> few = new ArrayList<>(first(all, choice -> -choice.score()));
        if (maxCostUsd < Double.POSITIVE_INFINITY) {
            few.addAll(first(all, choice -> choice.agent().prospect().costUsd()));
        }
        if (maxTotalLatencyMillis < Double.POSITIVE_INFINITY) {
            few.addAll(first(all, choice -> choice.agent().prospect().latencyMillis()));
        }
        return few.stream()
                .distinct()
                .sorted(Comparator.comparingDouble(Choice::score).reversed())
                .toList();
    }

    private List<Choice> first(List<Choice> all, ToDoubleFunction<Choice> order) {
        return all.stream()
                .sorted(Comparator.comparingDouble(order))
                .limit(parts.size())
                .toList();
    }

    private static double score(Part part, AgentAssessment candidate) {
        boolean names = candidate.agent().capabilities().covers(part.capability());
        return (names ? WEIGHT_OF_CAPABILITY * part.need() : 0) + candidate.utility();
    }
}
