package dev.tinydancer.router.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class EmphasisTest {

    private static final int DIMENSION = 64;

    private final Random random = new Random(3);

    @Test
    void emphasis_stretchesWhereRequestsDiffer_andKeepsTheirVariance() {
        List<RequestVector> requests = requests(2_000);
        Emphasis emphasis = Emphasis.of(requests);
        List<float[]> before = requests.stream().map(RequestVector::components).toList();
        List<float[]> after = requests.stream().map(emphasis::of).toList();

        assertThat(total(after)).isCloseTo(total(before), within(0.01 * total(before)));
        assertThat(variance(after, 0) / variance(after, DIMENSION - 1))
                .isGreaterThan(3 * variance(before, 0) / variance(before, DIMENSION - 1));
    }

    @Test
    void length_staysAsItIs() {
        List<RequestVector> requests = requests(200);
        Emphasis emphasis = Emphasis.of(requests);

        for (RequestVector request : requests) {
            assertThat(emphasis.of(request)[DIMENSION]).isEqualTo(request.components()[DIMENSION]);
        }
    }

    @Test
    void fewRequests_orNoDifference_changeNothing() {
        List<RequestVector> few = requests(63);
        assertThat(Emphasis.of(few).of(few.getFirst())).isEqualTo(few.getFirst().components());

        float[] one = new float[DIMENSION];
        one[5] = 1;
        List<RequestVector> same =
                IntStream.range(1, 200).mapToObj(length -> request(one, length)).toList();
        assertThat(Emphasis.of(same).of(same.getFirst()))
                .isEqualTo(same.getFirst().components());
    }

    /** Each component varies half as much as the one before, down to a thousandth. */
    private List<RequestVector> requests(int count) {
        List<RequestVector> requests = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            float[] embedding = new float[DIMENSION];
            for (int i = 0; i < DIMENSION; i++) {
                embedding[i] = (float) (random.nextGaussian() * Math.max(Math.pow(0.5, i), 0.001));
            }
            requests.add(request(embedding, 30));
        }
        return requests;
    }

    private static RequestVector request(float[] embedding, int tokens) {
        return RequestVector.of(new RequestFeatures(tokens, embedding, Map.of(), Map.of()));
    }

    private static double total(List<float[]> vectors) {
        return IntStream.range(0, DIMENSION)
                .mapToDouble(i -> variance(vectors, i))
                .sum();
    }

    private static double variance(List<float[]> vectors, int component) {
        double mean = vectors.stream()
                .mapToDouble(vector -> vector[component])
                .average()
                .orElseThrow();
        return vectors.stream()
                .mapToDouble(vector -> (vector[component] - mean) * (vector[component] - mean))
                .average()
                .orElseThrow();
    }
}
