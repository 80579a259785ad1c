package dev.tinydancer.router.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class VectorMathTest {

    private static final float[] MATRIX = {1, 2, 3, 4, 5, 6};

    @Test
    void multiplyAdd_smallMatrix_workedOutByHand() {
        float[] out = new float[2];
        VectorMath.multiplyAdd(MATRIX, new float[] {1, 0, -1}, new float[] {10, 20}, out);
        assertThat(out).containsExactly(8, 18);
    }

    @Test
    void multiply_partsOfArrays_workedOutByHand() {
        float[] state = {7, 1, 1, 1, 7, 7, 7};
        VectorMath.multiply(MATRIX, 2, 3, state, 1, state, 5);
        assertThat(state).containsExactly(7, 1, 1, 1, 7, 6, 15);
    }

    @Test
    void scaledMean_twoRows_workedOutByHand() {
        float[] out = {9, 9, 9};
        VectorMath.scaledMean(MATRIX, 2, 2, out);
        assertThat(out).containsExactly(5, 7, 9);
    }

    @Test
    void quantize_anyMagnitude_halfAStepAtMost() {
        for (float largest : new float[] {Float.MIN_VALUE * 127, 1e-38f, 1e-30f, 0.1f, 127, 1e15f, Float.MAX_VALUE}) {
            float[] vector = {
                0, largest, -largest, largest / 3, -largest / 7, 0.4f / 127 * largest, 0.6f / 127 * largest, 0
            };
            byte[] bytes = new byte[6];
            float scale = VectorMath.quantize(vector, 1, 6, bytes, 0);
            assertThat(bytes).as("of %s", largest).containsExactly(127, -127, 42, -18, 0, 1);
            assertThat(scale).isEqualTo(largest / 127);
        }
    }

    @Test
    void normalizeInPlace_anyMagnitude_lengthOne() {
        for (float magnitude :
                new float[] {Float.MIN_NORMAL, 1e-30f, 1e-15f, 1e-3f, 1, 1e3f, 1e15f, 1e30f, Float.MAX_VALUE / 2}) {
            float[] vector = {magnitude, -magnitude, magnitude, magnitude};
            assertThat(VectorMath.normalizeInPlace(vector))
                    .as("length for %s", magnitude)
                    .isCloseTo(2.0 * magnitude, within(1e-6 * magnitude));
            assertThat(vector).as("direction for %s", magnitude).containsExactly(0.5f, -0.5f, 0.5f, 0.5f);
        }
    }

    @Test
    void normalizeInPlace_zero_staysZero() {
        float[] vector = new float[20];
        assertThat(VectorMath.normalizeInPlace(vector)).isZero();
        assertThat(vector).containsOnly(0);
    }

    @Test
    void normalizeInPlace_notANumber_staysNotANumber() {
        float[] vector = {1, Float.NaN};
        assertThat(VectorMath.normalizeInPlace(vector)).isNaN();
        assertThat(vector).containsOnly(Float.NaN);
    }

    @Test
    void dot_differentLengths_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VectorMath.dot(new float[2], new float[3]))
                .withMessage("a and b must have the same length, got 2 and 3");
    }

    @Test
    void ranges_outsideTheArray_refused() {
        float[] three = new float[3];
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VectorMath.dot(three, 1, three, 0, 3))
                .withMessage("a must hold [1, 4), it has 3 components");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VectorMath.addScaled(1, three, 0, three, -1, 2))
                .withMessage("y must hold [-1, 1), it has 3 components");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VectorMath.addScaled(1, new byte[3], Integer.MAX_VALUE, three, 0, 2))
                .withMessage("x must hold [2147483647, 2147483649), it has 3 components");
    }

    @Test
    void multiply_wrongShape_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VectorMath.multiply(MATRIX, new float[2], new float[2]))
                .withMessage("matrix must have 2 x 2 components, got 6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VectorMath.scaledMean(MATRIX, 0, 1, new float[3]))
                .withMessage("rows must be at least 1, got 0");
    }
}
