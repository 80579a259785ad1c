package dev.tinydancer.router.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.vector.VectorMath;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class QuantizedEmbeddingTest {

    @Test
    void restore_randomUnitVectors_keepsDirection() {
        Random random = new Random(3);
        for (int trial = 0; trial < 50; trial++) {
            float[] vector = new float[256];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) random.nextGaussian();
            }
            VectorMath.normalizeInPlace(vector);

            float[] restored = QuantizedEmbedding.of(vector).restore();

            assertThat(VectorMath.dot(restored, restored)).isCloseTo(1f, within(1e-5f));
            assertThat(VectorMath.dot(vector, restored)).isGreaterThan(0.9998f);
        }
    }

    @Test
    void fromBytes_ofToBytes_isEqual() {
        QuantizedEmbedding embedding = QuantizedEmbedding.of(new float[] {0.6f, -0.8f, 0});

        assertThat(embedding.toBytes()).containsExactly(95, -127, 0);
        assertThat(QuantizedEmbedding.fromBytes(embedding.toBytes()))
                .isEqualTo(embedding)
                .hasSameHashCodeAs(embedding);
    }

    @Test
    void of_zeroVector_restoresZero() {
        assertThat(QuantizedEmbedding.of(new float[3]).restore()).containsExactly(0, 0, 0);
    }

    @Test
    void of_notFinite_namesComponent() {
        assertThatThrownBy(() -> QuantizedEmbedding.of(new float[] {0, Float.NaN}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("embedding[1] is NaN");
    }

    @Test
    void fromBytes_valueNeverWritten_rejected() {
        assertThatThrownBy(() -> QuantizedEmbedding.fromBytes(new byte[] {0, -128}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("byte 1");
        assertThatThrownBy(() -> QuantizedEmbedding.fromBytes(new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
