package dev.tinydancer.router.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FastGrnnFileTest {

    private final float[] input = TextbookCell.random(new Random(2), 7, 1);
    private final float[] hidden = TextbookCell.random(new Random(3), 5, 1);

    @Test
    void read_everyForm_stepsExactlyAsBefore() {
        for (TextbookCell reference : TextbookCell.forms(new Random(1), 7, 5)) {
            FastGrnnCell read = FastGrnnFile.read(FastGrnnFile.of(reference.cell(), false));
            assertThat(read.sharesWeights())
                    .as(reference.name())
                    .isEqualTo(reference.cell().sharesWeights());
            assertThat(read.step(input, hidden))
                    .as(reference.name())
                    .containsExactly(reference.cell().step(input, hidden));
        }
    }

    @Test
    void read_quantized_stepsAlmostAsBeforeFromAQuarterOfTheMatrices() {
        for (TextbookCell reference : TextbookCell.forms(new Random(1), 7, 5)) {
            float[] exact = reference.cell().step(input, hidden);
            float[] rounded =
                    FastGrnnFile.read(FastGrnnFile.of(reference.cell(), true)).step(input, hidden);
            for (int i = 0; i < exact.length; i++) {
                assertThat(rounded[i]).as(reference.name()).isCloseTo(exact[i], within(0.03f));
            }
        }
    }

    @Test
    void read_incompleteOrMisshapenFile_isRefused() {
        Safetensors file = FastGrnnFile.of(
                TextbookCell.forms(new Random(1), 7, 5).getFirst().cell(), false);
        for (String name : file.tensors().keySet()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
            tensors.remove(name);
            assertThatExceptionOfType(InvalidModelException.class)
                    .as(name)
                    .isThrownBy(() -> FastGrnnFile.read(Safetensors.of(tensors, Map.of())))
                    .withMessageContaining(name);
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>(file.tensors());
        tensors.put("gate.recurrent", Tensor.ofFloats(new float[20], 5, 4));
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> FastGrnnFile.read(Safetensors.of(tensors, Map.of())))
                .withMessageContaining("5 × 5");
    }
}
