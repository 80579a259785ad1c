package dev.tinydancer.training.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.neural.Probabilities;
import dev.tinydancer.router.neural.Temperatures;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CalibratorTest {

    /** Labels are drawn from the very probabilities that the logits divided by 2.5 (categories) and 0.5 give. */
    @Test
    void fit_logitsOfKnownTemperature_findsIt() {
        Calibrator calibrator = new Calibrator();
        Random random = new Random(17);
        for (int i = 0; i < 20_000; i++) {
            float[] categories = RandomCells.floats(random, 3, 3);
            float[] capabilities = RandomCells.floats(random, 1, 1);
            float[] probabilities = new float[3];
            for (int c = 0; c < 3; c++) {
                probabilities[c] = categories[c] / 2.5f;
            }
            Probabilities.softmaxInPlace(probabilities);
            BitSet needed = new BitSet();
            needed.set(0, random.nextDouble() < 1 / (1 + Math.exp(-capabilities[0] / 0.5)));
            calibrator.add(categories, capabilities, new Target(draw(probabilities, random), 3, 0, needed));
        }

        Temperatures fitted = calibrator.fit();

        assertThat(fitted.category()).isCloseTo(2.5f, within(0.1f));
        assertThat(fitted.capability()).isCloseTo(0.5f, within(0.03f));
    }

    @Test
    void fit_nothingAdded_changesNothing() {
        assertThat(new Calibrator().fit()).isEqualTo(Temperatures.NONE);
    }

    private static int draw(float[] probabilities, Random random) {
        float rest = random.nextFloat();
        int index = 0;
        while (index < probabilities.length - 1 && rest >= probabilities[index]) {
            rest -= probabilities[index++];
        }
        return index;
    }
}
