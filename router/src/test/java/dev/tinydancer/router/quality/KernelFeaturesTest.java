package dev.tinydancer.router.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.quality.AbilityModel.Observation;
import dev.tinydancer.router.vector.VectorMath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KernelFeaturesTest {

    private static final int DIMENSION = 48;

    private final Random random = new Random(7);

    @Test
    void products_areTheKernel_whereEveryRequestIsALandmark() {
        List<RequestVector> requests = requests(40);
        KernelFeatures features = KernelFeatures.of(requests);

        assertThat(features.dimension()).isEqualTo(40);
        for (RequestVector one : requests) {
            for (RequestVector other : requests) {
                assertThat((double) VectorMath.dot(features.of(one), features.of(other)))
                        .isCloseTo(kernel(one, other), within(1e-3));
            }
        }
    }

    @Test
    void products_areNearlyTheKernel_forRequestsThatNoLandmarkWasMadeOf() {
        // Few kinds of requests, so that 256 landmarks suffice.
        List<RequestVector> requests = alike(1_000);
        KernelFeatures features = KernelFeatures.of(requests.subList(0, 900));

        assertThat(features.dimension()).isEqualTo(256);
        for (RequestVector unseen : requests.subList(900, 1_000)) {
            float[] own = features.of(unseen);
            assertThat((double) VectorMath.dot(own, own)).isBetween(0.9, 1.001);
        }
    }

    @Test
    void foldedWeights_giveTheSameProduct() {
        List<RequestVector> requests = requests(100);
        KernelFeatures features = KernelFeatures.of(requests);
        double[] weights = random.doubles(features.dimension(), -1, 1).toArray();
        float[] folded = features.folded(weights);

        for (RequestVector request : requests) {
            double product = 0;
            float[] ofRequest = features.of(request);
            for (int i = 0; i < weights.length; i++) {
                product += weights[i] * ofRequest[i];
            }
            assertThat((double) VectorMath.dot(folded, features.similarities(request)))
                    .isCloseTo(product, within(1e-2));
        }
    }

    @Test
    void sameRequestManyTimes_isOneLandmark() {
        List<RequestVector> requests = new ArrayList<>(Collections.nCopies(500, request(unit(), 10)));
        requests.add(request(unit(), 10));

        KernelFeatures features = KernelFeatures.of(requests);

        assertThat(features.dimension()).isEqualTo(2);
        assertThat(features.of(requests.getFirst())).doesNotContain(Float.NaN);
    }

    @Test
    void sameRequests_haveTheSameFeatures() {
        List<RequestVector> requests = requests(300);
        assertThat(KernelFeatures.of(requests).of(requests.getFirst()))
                .containsExactly(KernelFeatures.of(requests).of(requests.getFirst()));
    }

    /** Good on two opposite sides, bad on the two between them: what no weights of the embedding itself tell apart. */
    @Test
    void abilities_bend() {
        float[] first = unit();
        float[] second = unit();
        List<Observation> observations = new ArrayList<>();
        List<RequestVector> requests = new ArrayList<>();
        List<Boolean> good = new ArrayList<>();
        for (int n = 0; n < 400; n++) {
            int one = random.nextBoolean() ? 1 : -1;
            int other = random.nextBoolean() ? 1 : -1;
            float[] embedding = new float[DIMENSION];
            VectorMath.addScaled(one, first, embedding);
            VectorMath.addScaled(other, second, embedding);
            VectorMath.addScaled(0.3f, unit(), embedding);
            VectorMath.normalizeInPlace(embedding);
            requests.add(request(embedding, 20));
            good.add(one == other);
        }
        KernelFeatures features = KernelFeatures.of(requests.subList(0, 300));
        for (int n = 0; n < 300; n++) {
            observations.add(new Observation(features.of(requests.get(n)), "agent", good.get(n) ? 1 : 0, 0, 0, 1));
        }

        AbilityModel model = AbilityFit.of(observations, features).orElseThrow().withVariance(1);

        for (int n = 300; n < 400; n++) {
            assertThat(model.request(requests.get(n), 0).correction("agent") > 0)
                    .isEqualTo(good.get(n));
        }
        assertThat(model.outcomes("agent")).isEqualTo(300);
        assertThat(model.outcomes("nobody")).isZero();
    }

    private static double kernel(RequestVector one, RequestVector other) {
        double squares = 0;
        for (int i = 0; i < one.components().length; i++) {
            double difference = one.components()[i] - other.components()[i];
            squares += difference * difference;
        }
        return Math.exp(-squares / 2);
    }

    private List<RequestVector> requests(int count) {
        List<RequestVector> requests = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            requests.add(request(unit(), 1 + random.nextInt(500)));
        }
        return requests;
    }

    private List<RequestVector> alike(int count) {
        List<float[]> kinds = new ArrayList<>();
        for (int kind = 0; kind < 20; kind++) {
            kinds.add(unit());
        }
        List<RequestVector> requests = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            float[] embedding = kinds.get(n % kinds.size()).clone();
            VectorMath.addScaled(0.2f, unit(), embedding);
            VectorMath.normalizeInPlace(embedding);
            requests.add(request(embedding, 40));
        }
        return requests;
    }

    private float[] unit() {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        VectorMath.normalizeInPlace(vector);
        return vector;
    }

    private static RequestVector request(float[] embedding, int tokens) {
        return RequestVector.of(new RequestFeatures(tokens, embedding, Map.of(), Map.of()));
    }
}
