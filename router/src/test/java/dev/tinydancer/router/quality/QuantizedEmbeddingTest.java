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
            float[] vector = randomUnitVector(random);

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
    void pack_randomUnitVectors_keepsSimilarities() {
        Random random = new Random(4);
        for (int trial = 0; trial < 50; trial++) {
            float[] vector = randomUnitVector(random);
            float[] other = randomUnitVector(random);
            byte[] packed = QuantizedEmbedding.of(vector).pack();

            float[] restored =
                    QuantizedEmbedding.fromLog(packed, 256).orElseThrow().restore();

            assertThat(packed).hasSize(129);
            assertThat(VectorMath.dot(vector, restored)).isCloseTo(1f, within(0.002f));
            assertThat(VectorMath.dot(other, restored)).isCloseTo(VectorMath.dot(other, vector), within(0.04f));
        }
    }

    @Test
    void fromLog_readsWhatLogsKeepNowAndKeptBefore_andNothingOfAnotherDimension() {
        QuantizedEmbedding embedding = QuantizedEmbedding.of(new float[] {0.6f, -0.8f, 0, 0, 0});

        // 0.6 is 1.34 deviations, 0.8 is 1.79, and the levels next to them 1.256 and 1.618.
        assertThat(embedding.pack()).containsExactly(0xD4, 0x00, 0x00, 6);
        assertThat(QuantizedEmbedding.fromLog(embedding.pack(), 5))
                .hasValueSatisfying(read -> assertThat(read.toBytes()).containsExactly(58, -74, 6, 6, 6));
        assertThat(QuantizedEmbedding.fromLog(embedding.toBytes(), 5)).contains(embedding);
        assertThat(QuantizedEmbedding.fromLog(embedding.pack(), 8)).isEmpty();
        QuantizedEmbedding unknown = QuantizedEmbedding.of(new float[5]);
        assertThat(QuantizedEmbedding.fromLog(unknown.pack(), 5)).contains(unknown);
        assertThatThrownBy(() -> QuantizedEmbedding.fromLog(new byte[] {0, -128, 0, 0}, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("byte 1");
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

    private static float[] randomUnitVector(Random random) {
        float[] vector = new float[256];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        VectorMath.normalizeInPlace(vector);
        return vector;
    }
}
