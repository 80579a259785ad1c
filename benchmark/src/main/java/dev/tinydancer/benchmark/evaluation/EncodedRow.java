package dev.tinydancer.benchmark.evaluation;

import dev.tinydancer.router.quality.RequestFeatures;
import java.util.List;
import java.util.function.Function;

/** A row and what the router knows of its prompt. */
public record EncodedRow(OutcomeRow row, RequestFeatures features) {

    /** The rows with what the encoder tells of their prompts. */
    public static List<EncodedRow> encode(List<OutcomeRow> rows, Function<String, RequestFeatures> encoder) {
        return rows.stream()
                .map(row -> new EncodedRow(row, encoder.apply(row.prompt())))
                .toList();
    }
}
