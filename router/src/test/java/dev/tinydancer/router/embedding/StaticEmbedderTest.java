package dev.tinydancer.router.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

final class StaticEmbedderTest {

    private static final int DIMENSION = 5;
    private static final WordPieceTokenizer TOKENIZER =
            tokenizer("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nred\ngreen\n##s\n");
    private static final int RED = 5;
    private static final int PLURAL = 7;

    private static WordPieceTokenizer tokenizer(String vocabulary) {
        try {
            return WordPieceTokenizer.read(new StringReader(vocabulary));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static float[] randomVectors(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] vectors = new float[TOKENIZER.vocabulary().size() * DIMENSION];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = (float) random.nextDouble(-3, 3);
        }
        return vectors;
    }

    @Test
    void embed_twoTokens_directionOfTheirSum() {
        float[] vectors = randomVectors(1);
        StaticEmbedder embedder = StaticEmbedder.of(TOKENIZER, DIMENSION, vectors);
        double[] sum = new double[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            sum[i] = vectors[RED * DIMENSION + i] + vectors[PLURAL * DIMENSION + i];
        }
        double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
        float[] embedding = embedder.embed("Reds");
        for (int i = 0; i < DIMENSION; i++) {
            assertThat((double) embedding[i]).isCloseTo(sum[i] / length, within(0.02));
        }
        assertThat(embedder.embed(new int[] {RED, PLURAL})).isEqualTo(embedding);
    }

    @Test
    void embed_anyText_unitLength() {
        StaticEmbedder embedder = StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(2));
        for (String text : new String[] {"red", "green reds", "unknown", "red ".repeat(2_000)}) {
            assertThat(length(embedder.embed(text))).as(text).isCloseTo(1, within(1e-6));
        }
    }

    @Test
    void embed_longText_readsTheFirstTokensOnly() {
        StaticEmbedder embedder = StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(3));
        String start = "red ".repeat(StaticEmbedder.MAX_TOKENS);
        assertThat(embedder.embed(start + "green green")).isEqualTo(embedder.embed(start));
    }

    @Test
    void embed_nothing_zeroVector() {
        StaticEmbedder embedder = StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(4));
        assertThat(embedder.embed(" \t")).isEqualTo(new float[DIMENSION]);
        assertThat(embedder.embed(new int[0])).isEqualTo(new float[DIMENSION]);
    }

    @Test
    void vector_anyToken_withinHalfAStep() {
        float[] vectors = randomVectors(5);
        StaticEmbedder embedder = StaticEmbedder.of(TOKENIZER, DIMENSION, vectors);
        for (int token = 0; token < TOKENIZER.vocabulary().size(); token++) {
            float[] vector = embedder.vector(token);
            float largest = 0;
            for (int i = 0; i < DIMENSION; i++) {
                largest = Math.max(largest, Math.abs(vectors[token * DIMENSION + i]));
            }
            for (int i = 0; i < DIMENSION; i++) {
                assertThat(vector[i]).isCloseTo(vectors[token * DIMENSION + i], within(largest / 127 * 0.501f));
            }
        }
    }

    @Test
    void of_zeroRow_staysZero() {
        StaticEmbedder embedder = StaticEmbedder.of(
                TOKENIZER, DIMENSION, new float[TOKENIZER.vocabulary().size() * DIMENSION]);
        assertThat(embedder.embed("red green")).isEqualTo(new float[DIMENSION]);
    }

    @Test
    void of_wrongVectors_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StaticEmbedder.of(TOKENIZER, DIMENSION, new float[7]))
                .withMessage("vectors must have 8 x 5 components, got 7");
        float[] vectors = randomVectors(6);
        vectors[2 * DIMENSION + 3] = Float.NaN;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StaticEmbedder.of(TOKENIZER, DIMENSION, vectors))
                .withMessage("row 2 must be finite, got NaN at 3");
    }

    @Test
    void vector_tokenOutsideTheVocabulary_refused() {
        StaticEmbedder embedder = StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(7));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embedder.embed(new int[] {8}))
                .withMessage("token must be in [0, 8), got 8");
        assertThatIllegalArgumentException().isThrownBy(() -> embedder.vector(-1));
    }

    @Test
    void of_fileThatWasWritten_sameVectors() {
        StaticEmbedder embedder = StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(8));
        StaticEmbedder read = read(embedder.toFile().toBytes());
        assertThat(read.dimension()).isEqualTo(DIMENSION);
        for (int token = 0; token < TOKENIZER.vocabulary().size(); token++) {
            assertThat(read.vector(token)).isEqualTo(embedder.vector(token));
        }
    }

    @Test
    void of_anyBitFlipped_refused() {
        byte[] file = StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(9))
                .toFile()
                .toBytes();
        for (int i = 0; i < file.length * Byte.SIZE; i++) {
            byte[] damaged = file.clone();
            damaged[i / Byte.SIZE] ^= (byte) (1 << i % Byte.SIZE);
            assertThatExceptionOfType(InvalidModelException.class)
                    .as("bit " + i)
                    .isThrownBy(() -> read(damaged));
        }
    }

    @Test
    void of_anythingElse_refusedWithTheReason() {
        byte[] file = StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(10))
                .toFile()
                .toBytes();
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatExceptionOfType(InvalidModelException.class).isThrownBy(() -> read(cut));
        }
        byte[] damaged = file.clone();
        damaged[file.length - 10]++;
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> read(damaged))
                .withMessageContaining("the content is damaged");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> StaticEmbedder.of(
                        TOKENIZER, Safetensors.of(Map.of("tokens", Tensor.ofBytes(new byte[40], 8, 5)), Map.of())))
                .withMessage("the file's format is \"null\", expected \"tiny-dancer static tokens 1\"");
    }

    @Test
    void of_tableOfAnotherVocabulary_refused() {
        Safetensors file =
                StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(11)).toFile();
        WordPieceTokenizer other = tokenizer("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nred\nblue\n##s\n");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> StaticEmbedder.of(other, file))
                .withMessage("the token table was made for another vocabulary: it has 8 tokens, the tokenizer 8");
    }

    /** Recorded evidence and trained classifiers stand on these very vectors: a change of the file must not move them. */
    @Test
    void standard_everyToken_hasTheVectorThatItAlwaysHad() {
        StaticEmbedder embedder = StaticEmbedder.standard();
        CRC32C checksum = new CRC32C();
        for (int token = 0; token < embedder.tokenizer().vocabulary().size(); token++) {
            ByteBuffer bytes = ByteBuffer.allocate(embedder.dimension() * Float.BYTES);
            bytes.asFloatBuffer().put(embedder.vector(token));
            checksum.update(bytes);
        }
        assertThat(checksum.getValue()).isEqualTo(0x69e3f776L);
    }

    @Test
    void standard_relatedTexts_closerThanUnrelated() {
        StaticEmbedder embedder = StaticEmbedder.standard();
        assertThat(embedder.dimension()).isEqualTo(256);
        float[] password = embedder.embed("I forgot my password and cannot log in");
        assertThat(cosine(password, embedder.embed("How do I reset my login credentials?")))
                .isGreaterThan(0.2 + cosine(password, embedder.embed("What is a good recipe for banana bread?")));
    }

    private static StaticEmbedder read(byte[] file) {
        try {
            return StaticEmbedder.of(TOKENIZER, Safetensors.read("tokens", new ByteArrayInputStream(file)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static double length(float[] vector) {
        return Math.sqrt(cosine(vector, vector));
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
