package dev.tinydancer.router.embedding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class StaticEmbedderTest {

    private static final int DIMENSION = 5;
    private static final WordPieceTokenizer TOKENIZER =
            tokenizer("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nred\ngreen\n##s\n");
    private static final int RED = 5;
    private static final int PLURAL = 7;
    private static final int HEADER = 24;

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
        float[] out = new float[DIMENSION + 2];
        for (int token = 0; token < TOKENIZER.vocabulary().size(); token++) {
            Arrays.fill(out, Float.NaN);
            embedder.vector(token, out, 1);
            float largest = 0;
            for (int i = 0; i < DIMENSION; i++) {
                largest = Math.max(largest, Math.abs(vectors[token * DIMENSION + i]));
            }
            for (int i = 0; i < DIMENSION; i++) {
                assertThat(out[1 + i]).isCloseTo(vectors[token * DIMENSION + i], within(largest / 127 * 0.501f));
            }
            assertThat(out[0]).isNaN();
            assertThat(out[DIMENSION + 1]).isNaN();
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
                .withMessage("the vector of token 2 is not finite: NaN at 3");
    }

    @Test
    void vector_tokenOutsideTheVocabulary_refused() {
        StaticEmbedder embedder = StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(7));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> embedder.embed(new int[] {8}))
                .withMessage("token must be in [0, 8), got 8");
        assertThatIllegalArgumentException().isThrownBy(() -> embedder.vector(-1, new float[DIMENSION], 0));
    }

    @Test
    void read_whatWasWritten_sameVectors() throws IOException {
        StaticEmbedder embedder = StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(8));
        StaticEmbedder read = StaticEmbedder.read(TOKENIZER, new ByteArrayInputStream(file(embedder)));
        assertThat(read.dimension()).isEqualTo(DIMENSION);
        for (int token = 0; token < TOKENIZER.vocabulary().size(); token++) {
            assertThat(read.embed(new int[] {token})).isEqualTo(embedder.embed(new int[] {token}));
        }
    }

    @Test
    void read_anyBitFlipped_refused() throws IOException {
        byte[] file = file(StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(9)));
        for (int i = 0; i < file.length * Byte.SIZE; i++) {
            byte[] damaged = file.clone();
            damaged[i / Byte.SIZE] ^= (byte) (1 << i % Byte.SIZE);
            assertThatExceptionOfType(IOException.class).as("bit " + i).isThrownBy(() -> read(damaged));
        }
    }

    @Test
    void read_anythingElse_refusedWithTheReason() throws IOException {
        byte[] file = file(StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(10)));
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> read(cut));
        }
        assertRefused(Arrays.copyOf(file, file.length - 1), "token table is cut short");
        assertRefused(Arrays.copyOf(file, HEADER + 3), "token table is cut short");
        assertRefused(Arrays.copyOf(file, file.length + 1), "token table is followed by something else");
        assertRefused("{\"a\":1}".getBytes(UTF_8), "not a token table: it does not begin with TDTOKENS");
        byte[] newer = file.clone();
        newer[11] = 2;
        assertRefused(newer, "token table of version 2; this program reads version 1");
        byte[] damaged = file.clone();
        damaged[file.length - 10]++;
        assertRefused(damaged, "token table is damaged: its checksum does not match");
    }

    @Test
    void read_tableOfAnotherVocabulary_refused() throws IOException {
        byte[] file = file(StaticEmbedder.of(TOKENIZER, DIMENSION, randomVectors(11)));
        WordPieceTokenizer other = tokenizer("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nred\nblue\n##s\n");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> StaticEmbedder.read(other, new ByteArrayInputStream(file)))
                .withMessage("token table was made for another vocabulary: it has 8 tokens, the tokenizer 8");
    }

    @Test
    void standard_relatedTexts_closerThanUnrelated() {
        StaticEmbedder embedder = StaticEmbedder.standard();
        assertThat(embedder.dimension()).isEqualTo(256);
        float[] password = embedder.embed("I forgot my password and cannot log in");
        assertThat(cosine(password, embedder.embed("How do I reset my login credentials?")))
                .isGreaterThan(0.2 + cosine(password, embedder.embed("What is a good recipe for banana bread?")));
    }

    private static void assertRefused(byte[] file, String message) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> read(file))
                .withMessage(message);
    }

    private static StaticEmbedder read(byte[] file) throws IOException {
        return StaticEmbedder.read(TOKENIZER, new ByteArrayInputStream(file));
    }

    private static byte[] file(StaticEmbedder embedder) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        embedder.write(file);
        return file.toByteArray();
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
