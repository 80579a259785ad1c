package dev.tinydancer.router.neural;

/** What a {@link FastGrnnCell} leaves of a sequence. Not a record, because it holds arrays. */
public final class SequenceStates {

    private final float[] last;
    private final float[] mean;

    SequenceStates(float[] last, float[] mean) {
        this.last = last;
        this.mean = mean;
    }

    /** The state after the last input, {@code float[H]}; not a copy. */
    public float[] last() {
        return last;
    }

    /** The mean of the states after each input, {@code float[H]}; not a copy. */
    public float[] mean() {
        return mean;
    }
}
