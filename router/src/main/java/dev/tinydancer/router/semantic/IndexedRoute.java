package dev.tinydancer.router.semantic;

import dev.tinydancer.router.vector.VectorMath;
import java.util.Arrays;
import java.util.List;

/**
 * A route made ready to be compared with queries. Immutable.
 */
final class IndexedRoute {
    /*
     * Meaning is compared with a mixture of the utterances that depends on the query, the more of an utterance u the
     * nearer it is to the query q, with sharpness b:
     *
     *     m = sum of w(u) u,   w(u) proportional to exp(b * cos(q, u)),   similarity = cos(q, m)
     *
     * That is attention over the utterances. Few utterances sample a meaning sparsely, and a mixture of two is a third
     * that nobody wrote down; yet what is far from the query, because the route has several subjects, does not drag the
     * mixture away as it would drag the centre. Of the two limits, the nearest utterance (b large) was measured to be
     * far worse on narrow routes, and the centre (b = 0) on broad ones; docs/semantic-routes.md has the figures.
     */

    private static final int FLOOR_ITERATIONS = 30;

    /** Enough to know how alike a route's utterances are, and cheap for a route with hundreds. */
    private static final int SELF_SIMILARITY_SAMPLE = 32;

    private final SemanticRoute route;
    private final double sharpness;
    private final int count;
    private final int dimension;

    /** {@code [count × dimension]}, the utterances' unit vectors. */
    private final float[] rows;

    private final double shortestMixture;
    private final double selfSimilarity;

    IndexedRoute(SemanticRoute route, RouteScoring scoring) {
        this.route = route;
        sharpness = scoring.sharpness();
        count = route.utterances().size();
        dimension = route.dimension();
        rows = count == 1 ? route.utterances().getFirst().vector() : pack(route.utterances(), dimension);
        shortestMixture = count == 1 ? 1 : hullDistanceBound();
        selfSimilarity = count == 1 ? Double.NaN : meanSelfSimilarity();
    }

    SemanticRoute route() {
        return route;
    }

    /**
     * A bound on how much nearer a mixture can be to a query than any utterance: the similarity of meaning is at most the
     * largest cosine of an utterance divided by this. In [0, 1], 1 for a single utterance.
     */
    double shortestMixture() {
        return shortestMixture;
    }

    /** The mean similarity of each utterance to the mixture of the others, NaN for a single utterance. */
    double selfSimilarity() {
        return selfSimilarity;
    }

    /**
     * The similarity of meaning.
     *
     * @param query a unit vector
     * @return a cosine, in [-1, 1] but for rounding
     */
    double cosine(float[] query) {
        return count == 1 ? VectorMath.dot(rows, query) : mixedCosine(query, rows, count);
    }

    /** The utterance with the largest cosine to the query, the first of equals. */
    Utterance nearestUtterance(float[] query) {
        int nearest = 0;
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            float cosine = VectorMath.dot(rows, i * dimension, query, 0, dimension);
            if (cosine > largest) {
                largest = cosine;
                nearest = i;
            }
        }
        return route.utterances().get(nearest);
    }

    private double mixedCosine(float[] query, float[] vectors, int vectorCount) {
        float[] cosines = new float[vectorCount];
        VectorMath.multiply(vectors, vectorCount, dimension, query, 0, cosines, 0);
        float largest = cosines[0];
        for (float cosine : cosines) {
            largest = Math.max(largest, cosine);
        }
        float[] mixture = new float[dimension];
        double weighted = 0;
        for (int i = 0; i < vectorCount; i++) {
            double weight = Math.exp(sharpness * (cosines[i] - largest));
            weighted += weight * cosines[i];
            VectorMath.addScaled((float) weight, vectors, i * dimension, mixture, 0, dimension);
        }
        double length = Math.sqrt(VectorMath.dot(mixture, mixture));
        return length == 0 ? 0 : Math.clamp(weighted / length, -1, 1);
    }

    /*
     * The similarity is (sum of w cos(q, u)) / |sum of w u|, with weights that sum to 1. The dividend is at most the
     * largest cosine, and the divisor at least the distance d of the utterances' convex hull from the origin. Frank and
     * Wolfe's method comes near d from above; at any of its points p, every point x of the hull has
     * |x|² >= 2 min(u·p) - |p|², which is the bound from below that is needed [1].
     *
     * [1] Jaggi: Revisiting Frank-Wolfe: Projection-Free Sparse Convex Optimization, section 2 (2013).
     */
    private double hullDistanceBound() {
        float[] point = new float[dimension];
        VectorMath.scaledMean(rows, count, 1, point);
        float[] products = new float[count];
        double best = 0;
        for (int iteration = 0; iteration < FLOOR_ITERATIONS; iteration++) {
            VectorMath.multiply(rows, count, dimension, point, 0, products, 0);
            int lowest = 0;
            for (int i = 1; i < count; i++) {
                if (products[i] < products[lowest]) {
                    lowest = i;
                }
            }
            double squaredLength = VectorMath.dot(point, point);
            best = Math.max(best, 2 * products[lowest] - squaredLength);
            // The step to the vertex along which the length is least: it minimises |p + s (u - p)|² for |u| = 1.
            double toVertex = squaredLength - 2 * products[lowest] + 1;
            if (toVertex <= 0) {
                break;
            }
            double step = Math.clamp((squaredLength - products[lowest]) / toVertex, 0, 1);
            for (int i = 0; i < dimension; i++) {
                point[i] += (float) (step * (rows[lowest * dimension + i] - point[i]));
            }
        }
        return Math.min(1, Math.sqrt(best));
    }

    private double meanSelfSimilarity() {
        int sample = Math.min(count, SELF_SIMILARITY_SAMPLE);
        float[] sampled = new float[sample * dimension];
        for (int i = 0; i < sample; i++) {
            int from = (int) ((long) i * count / sample);
            System.arraycopy(rows, from * dimension, sampled, i * dimension, dimension);
        }
        float[] others = new float[(sample - 1) * dimension];
        double sum = 0;
        for (int i = 0; i < sample; i++) {
            int at = i * dimension;
            System.arraycopy(sampled, 0, others, 0, at);
            System.arraycopy(sampled, at + dimension, others, at, sampled.length - at - dimension);
            sum += mixedCosine(Arrays.copyOfRange(sampled, at, at + dimension), others, sample - 1);
        }
        return sum / sample;
    }

    private static float[] pack(List<Utterance> utterances, int dimension) {
        float[] rows = new float[utterances.size() * dimension];
        for (int i = 0; i < utterances.size(); i++) {
            System.arraycopy(utterances.get(i).vector(), 0, rows, i * dimension, dimension);
        }
        return rows;
    }
}
