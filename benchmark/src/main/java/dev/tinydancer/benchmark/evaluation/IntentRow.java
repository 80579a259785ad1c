package dev.tinydancer.benchmark.evaluation;

/**
 * A text and what its speaker wants.
 *
 * @param intent the intent's name, or {@value #OUT_OF_SCOPE} for a text that fits none
 * @param split the part of the data set, usually train, val or test
 */
public record IntentRow(String text, String intent, String split) {

    public static final String OUT_OF_SCOPE = "oos";

    public boolean outOfScope() {
        return intent.equals(OUT_OF_SCOPE);
    }
}
