package dev.tinydancer.router.semantic;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An example of what a route is for: a vector of unit length and, where it is known, the text behind it. */
public final class Utterance {

    private final String text;
    private final float[] vector;

    private Utterance(String text, float[] vector) {
        this.text = text;
        this.vector = vector;
    }

    /**
     * An utterance with its embedding.
     *
     * @param text what was embedded, empty when only the vector is known; it then matches by meaning alone
     * @param vector {@code float[dimension]}, of any length but zero; copied and brought to unit length
     * @throws IllegalArgumentException if the vector is empty, all zero, or holds NaN or infinity
     */
    public static Utterance of(String text, float[] vector) {
        return new Utterance(requireNonNull(text, "text"), unit(vector));
    }

    /** The text that was embedded, empty when it is not known. */
    public String text() {
        return text;
    }

    public int dimension() {
        return vector.length;
    }

    /** A copy of the unit vector, {@code float[dimension]}. */
    public float[] toArray() {
        return vector.clone();
    }

    /** The unit vector itself, not to be written to. */
    float[] vector() {
        return vector;
    }

    private static float[] unit(float[] vector) {
        double squares = 0;
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new IllegalArgumentException("embedding must be finite, got " + vector[i] + " at " + i);
            }
            squares += (double) vector[i] * vector[i];
        }
        if (squares == 0) {
            throw new IllegalArgumentException(
                    vector.length == 0 ? "embedding must not be empty" : "embedding must not be all zero");
        }
        double scale = 1 / Math.sqrt(squares);
        float[] unit = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            unit[i] = (float) (vector[i] * scale);
        }
        return unit;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Utterance that && text.equals(that.text) && Arrays.equals(vector, that.vector);
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + Arrays.hashCode(vector);
    }

    @Override
    public String toString() {
        return text.isEmpty() ? "(vector only)" : text;
    }
}
