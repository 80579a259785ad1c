package dev.tinydancer.engine.config;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A part of the engine that can be left out. What is off answers with an error, and its models are not loaded. */
public enum Feature {
    /** Single requests, with what is registered and recorded of agents; always on. */
    ROUTING,
    /** The classifier: categories and capabilities of requests. */
    ROUTING_FASTGRNN,
    /** The sentence model: embeddings, semantic routes, agents by the meaning of their capabilities. */
    ROUTING_SEMANTIC,
    /** Plans of several agents, batches, the spread of a budget. */
    ROUTING_OPTIMIZER;

    private static final String ALL = "routing-all";

    /** The name in the setting: the constant's name in lower case, with hyphens. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The features of a list, separated by commas; nothing if a word of it is none. */
    static Optional<Set<Feature>> parse(String list) {
        Set<Feature> features = EnumSet.of(ROUTING);
        for (String word : list.split(",", -1)) {
            String key = word.strip();
            List<Feature> named = Arrays.stream(values())
                    .filter(feature -> key.equals(ALL) || key.equals(feature.key()))
                    .toList();
            if (named.isEmpty()) {
                return Optional.empty();
            }
            features.addAll(named);
        }
        return Optional.of(features);
    }

    /** All that the list may have, for messages. */
    static String keys() {
        return String.join(", ", Arrays.stream(values()).map(Feature::key).toList()) + ", " + ALL;
    }
}
