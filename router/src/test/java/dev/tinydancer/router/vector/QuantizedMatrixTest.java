package dev.tinydancer.router.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.tinydancer.router.vector.QuantizedMatrix.Match;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Every search is compared with one that compares with every vector. */
final class QuantizedMatrixTest {

    private final SplittableRandom random = new SplittableRandom(7);

    private float[] unitVector(int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        VectorMath.normalizeInPlace(vector);
        return vector;
    }

    /** Close to one of a few centres, as the utterances of routes are. */
    private float[] clusteredVector(List<float[]> centres) {
        float[] centre = centres.get(random.nextInt(centres.size()));
        float[] vector = unitVector(centre.length);
        VectorMath.addScaled(2, centre, vector);
        VectorMath.normalizeInPlace(vector);
        return vector;
    }

    private static QuantizedMatrix matrix(List<float[]> vectors) {
        QuantizedMatrix matrix = new QuantizedMatrix(vectors.getFirst().length);
        vectors.forEach(matrix::add);
        return matrix;
    }

    /**
     * The same vector's product need not have the same last bit each time, for the compiler may add its parts in another
     * order; so two rows that differ by no more may change places.
     */
    private static void assertNearest(
            List<Match> found, List<float[]> vectors, float[] query, int count, IntPredicate accepted) {
        List<Match> nearest = compareWithAll(vectors, query, count, accepted);
        assertThat(found).extracting(Match::row).doesNotHaveDuplicates().hasSameSizeAs(nearest);
        for (int i = 0; i < found.size(); i++) {
            int row = found.get(i).row();
            float[] vector = vectors.get(row);
            Offset<Float> rounding = within(1e-6f * (float) Math.sqrt(VectorMath.dot(vector, vector)));
            assertThat(accepted.test(row)).isTrue();
            assertThat(found.get(i).similarity())
                    .as("row %s of %s x %s", row, vectors.size(), query.length)
                    .isCloseTo(VectorMath.dot(vector, query), rounding)
                    .isCloseTo(nearest.get(i).similarity(), rounding);
        }
    }

    private static List<Match> compareWithAll(List<float[]> vectors, float[] query, int count, IntPredicate accepted) {
        return IntStream.range(0, vectors.size())
                .filter(accepted)
                .mapToObj(row -> new Match(row, VectorMath.dot(vectors.get(row), query)))
                .sorted(Comparator.comparingDouble(Match::similarity).reversed().thenComparingInt(Match::row))
                .limit(count)
                .toList();
    }

    @Test
    void nearest_randomVectors_asComparingWithAll() {
        for (int dimension : new int[] {1, 2, 3, 63, 64, 65, 384}) {
            for (int size : new int[] {1, 2, 3, 255, 256, 257, 600}) {
                List<float[]> vectors = IntStream.range(0, size)
                        .mapToObj(i -> unitVector(dimension))
                        .toList();
                QuantizedMatrix matrix = matrix(vectors);
                for (int count : new int[] {1, 3, 17, size, size + 1}) {
                    float[] query = unitVector(dimension);
                    assertNearest(matrix.nearest(query, count), vectors, query, count, row -> true);
                }
            }
        }
    }

    @Test
    void nearest_clusters_asComparingWithAll() {
        List<float[]> centres =
                IntStream.range(0, 20).mapToObj(i -> unitVector(768)).toList();
        List<float[]> vectors = IntStream.range(0, 1_000)
                .mapToObj(i -> clusteredVector(centres))
                .toList();
        QuantizedMatrix matrix = matrix(vectors);
        for (int i = 0; i < 100; i++) {
            float[] query = clusteredVector(centres);
            assertNearest(matrix.nearest(query, 3), vectors, query, 3, row -> true);
        }
    }

    @Test
    void nearest_lengthsFarApart_asComparingWithAll() {
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            float[] vector = unitVector(100);
            float length = (float) Math.pow(10, random.nextDouble(-12, 12));
            for (int j = 0; j < vector.length; j++) {
                vector[j] *= length;
            }
            vectors.add(vector);
        }
        QuantizedMatrix matrix = matrix(vectors);
        for (int i = 0; i < 20; i++) {
            float[] query = unitVector(100);
            assertNearest(matrix.nearest(query, 10), vectors, query, 10, row -> true);
        }
    }

    @Test
    void nearest_filtered_bestOfThoseThatPass() {
        List<float[]> vectors =
                IntStream.range(0, 700).mapToObj(i -> unitVector(96)).toList();
        QuantizedMatrix matrix = matrix(vectors);
        float[] query = unitVector(96);
        for (IntPredicate accepted : List.<IntPredicate>of(row -> row % 50 == 7, row -> row == 699, row -> row > 300)) {
            assertNearest(matrix.nearest(query, 5, accepted), vectors, query, 5, accepted);
        }
        assertThat(matrix.nearest(query, 5, row -> false)).isEmpty();
    }

    @Test
    void nearest_equalVectors_lowerRowsFirst() {
        float[] vector = unitVector(40);
        QuantizedMatrix matrix = matrix(List.of(vector, vector, vector, vector, vector));
        assertThat(matrix.nearest(vector, 3)).extracting(Match::row).containsExactly(0, 1, 2);
    }

    @Test
    void nearest_zeroVectors_similarityZero() {
        QuantizedMatrix matrix = matrix(List.of(new float[5], new float[] {0, 0, 0, 0, -1}, new float[5]));
        assertThat(matrix.nearest(new float[] {0, 0, 0, 0, 1}, 3))
                .containsExactly(new Match(0, 0), new Match(2, 0), new Match(1, -1));
        assertThat(matrix.nearest(new float[5], 1)).extracting(Match::row).containsExactly(0);
    }

    @Test
    void nearest_emptyMatrix_empty() {
        assertThat(new QuantizedMatrix(3).nearest(new float[3], 1)).isEmpty();
    }

    @Test
    void add_callerChangesItsArray_rowStays() {
        QuantizedMatrix matrix = new QuantizedMatrix(2);
        float[] vector = {1, 0};
        assertThat(matrix.add(vector)).isZero();
        vector[0] = -1;
        assertThat(matrix.nearest(new float[] {1, 0}, 1)).containsExactly(new Match(0, 1));
    }

    @Test
    void arguments_wrong_refused() {
        QuantizedMatrix matrix = new QuantizedMatrix(2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new QuantizedMatrix(0))
                .withMessage("dimension must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> matrix.add(new float[3]))
                .withMessage("vector must have 2 components, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> matrix.nearest(new float[] {0, Float.NaN}, 1))
                .withMessage("query must have components within ±1.0E15, got NaN at 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> matrix.nearest(new float[2], 0))
                .withMessage("count must be at least 1, got 0");
    }
}
