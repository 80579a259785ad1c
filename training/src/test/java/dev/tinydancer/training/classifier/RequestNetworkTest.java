package dev.tinydancer.training.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.neural.NetworkShape;
import dev.tinydancer.router.neural.PhraseTable;
import dev.tinydancer.router.neural.TokenWindow;
import dev.tinydancer.training.optimization.Parameter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RequestNetworkTest {

    private static final int[] TOKENS = {3, 1, 4, 1, 5};
    private static final float WIDTH = 1e-2f;

    private final Dropout none = new Dropout(0, 0, 0);
    private final Target target = new Target(1, 3, 0.1f, BitSet.valueOf(new long[] {0b10}));

    @Test
    void train_gradients_agreeWithFiniteDifferences() {
        RequestNetwork network = network();
        network.train(TOKENS, target, 0.7f, none, new Random(1));
        List<Parameter> parameters = new ArrayList<>(network.cellParameters());
        parameters.addAll(List.of(
                network.tokenVectors(),
                network.phraseWeights(),
                network.categoryWeights(),
                network.categoryBias(),
                network.capabilityWeights(),
                network.capabilityMix(),
                network.capabilityBias()));
        List<float[]> gradients = new ArrayList<>();
        parameters.forEach(parameter -> gradients.add(parameter.gradient().clone()));
        // The mix takes the category probabilities as constants; without it the slopes are those of the whole loss.
        for (int p = 0; p < parameters.size(); p++) {
            float[] values = parameters.get(p).values();
            for (int i = 0; i < values.length; i += 1 + values.length / 40) {
                assertThat((double) gradients.get(p)[i])
                        .as("%s[%d]", parameters.get(p).name(), i)
                        .isCloseTo(slope(network, values, i), within(2e-3));
            }
        }
    }

    @Test
    void classify_noTokens_dependsOnTheBiasAlone() {
        RequestNetwork network = network();
        network.categoryBias().values()[2] = 5;
        assertThat(network.classify(new int[0])[2]).isGreaterThan(0.95f);
    }

    private double slope(RequestNetwork network, float[] values, int index) {
        float before = values[index];
        values[index] = before + WIDTH;
        double above = network.train(TOKENS, target, 0.7f, none, new Random(1));
        values[index] = before - WIDTH;
        double below = network.train(TOKENS, target, 0.7f, none, new Random(1));
        values[index] = before;
        return (above - below) / (2.0 * WIDTH);
    }

    private static RequestNetwork network() {
        Random random = new Random(31);
        PhraseTable phrases =
                PhraseTable.choose(List.of(TOKENS, TOKENS, new int[] {1, 4, 2, 3, 1}), List.of("a", "b", "c"), 100);
        NetworkShape shape = new NetworkShape(6, 4, 3, phrases.size(), new TokenWindow(6, 2), 3, 2);
        RequestNetwork network = new RequestNetwork(shape, RandomCells.floats(random, 24, 1), phrases, random);
        for (Parameter parameter : List.of(
                network.phraseWeights(),
                network.categoryWeights(),
                network.categoryBias(),
                network.capabilityWeights())) {
            float[] values = RandomCells.floats(random, parameter.values().length, 0.5);
            System.arraycopy(values, 0, parameter.values(), 0, values.length);
        }
        return network;
    }
}
