package dev.tinydancer.benchmark.evaluation;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to evaluate on.
 *
 * @param train labelled rows to learn from; without it they are drawn from the data
 * @param data rows to test on; without it the suite's own file in the data folder
 * @param labels how many rows to learn from; without it the suite's usual number. Without a training file never more than
 *     {@value #MOST_LABELLED_PERCENT} % of the rows, so that enough are left to test on
 * @param seeds how often to draw the labelled rows anew, at least 1
 */
public record EvaluationOptions(Optional<Path> train, Optional<Path> data, OptionalInt labels, int seeds) {

    static final int MOST_LABELLED_PERCENT = 50;

    public EvaluationOptions {
        requireNonNull(train, "train");
        requireNonNull(data, "data");
        requireNonNull(labels, "labels");
        if (labels.isPresent() && labels.getAsInt() < 1) {
            throw new IllegalArgumentException("labels must be at least 1, got " + labels.getAsInt());
        }
        if (seeds < 1) {
            throw new IllegalArgumentException("seeds must be at least 1, got " + seeds);
        }
    }

    /** The suite's own data and number of labels, five seeds. */
    public static EvaluationOptions standard() {
        return new EvaluationOptions(Optional.empty(), Optional.empty(), OptionalInt.empty(), 5);
    }
}
