package dev.tinydancer.router.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15q.BgeSmallEnV15QuantizedEmbeddingModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference is LangChain4j's own class for the same model, which runs each text alone. */
final class SentenceEmbedderTest {

    private static final List<String> TEXTS = List.of(
            "hello",
            "What is the weather like in Paris tomorrow?",
            "Transfer $250.75 from checking to savings, please!",
            "crème brûlée “recipe” — 東京 😀",
            "def reverse(xs):\n    return xs[::-1]  # why does this fail on tuples?",
            "word ".repeat(80),
            "");

    private static SentenceEmbedder embedder;

    @BeforeAll
    static void open() {
        embedder = new SentenceEmbedder(WordPieceTokenizer.bgeSmall());
    }

    @AfterAll
    static void close() {
        embedder.close();
    }

    @Test
    void embed_variousTexts_asReference() {
        EmbeddingModel reference = new BgeSmallEnV15QuantizedEmbeddingModel();
        for (String text : TEXTS.subList(0, TEXTS.size() - 1)) {
            float[] expected = reference.embed(text).content().vector();
            float[] actual = embedder.embed(text);
            assertThat(actual).as(text).hasSize(embedder.dimension());
            assertThat(actual).as(text).containsExactly(expected, Offset.offset(1e-3f));
        }
    }

    @Test
    void embedAll_variousTexts_eachAsAlone() {
        List<float[]> vectors = embedder.embedAll(TEXTS);
        for (int i = 0; i < TEXTS.size(); i++) {
            assertThat(vectors.get(i)).isEqualTo(embedder.embed(TEXTS.get(i)));
        }
    }

    @Test
    void embedTokenBatch_manyTexts_nearlyAsAloneAndInOrder() {
        List<String> texts = IntStream.range(0, 24)
                .mapToObj(i -> TEXTS.get(i % 5) + " number " + i)
                .toList();
        WordPieceTokenizer tokenizer = WordPieceTokenizer.bgeSmall();
        List<float[]> vectors = embedder.embedTokenBatch(texts.stream()
                .map(text -> tokenizer.encode(text, SentenceEmbedder.MAX_TOKENS - 2))
                .toList());
        assertThat(vectors).hasSameSizeAs(texts);
        for (int i = 0; i < texts.size(); i += 5) {
            assertThat(cosine(vectors.get(i), embedder.embed(texts.get(i)))).isGreaterThan(0.985);
        }
        assertThat(embedder.embedTokenBatch(List.of())).isEmpty();
    }

    @Test
    void embed_longText_readsTheFirstTokensOnly() {
        String start = "word ".repeat(SentenceEmbedder.MAX_TOKENS - 2);
        assertThat(embedder.embed(start + "and more")).isEqualTo(embedder.embed(start));
    }

    @Test
    void embed_anyText_unitLength() {
        for (String text : TEXTS) {
            float[] vector = embedder.embed(text);
            assertThat(cosine(vector, vector)).as(text).isCloseTo(1, within(1e-5));
        }
    }

    @Test
    void embed_severalThreads_sameVectors() throws Exception {
        List<float[]> expected = embedder.embedAll(TEXTS.subList(0, 5));
        try (SentenceEmbedder fresh = new SentenceEmbedder(WordPieceTokenizer.bgeSmall());
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Callable<List<float[]>>> calls = IntStream.range(0, 8)
                    .<Callable<List<float[]>>>mapToObj(i -> () -> fresh.embedAll(TEXTS.subList(0, 5)))
                    .toList();
            for (Future<List<float[]>> result : threads.invokeAll(calls)) {
                for (int i = 0; i < expected.size(); i++) {
                    assertThat(result.get().get(i)).isEqualTo(expected.get(i));
                }
            }
        }
    }

    @Test
    void embed_afterClose_refused() {
        SentenceEmbedder closed = new SentenceEmbedder(WordPieceTokenizer.bgeSmall());
        closed.embed("x");
        closed.close();
        closed.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> closed.embed("x"))
                .withMessage("the sentence embedder is closed");
        SentenceEmbedder neverOpened = new SentenceEmbedder(WordPieceTokenizer.bgeSmall());
        neverOpened.close();
        assertThatIllegalStateException().isThrownBy(() -> neverOpened.embed("x"));
    }

    /** In a process of its own, because a native library is loaded once for all. */
    @Test
    void embed_withoutTheNativeLibrary_saysWhatToDo(@TempDir Path folder) throws Exception {
        for (String name : List.of("onnxruntime", "onnxruntime4j_jni")) {
            Files.writeString(folder.resolve(System.mapLibraryName(name)), "not a library");
        }
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Donnxruntime.native.path=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbedOnce.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor()).isEqualTo(EmbedOnce.FAILED);
        assertThat(read(output))
                .contains("ONNX Runtime's native library cannot be loaded on " + System.getProperty("os.name"))
                .contains("-Donnxruntime.native.path=DIRECTORY");
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    /** What the test above starts. */
    static final class EmbedOnce {

        static final int FAILED = 3;

        private EmbedOnce() {}

        @SuppressWarnings("SystemOut") // The parent reads it.
        public static void main(String[] args) {
            try (SentenceEmbedder embedder = new SentenceEmbedder(WordPieceTokenizer.bgeSmall())) {
                embedder.embed("x");
            } catch (EmbeddingException e) {
                System.out.println(e.getMessage());
                System.exit(FAILED);
            }
        }
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
