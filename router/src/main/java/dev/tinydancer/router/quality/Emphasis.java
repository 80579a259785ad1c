package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.VectorMath;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ojalgo.matrix.decomposition.Eigenvalue;
import org.ojalgo.matrix.store.MatrixStore;
import org.ojalgo.matrix.store.R064Store;

/**
 * Stretches the embeddings of requests along the directions in which a tenant's requests differ most, because these tell
 * kinds of requests apart; the others are shrunk, so that the variance stays what it is. Immutable.
 */
final class Emphasis {
    /*
     * Each of the first principal components is scaled by its variance to the power of 0.35, all other directions by their
     * mean variance to that power. It does without labels, so that outcomes need not be known to be learned from.
     */

    private static final int DIRECTIONS = 32;
    private static final double POWER = 0.35;

    /** With fewer requests, their directions are those of chance. */
    private static final int LEAST_REQUESTS = 2 * DIRECTIONS;

    private final int dimension;
    private final float @Nullable [] directions;
    private final float[] stretches;
    private final float rest;

    private Emphasis(int dimension, float @Nullable [] directions, float[] stretches, float rest) {
        this.dimension = dimension;
        this.directions = directions;
        this.stretches = stretches;
        this.rest = rest;
    }

    private static Emphasis none(int dimension) {
        return new Emphasis(dimension, null, new float[0], 1);
    }

    /** What suits these requests, at least one, whose vectors all have one dimension. */
    static Emphasis of(List<RequestVector> requests) {
        int dimension = requests.getFirst().components().length - 1;
        if (requests.size() < LEAST_REQUESTS || dimension <= DIRECTIONS) {
            return none(dimension);
        }
        R064Store covariance = covariance(requests, dimension);
        Eigenvalue<Double> decomposition = Eigenvalue.R064.make(covariance, true);
        if (!decomposition.decompose(covariance)) {
            throw new IllegalStateException("the covariance of " + requests.size() + " requests has no eigenvectors");
        }
        double[] variances = new double[dimension];
        for (int i = 0; i < dimension; i++) {
            variances[i] = Math.max(0, decomposition.getD().doubleValue(i, i));
        }
        return of(dimension, variances, decomposition.getV());
    }

    private static Emphasis of(int dimension, double[] variances, MatrixStore<Double> eigenvectors) {
        int[] order = IntStream.range(0, dimension)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -variances[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double restVariance = IntStream.range(DIRECTIONS, dimension)
                .mapToDouble(place -> variances[order[place]])
                .average()
                .orElseThrow();
        double rest = Math.pow(restVariance, POWER);
        double before = (dimension - DIRECTIONS) * restVariance;
        double after = before * rest * rest;
        for (int place = 0; place < DIRECTIONS; place++) {
            double variance = variances[order[place]];
            before += variance;
            after += variance * Math.pow(variance, 2 * POWER);
        }
        if (!(after > 0)) {
            // They differ in length alone.
            return none(dimension);
        }
        double scale = Math.sqrt(before / after);
        float[] directions = new float[DIRECTIONS * dimension];
        float[] stretches = new float[DIRECTIONS];
        for (int place = 0; place < DIRECTIONS; place++) {
            stretches[place] = (float) (scale * (Math.pow(variances[order[place]], POWER) - rest));
            for (int i = 0; i < dimension; i++) {
                directions[place * dimension + i] = (float) eigenvectors.doubleValue(i, order[place]);
            }
        }
        return new Emphasis(dimension, directions, stretches, (float) (scale * rest));
    }

    private static R064Store covariance(List<RequestVector> requests, int dimension) {
        float[] mean = new float[dimension];
        for (RequestVector request : requests) {
            VectorMath.addScaled(1f / requests.size(), request.components(), 0, mean, 0, dimension);
        }
        GramMatrix scatter = new GramMatrix(dimension);
        float[] centred = new float[dimension];
        for (RequestVector request : requests) {
            System.arraycopy(request.components(), 0, centred, 0, dimension);
            VectorMath.addScaled(-1, mean, centred);
            scatter.add(centred, 1.0 / requests.size());
        }
        R064Store covariance = R064Store.FACTORY.make(dimension, dimension);
        for (int i = 0; i < dimension; i++) {
            for (int j = 0; j <= i; j++) {
                covariance.set(i, j, scatter.at(i, j));
                covariance.set(j, i, scatter.at(i, j));
            }
        }
        return covariance;
    }

    /** The stretched vector of a request, {@code float[dimension + 1]}; not to be changed. */
    float[] of(RequestVector request) {
        float[] components = request.components();
        if (directions == null) {
            return components;
        }
        float[] places = new float[stretches.length];
        VectorMath.multiply(directions, places.length, dimension, components, 0, places, 0);
        float[] stretched = components.clone();
        for (int i = 0; i < dimension; i++) {
            stretched[i] *= rest;
        }
        for (int i = 0; i < places.length; i++) {
            VectorMath.addScaled(stretches[i] * places[i], directions, i * dimension, stretched, 0, dimension);
        }
        return stretched;
    }
}
