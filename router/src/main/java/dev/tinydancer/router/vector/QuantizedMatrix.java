package dev.tinydancer.router.vector;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Vectors that can be searched for those most similar to a query: a scan over bytes finds the candidates, the vectors
 * themselves decide. The result is that of comparing with every vector, at a quarter of the memory traffic.
 *
 * <p>Similarity is the dot product, which for vectors of unit length is the cosine. Searching is safe from several
 * threads while none adds.
 */
public final class QuantizedMatrix {
    /*
     * A row v is kept as bytes c and a scale s, v ≈ s·c, and so is the query, q ≈ t·d. The scan computes s·t·(c·d),
     * exactly but for the last bits of a float. By Cauchy and Schwarz it is off by at most
     *
     *     |q·v - (td)·(sc)|  ≤  |q - td|·|v| + |td|·|v - sc|
     *
     * With the largest |v| and the largest |v - sc| of all rows this is one number for a query. A row whose estimate is
     * more than twice that below the k-th best estimate cannot be among the k best; all others are compared as floats.
     * At 768 dimensions these are a few dozen of a thousand.
     */

    /** Rows are padded with zeros to a multiple of this, so that no kernel meets a remainder. */
    private static final int STRIDE_UNIT = 64;

    private static final int BLOCK = 256;

    /** Far beyond any embedding, and far from where products of two leave the range of a float. */
    private static final float MAX_COMPONENT = 1e15f;

    /** Covers the rounding of the bound itself and of the estimates. */
    private static final double SLACK = 1e-5;

    private static final Kernels KERNELS = KernelChoice.kernels();

    private final int dimension;
    private final int stride;
    private int size;
    private float[] vectors;
    private byte[] codes;
    private float[] scales;
    private double largestLength;
    private double largestError;

    /**
     * An empty matrix.
     *
     * @param dimension length of its vectors, at least 1
     */
    public QuantizedMatrix(int dimension) {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be at least 1, got " + dimension);
        }
        this.dimension = dimension;
        stride = Math.ceilDiv(dimension, STRIDE_UNIT) * STRIDE_UNIT;
        vectors = new float[0];
        codes = new byte[0];
        scales = new float[0];
    }

    public int dimension() {
        return dimension;
    }

    /** How many vectors there are; their rows are numbered from 0. */
    public int size() {
        return size;
    }

    /**
     * Appends a vector.
     *
     * @param vector {@code float[dimension]}, each component within ±1e15; copied
     * @return its row
     */
    public int add(float[] vector) {
        checkVector("vector", vector);
        if (size == scales.length) {
            int capacity = Math.max(16, size + (size >> 1));
            vectors = Arrays.copyOf(vectors, Math.multiplyExact(capacity, dimension));
            codes = Arrays.copyOf(codes, Math.multiplyExact(capacity, stride));
            scales = Arrays.copyOf(scales, capacity);
        }
        size++;
        put(size - 1, vector);
        return size - 1;
    }

    /**
     * The rows most similar to a query.
     *
     * @param query {@code float[dimension]}, each component within ±1e15
     * @param count how many to find, at least 1
     * @return at most {@code count} matches, most similar first, of equals the lower row first
     */
    public List<Match> nearest(float[] query, int count) {
        return search(query, count, null);
    }

    /**
     * The most similar of those rows that pass a test.
     *
     * @param query {@code float[dimension]}, each component within ±1e15
     * @param count how many to find, at least 1
     * @param accepted asked once for each row, in ascending order
     * @return at most {@code count} matches, most similar first, of equals the lower row first
     */
    public List<Match> nearest(float[] query, int count, IntPredicate accepted) {
        return search(query, count, requireNonNull(accepted, "accepted"));
    }

    private List<Match> search(float[] query, int count, @Nullable IntPredicate accepted) {
        checkVector("query", query);
        if (count < 1) {
            throw new IllegalArgumentException("count must be at least 1, got " + count);
        }
        int limit = Math.min(count, size);
        if (limit == 0) {
            return List.of();
        }
        byte[] queryCodes = new byte[stride];
        float queryScale = VectorMath.quantize(query, 0, dimension, queryCodes, 0);
        float[] estimates = estimates(queryCodes, queryScale);
        TopRows best = new TopRows(limit);
        for (int row = 0; row < size; row++) {
            if (accepted == null || accepted.test(row)) {
                best.offer(row, estimates[row]);
            } else {
                estimates[row] = Float.NaN;
            }
        }
        // False for NaN, so that rows which did not pass the test stay out.
        double threshold = best.isFull() ? best.lowest() - 2 * bound(query, queryCodes, queryScale) : -Double.MAX_VALUE;
        best.clear();
        for (int row = 0; row < size; row++) {
            if (estimates[row] >= threshold) {
                best.offer(row, KERNELS.dot(vectors, row * dimension, query, 0, dimension));
            }
        }
        return best.descending();
    }

    private float[] estimates(byte[] queryCodes, float queryScale) {
        float[] estimates = new float[size];
        int[] products = new int[Math.min(size, BLOCK)];
        for (int first = 0; first < size; first += BLOCK) {
            int rows = Math.min(BLOCK, size - first);
            KERNELS.dotRows(codes, first * stride, rows, stride, queryCodes, products);
            for (int i = 0; i < rows; i++) {
                estimates[first + i] = products[i] * (scales[first + i] * queryScale);
            }
        }
        return estimates;
    }

    /** How far an estimate may be from the truth. */
    private double bound(float[] query, byte[] queryCodes, float queryScale) {
        double length = length(query);
        double error = error(query, 0, queryCodes, 0, queryScale);
        return error * largestLength + (length + error) * largestError + SLACK * length * largestLength;
    }

    private void put(int row, float[] vector) {
        System.arraycopy(vector, 0, vectors, row * dimension, dimension);
        scales[row] = VectorMath.quantize(vectors, row * dimension, dimension, codes, row * stride);
        largestLength = Math.max(largestLength, length(vector));
        largestError = Math.max(largestError, error(vectors, row * dimension, codes, row * stride, scales[row]));
    }

    private static double length(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        return Math.sqrt(squares);
    }

    /** The length of what quantising has left out. */
    private double error(float[] vector, int offset, byte[] codes, int codesOffset, float scale) {
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            double difference = vector[offset + i] - (double) scale * codes[codesOffset + i];
            squares += difference * difference;
        }
        return Math.sqrt(squares);
    }

    private void checkVector(String name, float[] vector) {
        if (vector.length != dimension) {
            throw new IllegalArgumentException(name + " must have " + dimension + " components, got " + vector.length);
        }
        for (int i = 0; i < dimension; i++) {
            if (!(Math.abs(vector[i]) <= MAX_COMPONENT)) {
                throw new IllegalArgumentException(
                        name + " must have components within ±" + MAX_COMPONENT + ", got " + vector[i] + " at " + i);
            }
        }
    }

    /** A row and its similarity to the query. */
    public record Match(int row, float similarity) {}
}
