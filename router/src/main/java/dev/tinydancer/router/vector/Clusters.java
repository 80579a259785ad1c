package dev.tinydancer.router.vector;

import java.util.List;

/**
 * Centres of groups of vectors, found by a few rounds of Lloyd's k-means. Immutable.
 *
 * <p>S. Lloyd, Least Squares Quantization in PCM, IEEE Transactions on Information Theory 28 (1982).
 */
public final class Clusters {

    private final float[] centres;
    private final float[] halfSquares;
    private final int dimension;

    private Clusters(float[] centres, float[] halfSquares, int dimension) {
        this.centres = centres;
        this.halfSquares = halfSquares;
        this.dimension = dimension;
    }

    /**
     * Groups by distance; a centre is the mean of its vectors.
     *
     * @param vectors all of one length
     * @param first where the centres start, at least one
     */
    public static Clusters byDistance(List<float[]> vectors, List<float[]> first, int rounds) {
        Clusters clusters = withDistances(concatenated(first), first.getFirst().length);
        for (int round = 0; round < rounds; round++) {
            int[] counts = new int[clusters.count()];
            float[] means = clusters.sums(vectors, counts);
            for (int i = 0; i < means.length; i++) {
                int count = counts[i / clusters.dimension];
                means[i] = count == 0 ? clusters.centres[i] : means[i] / count;
            }
            clusters = withDistances(means, clusters.dimension);
        }
        return clusters;
    }

    /**
     * Groups by the dot product; a centre is the direction of its vectors' sum, of length 1.
     *
     * @param vectors all of one length
     * @param first where the centres start, at least one
     */
    public static Clusters byDirection(List<float[]> vectors, List<float[]> first, int rounds) {
        int dimension = first.getFirst().length;
        float[] none = new float[first.size()];
        Clusters clusters = new Clusters(concatenated(first), none, dimension);
        for (int round = 0; round < rounds; round++) {
            float[] sums = clusters.sums(vectors, new int[clusters.count()]);
            for (int start = 0; start < sums.length; start += dimension) {
                double squares = VectorMath.dot(sums, start, sums, start, dimension);
                float scale = (float) (1 / Math.sqrt(squares));
                for (int i = start; i < start + dimension; i++) {
                    sums[i] = squares > 0 ? sums[i] * scale : clusters.centres[i];
                }
            }
            clusters = new Clusters(sums, none, dimension);
        }
        return clusters;
    }

    private static Clusters withDistances(float[] centres, int dimension) {
        float[] halfSquares = new float[centres.length / dimension];
        for (int i = 0; i < halfSquares.length; i++) {
            halfSquares[i] = VectorMath.dot(centres, i * dimension, centres, i * dimension, dimension) / 2;
        }
        return new Clusters(centres, halfSquares, dimension);
    }

    private static float[] concatenated(List<float[]> rows) {
        int length = rows.getFirst().length;
        float[] all = new float[rows.size() * length];
        for (int i = 0; i < rows.size(); i++) {
            System.arraycopy(rows.get(i), 0, all, i * length, length);
        }
        return all;
    }

    /** The sum of the vectors of each group, and in {@code counts} how many these are. */
    private float[] sums(List<float[]> vectors, int[] counts) {
        float[] sums = new float[centres.length];
        for (float[] vector : vectors) {
            int group = nearest(vector);
            VectorMath.addScaled(1, vector, 0, sums, group * dimension, dimension);
            counts[group]++;
        }
        return sums;
    }

    /** How many groups there are. */
    public int count() {
        return halfSquares.length;
    }

    /** The group that a vector belongs to, from 0. */
    public int nearest(float[] vector) {
        float[] closeness = new float[count()];
        VectorMath.multiply(centres, vector, closeness);
        int nearest = 0;
        for (int i = 0; i < closeness.length; i++) {
            closeness[i] -= halfSquares[i];
            if (closeness[i] > closeness[nearest]) {
                nearest = i;
            }
        }
        return nearest;
    }

    /** The centres, {@code [count × dimension]}, row-major; not a copy. */
    public float[] centres() {
        return centres;
    }

    /** Half the squared length of each centre of {@link #byDistance}; not a copy. */
    public float[] halfSquares() {
        return halfSquares;
    }
}
