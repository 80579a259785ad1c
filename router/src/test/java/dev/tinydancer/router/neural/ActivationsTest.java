package dev.tinydancer.router.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class ActivationsTest {

    private static final double BOUND = 6e-7;

    @Test
    void sigmoid_wholeRange_staysWithinTheStatedError() {
        for (double x = -110; x <= 110; x += 0.0137) {
            float argument = (float) x;
            assertThat((double) Activations.sigmoid(argument))
                    .as("x = %s", argument)
                    .isCloseTo(1 / (1 + Math.exp(-(double) argument)), within(BOUND));
        }
    }

    @Test
    void tanh_wholeRange_staysWithinTheStatedError() {
        for (double x = -50; x <= 50; x += 0.0071) {
            float argument = (float) x;
            assertThat((double) Activations.tanh(argument))
                    .as("x = %s", argument)
                    .isCloseTo(Math.tanh(argument), within(BOUND));
        }
    }

    @Test
    void functions_extremes_saturate() {
        assertThat(Activations.sigmoid(Float.POSITIVE_INFINITY)).isBetween(1 - 6e-7f, 1f);
        assertThat(Activations.sigmoid(Float.NEGATIVE_INFINITY)).isBetween(0f, 6e-7f);
        assertThat(Activations.tanh(Float.MAX_VALUE)).isBetween(1 - 6e-7f, 1f);
        assertThat(Activations.tanh(-Float.MAX_VALUE)).isBetween(-1f, -1 + 6e-7f);
        assertThat(Activations.tanh(0)).isEqualTo(0);
    }

    @Test
    void functions_notANumber_staysOne() {
        assertThat(Activations.sigmoid(Float.NaN)).isNaN();
        assertThat(Activations.tanh(Float.NaN)).isNaN();
    }
}
