package dev.tinydancer.router.quality;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A request as the learned parts of quality prediction see it: {@code float[dimension + 1]}, its embedding and its
 * length. Of all outward features of a text that were tried, length alone tells which agent answers well.
 */
final class RequestVector {

    /** Natural logarithm of the length of a typical request in tokens. */
    private static final double TYPICAL_LOG_LENGTH = 3.7;

    /** Puts the length on a level with the other components: a request three times as long moves by 0.66. */
    private static final double LENGTH_SCALE = 0.6;

    private final float[] components;

    private RequestVector(float[] components) {
        this.components = components;
    }

    static RequestVector of(RequestFeatures request) {
        return of(request.embedding(), request.inputTokens());
    }

    static RequestVector of(RecordedOutcome outcome) {
        return of(outcome.embedding().restore(), outcome.inputTokens());
    }

    private static RequestVector of(float[] embedding, int inputTokens) {
        float[] components = Arrays.copyOf(embedding, embedding.length + 1);
        components[embedding.length] = (float) ((Math.log1p(inputTokens) - TYPICAL_LOG_LENGTH) * LENGTH_SCALE);
        return new RequestVector(components);
    }

    /** Not to be changed. */
    float[] components() {
        return components;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestVector vector && Arrays.equals(components, vector.components);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(components);
    }
}
