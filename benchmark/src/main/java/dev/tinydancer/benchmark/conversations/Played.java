package dev.tinydancer.benchmark.conversations;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What dialogues came to.
 *
 * @param score mean score of a turn, in [0, 1]
 * @param costUsd mean cost of a turn in US dollars, caches counted
 * @param switches changes of the agent in a dialogue, on average
 * @param cached share of the input tokens that were read from a cache
 */
record Played(double score, double costUsd, double switches, double cached) {

    Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("score", score);
        metrics.put("usd_per_1000_turns", 1_000 * costUsd);
        metrics.put("switches", switches);
        metrics.put("cached", cached);
        return metrics;
    }

    /** How much better the same dialogues are scored than another way. */
    Map<String, Double> scoreGained(Played other) {
        return Map.of("score_gained", score - other.score);
    }

    /** The share of another way's cost that is saved. */
    Map<String, Double> costSaved(Played other) {
        return Map.of("cost_saved", 1 - costUsd / other.costUsd);
    }
}
