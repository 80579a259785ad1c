package dev.tinydancer.training.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.neural.NetworkShape;
import dev.tinydancer.router.neural.PhraseTable;
import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.neural.Temperatures;
import dev.tinydancer.router.neural.TokenWindow;
import dev.tinydancer.training.optimization.Parameter;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ClassifierFileTest {

    @Test
    void of_network_classifiesAsTheNetworkDoes() {
        RequestNetwork network = network();
        Labels labels = new Labels(List.of("a", "b", "c"), List.of("x", "y"));
        RequestClassifier classifier =
                RequestClassifier.of(ClassifierFile.of(network, labels, Temperatures.NONE, false, Map.of()));
        for (int[] tokens :
                new int[][] {{}, {1}, {2, 2, 5}, {1, 2, 3, 4, 5, 0, 1, 2}, {5, 4, 3, 2, 1, 0, 5, 4, 3, 2}}) {
            float[] expected = network.classify(network.shape().window().cut(tokens));
            float[] actual = classifier.classify(tokens).categoryProbabilities();
            for (int i = 0; i < 3; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
            }
        }
    }

    @Test
    void of_labelWithAComma_isRefused() {
        Labels labels = new Labels(List.of("a", "b", "c,d"), List.of("x", "y"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassifierFile.of(network(), labels, Temperatures.NONE, false, Map.of()))
                .withMessageContaining("\"c,d\"");
    }

    private static RequestNetwork network() {
        Random random = new Random(41);
        PhraseTable phrases = new PhraseTable(new int[] {11, -7, 1 << 30}, new float[] {1, 2, 3});
        NetworkShape shape = new NetworkShape(6, 4, 3, 3, new TokenWindow(5, 3), 3, 2);
        RequestNetwork network = new RequestNetwork(shape, RandomCells.floats(random, 24, 1), phrases, random);
        for (Parameter parameter : List.of(
                network.phraseWeights(),
                network.categoryWeights(),
                network.categoryBias(),
                network.capabilityWeights(),
                network.capabilityBias(),
                network.capabilityMix())) {
            float[] values = RandomCells.floats(random, parameter.values().length, 0.8);
            System.arraycopy(values, 0, parameter.values(), 0, values.length);
        }
        return network;
    }
}
