package dev.tinydancer.benchmark.evaluation;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One request and what each model made of it.
 *
 * @param source the data set and its part, for example {@code mmlu/anatomy}
 * @param split {@code train} or {@code test} where the file divides its rows, else null
 * @param outcomes by model, at least one; iterates in the order of the names
 */
public record OutcomeRow(
        String id, String source, @Nullable String split, String prompt, Map<String, ModelOutcome> outcomes) {

    public OutcomeRow {
        if (outcomes.isEmpty()) {
            throw new IllegalArgumentException("row " + id + " has no outcomes");
        }
        outcomes = Collections.unmodifiableMap(new TreeMap<>(outcomes));
    }

    /** The benchmark that the row belongs to: its source up to the first slash. */
    public String benchmark() {
        int slash = source.indexOf('/');
        return slash < 0 ? source : source.substring(0, slash);
    }

    /**
     * The outcome of the given model.
     *
     * @throws IllegalArgumentException if the row has none; the message names the models it has
     */
    public ModelOutcome outcome(String model) {
        ModelOutcome outcome = outcomes.get(model);
        if (outcome == null) {
            throw new IllegalArgumentException(
                    "row " + id + " has no outcome of \"" + model + "\", it has " + outcomes.keySet());
        }
        return outcome;
    }
}
