package dev.tinydancer.training.semantic;

import dev.tinydancer.router.semantic.Utterance;
import java.util.List;

/**
 * Something that a route could be for, with texts of which that is known.
 *
 * @param description what a user might call it
 * @param examples texts about it, at least {@value #LEAST_EXAMPLES}
 */
public record CalibrationTopic(Utterance description, List<Utterance> examples) {

    /** Enough for the largest route that is tried, and as many queries. */
    public static final int LEAST_EXAMPLES = 40;

    public CalibrationTopic {
        examples = List.copyOf(examples);
        if (examples.size() < LEAST_EXAMPLES) {
            throw new IllegalArgumentException("a topic must have at least " + LEAST_EXAMPLES + " examples, \""
                    + description.text() + "\" has " + examples.size());
        }
    }
}
