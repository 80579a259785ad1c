package dev.tinydancer.router.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestClassifierTest {

    @TempDir
    private Path folder;

    @Test
    void classify_temperatures_softenProbabilitiesWithoutReordering() {
        RequestClassifier plain = RequestClassifier.of(file(Temperatures.NONE));
        RequestClassifier soft = RequestClassifier.of(file(new Temperatures(3, 2)));
        int[] tokens = {1, 4, 2};
        assertThat(soft.classify(tokens).topCategory())
                .isEqualTo(plain.classify(tokens).topCategory());
        assertThat(soft.classify(tokens).confidence())
                .isLessThan(plain.classify(tokens).confidence());
        for (int k = 0; k < 2; k++) {
            float before = plain.classify(tokens).capabilityProbabilities()[k];
            float after = soft.classify(tokens).capabilityProbabilities()[k];
            assertThat(Math.abs(after - 0.5f)).isLessThan(Math.abs(before - 0.5f));
        }
    }

    @Test
    void classify_tokenOutsideTheVocabulary_isRefused() {
        RequestClassifier classifier = RequestClassifier.of(file());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> classifier.classify(new int[] {6}))
                .withMessage("token must be in [0, 6), got 6");
        assertThatIllegalArgumentException().isThrownBy(() -> classifier.classify(new int[] {-1}));
    }

    @Test
    void read_writtenFile_answersTheSame() throws IOException {
        Path path = folder.resolve("model.safetensors");
        file().write(path);
        int[] tokens = {3, 1, 2};
        assertThat(RequestClassifier.read(path).classify(tokens).categoryProbabilities())
                .containsExactly(RequestClassifier.of(file()).classify(tokens).categoryProbabilities());
    }

    @Test
    void read_foreignFile_isRefused() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Files.writeString(path, "not a model, but long enough to have a header");
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> RequestClassifier.read(path))
                .withMessageContaining(path.toString());
        Safetensors.of(Map.of("w", Tensor.ofFloats(new float[1], 1)), Map.of()).write(path);
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> RequestClassifier.read(path))
                .withMessageContaining("expected \"tiny-dancer request classifier 1\"");
    }

    /** In a tensor any other byte is another weight: only the checksum can tell. */
    @Test
    void read_oneByteChanged_isRefused() throws IOException {
        Path path = folder.resolve("model.safetensors");
        byte[] bytes = file().toBytes();
        bytes[bytes.length - 5] ^= 1;
        Files.write(path, bytes);
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> RequestClassifier.read(path))
                .withMessageContaining("the content is damaged");
    }

    @Test
    void read_truncatedFile_isRefused() throws IOException {
        Path path = folder.resolve("model.safetensors");
        byte[] bytes = file().toBytes();
        Files.write(path, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> RequestClassifier.read(path))
                .withMessageContaining(path.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokens",
                "phrases",
                "phrases.hashes",
                "phrases.rarities",
                "cell.gate.bias",
                "cell.mixing",
                "category.weights",
                "capability.mix"
            })
    void of_tensorMissing_isRefusedByName(String name) {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> RequestClassifier.of(changed((tensors, metadata) -> tensors.remove(name))))
                .withMessageContaining("\"" + name + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"categories", "capabilities", "temperature.category", "vocabulary", "window.head"})
    void of_metadataMissingOrAbsurd_isRefused(String key) {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> RequestClassifier.of(changed((tensors, metadata) -> metadata.remove(key))))
                .withMessageContaining(key);
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> RequestClassifier.of(changed((tensors, metadata) -> metadata.put(key, "-1,-1"))));
    }

    @Test
    void of_valueThatIsNotFinite_isRefused() {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> RequestClassifier.of(changed((tensors, metadata) ->
                        tensors.put("category.bias", Tensor.ofFloats(new float[] {0, Float.NaN, 0}, 1, 3)))))
                .withMessageContaining("category.bias");
    }

    private static Safetensors changed(BiConsumer<Map<String, Tensor>, Map<String, String>> change) {
        Safetensors file = file();
        Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
        Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
        change.accept(tensors, metadata);
        return Safetensors.of(tensors, metadata).sealed();
    }

    private static Safetensors file() {
        return file(new Temperatures(1.5f, 1.2f));
    }

    private static Safetensors file(Temperatures temperatures) {
        return RandomClassifier.file(6, List.of("a", "b", "c"), List.of("x", "y"), temperatures);
    }
}
