package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.Clusters;
import dev.tinydancer.router.vector.VectorMath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;

/**
 * Requests as vectors in which a linear model bends: {@code float[dimension]}, made of how similar a request is to each of
 * some landmarks. Immutable and safe for concurrent use.
 */
final class KernelFeatures {
    /*
     * The method of Nyström [1]: with the kernel k(x, z) = exp(-‖x - z‖²/2) and its values K between the landmarks, the
     * products of the features φ(x) = L⁻¹ k(Z, x), where LLᵀ = K, come as close to the kernel as the landmarks allow. So a
     * linear model of them is one of the kernel, at the price of as many weights as there are landmarks.
     *
     * [1] Williams and Seeger, Using the Nyström Method to Speed Up Kernel Machines, NIPS 2000.
     */

    /** More were no better on the outcomes that this was chosen with, half as many a little worse. */
    private static final int MOST_LANDMARKS = 256;

    /** Requests that landmarks are chosen from; of more, these by lot. */
    private static final int MOST_SAMPLED = 3_000;

    /** Of k-means. */
    private static final int ROUNDS = 4;

    /** Keeps the decomposition stable where landmarks nearly coincide. */
    private static final double JITTER = 1e-4;

    private final Emphasis emphasis;
    private final int landmarks;
    private final float[] centres;
    private final float[] halfSquares;
    private final float[] root;

    private KernelFeatures(Emphasis emphasis, int landmarks, float[] centres, float[] halfSquares, float[] root) {
        this.emphasis = emphasis;
        this.landmarks = landmarks;
        this.centres = centres;
        this.halfSquares = halfSquares;
        this.root = root;
    }

    /** Features for requests like these, at least one, whose vectors all have one dimension. */
    static KernelFeatures of(List<RequestVector> requests) {
        // The same text many times is one place to be similar to.
        List<RequestVector> distinct = new ArrayList<>(new LinkedHashSet<>(requests));
        Collections.shuffle(distinct, new Random(1));
        List<RequestVector> sampled = distinct.subList(0, Math.min(distinct.size(), MOST_SAMPLED));
        Emphasis emphasis = Emphasis.of(sampled);
        List<float[]> sample = sampled.stream().map(emphasis::of).toList();
        List<float[]> first = sample.subList(0, Math.min(sample.size(), MOST_LANDMARKS));
        Clusters clusters = Clusters.byDistance(sample, first, sample.size() > first.size() ? ROUNDS : 0);
        return new KernelFeatures(
                emphasis, clusters.count(), clusters.centres(), clusters.halfSquares(), inverseRoot(clusters));
    }

    /** How many features there are. */
    int dimension() {
        return landmarks;
    }

    /** The features of a request: a new array. */
    float[] of(RequestVector request) {
        float[] features = new float[landmarks];
        VectorMath.multiply(root, similarities(request), features);
        return features;
    }

    /** How similar a request is to each landmark, in [0, 1]: a new array. */
    float[] similarities(RequestVector request) {
        float[] components = emphasis.of(request);
        float halfSquare = VectorMath.dot(components, components) / 2;
        float[] similarities = new float[landmarks];
        VectorMath.multiply(centres, components, similarities);
        for (int i = 0; i < landmarks; i++) {
            similarities[i] = (float) Math.exp(similarities[i] - halfSquare - halfSquares[i]);
        }
        return similarities;
    }

    /** The weights whose product with the similarities is that of the given ones with the features. */
    float[] folded(double[] weights) {
        float[] folded = new float[landmarks];
        for (int i = 0; i < landmarks; i++) {
            VectorMath.addScaled((float) weights[i], root, i * landmarks, folded, 0, landmarks);
        }
        return folded;
    }

    private static float[] inverseRoot(Clusters clusters) {
        int count = clusters.count();
        float[] centres = clusters.centres();
        float[] halfSquares = clusters.halfSquares();
        int dimension = centres.length / count;
        double[][] inverse = GramMatrix.of(count, (i, j) -> {
                    float product = VectorMath.dot(centres, i * dimension, centres, j * dimension, dimension);
                    return (float) Math.exp(product - halfSquares[i] - halfSquares[j]);
                })
                .decompose(1, JITTER)
                .inverse();
        float[] root = new float[count * count];
        for (int i = 0; i < count; i++) {
            for (int j = 0; j <= i; j++) {
                root[i * count + j] = (float) inverse[i][j];
            }
        }
        return root;
    }
}
