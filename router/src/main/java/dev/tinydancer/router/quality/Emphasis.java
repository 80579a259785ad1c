package dev.tinydancer.router.quality;

import dev.tinydancer.router.vector.PrincipalComponents;
import dev.tinydancer.router.vector.VectorMath;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
        return of(PrincipalComponents.of(
                requests.stream()
                        .map(request -> Arrays.copyOf(request.components(), dimension))
                        .toList(),
                dimension));
    }

    private static Emphasis of(PrincipalComponents components) {
        double[] variances = components.variances();
        int dimension = variances.length;
        double restVariance =
                Arrays.stream(variances, DIRECTIONS, dimension).average().orElseThrow();
        double rest = Math.pow(restVariance, POWER);
        double before = (dimension - DIRECTIONS) * restVariance;
        double after = before * rest * rest;
        for (int place = 0; place < DIRECTIONS; place++) {
            before += variances[place];
            after += variances[place] * Math.pow(variances[place], 2 * POWER);
        }
        if (!(after > 0)) {
            // They differ in length alone.
            return none(dimension);
        }
        double scale = Math.sqrt(before / after);
        float[] directions = new float[DIRECTIONS * dimension];
        float[] stretches = new float[DIRECTIONS];
        for (int place = 0; place < DIRECTIONS; place++) {
            stretches[place] = (float) (scale * (Math.pow(variances[place], POWER) - rest));
            System.arraycopy(components.direction(place), 0, directions, place * dimension, dimension);
        }
        return new Emphasis(dimension, directions, stretches, (float) (scale * rest));
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
