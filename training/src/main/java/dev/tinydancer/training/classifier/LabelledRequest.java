package dev.tinydancer.training.classifier;

import java.util.Set;

/**
 * A request of which it is known what it asks for.
 *
 * @param text what was asked; not empty
 * @param category what kind of request it is; not blank
 * @param source where it comes from; requests of one source are never split between training and testing
 * @param capabilities what an agent must be able to do; empty if not labelled, in which case they follow from the
 *     category as in {@link RequestCapabilities}
 */
public record LabelledRequest(String text, String category, String source, Set<String> capabilities) {

    public LabelledRequest {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("text must not be empty");
        }
        if (category.isBlank()) {
            throw new IllegalArgumentException("category must not be blank");
        }
        capabilities = Set.copyOf(capabilities);
    }
}
