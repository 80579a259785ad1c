package dev.tinydancer.router.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each implementation that this JVM can run, against the same sums in double precision. */
final class KernelsTest {

    private static final int[] SIZES = {0, 1, 2, 3, 7, 8, 13, 15, 16, 17, 31, 33, 64, 97, 128, 207, 256, 702, 768, 4098
    };
    private static final long SEED = 42;

    static Stream<Kernels> implementations() {
        Kernels best = KernelChoice.choose(null);
        return best instanceof ScalarKernels ? Stream.of(best) : Stream.of(new ScalarKernels(), best);
    }

    private static float[] floats(SplittableRandom random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] values = new byte[length];
        for (int i = 0; i < length; i++) {
            values[i] = (byte) random.nextInt(-127, 128);
        }
        return values;
    }

    /** Rounding errors of a sum grow with the number of its terms. */
    private static float tolerance(int terms) {
        return 1e-5f * (1 + terms / 50f);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void dot_floatsOfAwkwardSizes_sumOfProducts(Kernels kernels) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int size : SIZES) {
            float[] a = floats(random, size + 5);
            float[] b = floats(random, size + 9);
            double expected = 0;
            for (int i = 0; i < size; i++) {
                expected += (double) a[3 + i] * b[1 + i];
            }
            assertThat(kernels.dot(a, 3, b, 1, size))
                    .as("size %d", size)
                    .isCloseTo((float) expected, within(tolerance(size)));
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void dot_anyBytes_exact(Kernels kernels) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int size : SIZES) {
            byte[] a = new byte[size + 3];
            byte[] b = new byte[size + 2];
            random.nextBytes(a);
            random.nextBytes(b);
            int expected = 0;
            for (int i = 0; i < size; i++) {
                expected += a[3 + i] * b[2 + i];
            }
            assertThat(kernels.dot(a, 3, b, 2, size)).as("size %d", size).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void dot_extremeBytes_exact(Kernels kernels) {
        int size = 131_071;
        byte[] lowest = new byte[size];
        Arrays.fill(lowest, Byte.MIN_VALUE);
        byte[] highest = new byte[size];
        Arrays.fill(highest, Byte.MAX_VALUE);
        assertThat(kernels.dot(lowest, 0, lowest, 0, size)).isEqualTo(128 * 128 * size);
        assertThat(kernels.dot(lowest, 0, highest, 0, size)).isEqualTo(-128 * 127 * size);
        assertThat(kernels.dot(highest, 0, highest, 0, size)).isEqualTo(127 * 127 * size);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void dotRows_awkwardShapes_exact(Kernels kernels) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int count : new int[] {0, 1, 2, 3, 4, 5, 8, 11}) {
            for (int size : SIZES) {
                byte[] rows = bytes(random, 7 + count * size);
                byte[] vector = bytes(random, size);
                int[] expected = new int[count];
                for (int row = 0; row < count; row++) {
                    for (int i = 0; i < size; i++) {
                        expected[row] += rows[7 + row * size + i] * vector[i];
                    }
                }
                int[] actual = new int[count];
                kernels.dotRows(rows, 7, count, size, vector, actual);
                assertThat(actual).as("%d x %d", count, size).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void dotRows_extremeComponents_exact(Kernels kernels) {
        int size = 4096;
        byte[] rows = new byte[4 * size];
        Arrays.fill(rows, 0, 2 * size, (byte) -127);
        Arrays.fill(rows, 2 * size, 4 * size, (byte) 127);
        byte[] vector = new byte[size];
        Arrays.fill(vector, (byte) -127);
        int[] out = new int[4];
        kernels.dotRows(rows, 0, 4, size, vector, out);
        int product = 127 * 127 * size;
        assertThat(out).containsExactly(product, product, -product, -product);
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void multiply_awkwardShapes_rowProducts(Kernels kernels) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int rows : new int[] {0, 1, 3, 4, 5, 8, 9, 64}) {
            for (int columns : new int[] {0, 1, 5, 16, 31, 33, 64, 207, 768}) {
                float[] matrix = floats(random, rows * columns);
                float[] vector = floats(random, columns + 2);
                float[] out = new float[rows + 3];
                Arrays.fill(out, 9);
                kernels.multiply(matrix, rows, columns, vector, 2, out, 1);
                for (int row = 0; row < rows; row++) {
                    double expected = 0;
                    for (int i = 0; i < columns; i++) {
                        expected += (double) matrix[row * columns + i] * vector[2 + i];
                    }
                    assertThat(out[1 + row])
                            .as("row %d of %d x %d", row, rows, columns)
                            .isCloseTo((float) expected, within(tolerance(columns)));
                }
                assertThat(new float[] {out[0], out[rows + 1], out[rows + 2]}).containsOnly(9);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void addScaled_floatsOfAwkwardSizes_touchesTheRangeOnly(Kernels kernels) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int size : SIZES) {
            float[] x = floats(random, size + 2);
            float[] y = floats(random, size + 4);
            float[] before = y.clone();
            kernels.addScaled(-1.5f, x, 2, y, 1, size);
            assertThat(y[0]).isEqualTo(before[0]);
            for (int i = 0; i < size; i++) {
                assertThat(y[1 + i]).isCloseTo(before[1 + i] - 1.5f * x[2 + i], within(1e-5f));
            }
            for (int i = 1 + size; i < y.length; i++) {
                assertThat(y[i]).isEqualTo(before[i]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void addScaled_bytesOfAwkwardSizes_touchesTheRangeOnly(Kernels kernels) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int size : SIZES) {
            byte[] x = new byte[size + 2];
            random.nextBytes(x);
            float[] y = floats(random, size + 4);
            float[] before = y.clone();
            kernels.addScaled(0.25f, x, 2, y, 1, size);
            assertThat(y[0]).isEqualTo(before[0]);
            for (int i = 0; i < size; i++) {
                assertThat(y[1 + i]).isCloseTo(before[1 + i] + 0.25f * x[2 + i], within(1e-5f));
            }
            for (int i = 1 + size; i < y.length; i++) {
                assertThat(y[i]).isEqualTo(before[i]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void scaleInPlace_awkwardSizes_touchesTheRangeOnly(Kernels kernels) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int size : SIZES) {
            float[] x = floats(random, size + 4);
            float[] expected = x.clone();
            for (int i = 1; i <= size; i++) {
                expected[i] = x[i] * 3;
            }
            kernels.scaleInPlace(3, x, 1, size);
            assertThat(x).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void dot_notANumberAnywhere_notANumber(Kernels kernels) {
        for (int size : new int[] {1, 16, 33, 207}) {
            for (int at = 0; at < size; at++) {
                float[] a = new float[size];
                a[at] = Float.NaN;
                assertThat(kernels.dot(a, 0, new float[size], 0, size)).isNaN();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void dot_infinityAndZero_asInPlainArithmetic(Kernels kernels) {
        float[] infinite = new float[40];
        infinite[20] = Float.POSITIVE_INFINITY;
        float[] ones = new float[40];
        Arrays.fill(ones, 1);
        assertThat(kernels.dot(infinite, 0, ones, 0, 40)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(kernels.dot(infinite, 0, new float[40], 0, 40)).isNaN();
        assertThat(kernels.dot(new float[40], 0, new float[40], 0, 40)).isZero();
    }

    @ParameterizedTest
    @MethodSource("implementations")
    void multiply_notANumberInOneRow_staysInThatRow(Kernels kernels) {
        float[] matrix = new float[5 * 20];
        matrix[2 * 20 + 7] = Float.NaN;
        float[] out = new float[5];
        kernels.multiply(matrix, 5, 20, new float[20], 0, out, 0);
        assertThat(out).containsExactly(0, 0, Float.NaN, 0, 0);
    }
}
