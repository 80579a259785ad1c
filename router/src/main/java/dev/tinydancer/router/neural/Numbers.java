package dev.tinydancer.router.neural;

/** Checks of sizes and arrays, with the offending value in the message. */
public final class Numbers {

    private Numbers() {}

    public static int requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, got " + value);
        }
        return value;
    }

    public static void requireAboveZero(String name, float value) {
        if (!(value > 0 && value < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be a finite number above 0, got " + value);
        }
    }

    public static void requireLength(String name, float[] values, int length) {
        if (values.length != length) {
            throw new IllegalArgumentException(name + " must hold " + length + " values, got " + values.length);
        }
    }

    public static float requireFinite(String name, float value) {
        if (!Float.isFinite(value)) {
            throw new IllegalArgumentException(name + " must be finite, got " + value);
        }
        return value;
    }

    /** A copy of the array, after a check of its length and of every value. */
    public static float[] finiteCopy(String name, float[] values, int length) {
        requireLength(name, values, length);
        for (int i = 0; i < length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(name + "[" + i + "] must be finite, got " + values[i]);
            }
        }
        return values.clone();
    }
}
