package dev.tinydancer.router.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.neural.FastGrnnCell;
import dev.tinydancer.router.neural.FastGrnnFile;
import dev.tinydancer.router.neural.SequenceStates;
import dev.tinydancer.router.neural.WeightMatrix;
import dev.tinydancer.router.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worked example of {@code docs/models/fastgrnn.md}, from a package of its own: it sees only what is public. */
final class FastGrnnExampleTest {

    private static final Path PAGE = Path.of("..", "docs", "models", "fastgrnn.md");
    private static final Path THIS =
            Path.of("src/test/java/dev/tinydancer/router/documentation/FastGrnnExampleTest.java");
    private static final float[] EXPECTED_STATE = {0.0120025f, 0.1671315f, -0.1419105f};
    private static final float[] EXPECTED_MEAN = {0.0409719f, 0.1109054f, -0.2190250f};
    private static final Offset<Float> APPROXIMATION = within(2e-6f);

    @TempDir
    private Path folder;

    /** The values were worked out from the paper's formula in double precision, by another program. */
    @Test
    void example_givesTheValuesThatThePageStates() throws IOException {
        // begin of the example
        WeightMatrix w = WeightMatrix.dense(3, 2, new float[] {
            0.5f, -0.2f, // unit 0
            0.1f, 0.8f, // unit 1
            -0.6f, 0.3f, // unit 2
        });
        WeightMatrix u = WeightMatrix.dense(3, 3, new float[] {
            0.2f, 0, -0.1f, 0, 0.4f, 0.3f, 0.1f, -0.2f, 0.5f,
        });
        float[] gateBias = {1, 0.5f, 0};
        float[] updateBias = {0, 0.1f, -0.1f};
        FastGrnnCell cell = FastGrnnCell.paper(w, u, gateBias, updateBias, 1, -4);

        // Step by step, from a state of zeros.
        float[] state = new float[cell.hiddenSize()];
        state = cell.step(new float[] {1, 0}, state);
        state = cell.step(new float[] {0, 1}, state);

        // The same as a sequence of two inputs, one after the other.
        SequenceStates states = cell.run(new float[] {1, 0, 0, 1}, 2);

        // To a file and back.
        Path file = folder.resolve("cell.safetensors");
        FastGrnnFile.of(cell, false).write(file);
        FastGrnnCell loaded = FastGrnnFile.read(Safetensors.read(file));
        // end of the example

        assertThat(states.last()).containsExactly(state);
        assertClose(state, EXPECTED_STATE);
        assertClose(states.mean(), EXPECTED_MEAN);
        assertThat(loaded.run(new float[] {1, 0, 0, 1}, 2).last()).containsExactly(state);
        assertThat(loaded.sharesWeights()).isTrue();
    }

    @Test
    void page_showsThisExample_andItsValues() throws IOException {
        String page = Files.readString(PAGE);
        List<String> source = Files.readAllLines(THIS);
        String example = source.stream()
                .dropWhile(line -> !line.strip().equals("// begin of the example"))
                .skip(1)
                .takeWhile(line -> !line.strip().equals("// end of the example"))
                .map(String::stripLeading)
                .reduce("", (text, line) -> text + line + "\n");
        assertThat(page.lines().map(String::stripLeading).reduce("", (text, line) -> text + line + "\n"))
                .contains(example);
        for (float value : EXPECTED_STATE) {
            assertThat(page).contains(Float.toString(value));
        }
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], APPROXIMATION);
        }
    }
}
