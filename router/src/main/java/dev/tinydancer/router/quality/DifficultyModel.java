package dev.tinydancer.router.quality;

import dev.tinydancer.router.safetensors.InvalidModelException;
import dev.tinydancer.router.safetensors.Safetensors;
import dev.tinydancer.router.safetensors.Tensor;
import dev.tinydancer.router.vector.VectorMath;
import java.util.Map;

/**
 * How hard a request is, on the scale of logits: an agent whose ability equals it answers well half the time. 0 is a
 * request of average difficulty. Linear in the request's embedding and length; immutable.
 */
public final class DifficultyModel {

    private static final String WEIGHTS = "difficulty.weight";
    private static final String CENTRE = "difficulty.centre";

    /** Requests unlike all that the model was fitted to must not get absurd figures. */
    private static final double MOST_EXTREME = 2.5;

    private final float[] weights;
    private final float[] centre;

    private DifficultyModel(float[] weights, float[] centre) {
        this.weights = weights;
        this.centre = centre;
    }

    /** A model to which every request is of average difficulty. */
    public static DifficultyModel constant() {
        return new DifficultyModel(new float[0], new float[0]);
    }

    /**
     * The model in a file.
     *
     * @throws InvalidModelException if the file holds no such model
     */
    public static DifficultyModel of(Safetensors file) {
        Tensor weights = file.tensors().get(WEIGHTS);
        if (weights == null || weights.shape().length != 1) {
            throw new InvalidModelException("a difficulty model needs the tensor \"" + WEIGHTS + "\" of one dimension");
        }
        return new DifficultyModel(
                weights.toFloats(),
                file.tensor(CENTRE, Tensor.ElementType.F32, weights.size()).toFloats());
    }

    /** The model with the given weights of a {@link RequestVector} around the given centre. */
    static DifficultyModel of(float[] weights, float[] centre) {
        return new DifficultyModel(weights.clone(), centre.clone());
    }

    /** The model as {@link #of(Safetensors)} reads it. */
    public Safetensors toFile(Map<String, String> metadata) {
        return Safetensors.of(
                Map.of(
                        WEIGHTS, Tensor.ofFloats(weights, weights.length),
                        CENTRE, Tensor.ofFloats(centre, centre.length)),
                metadata);
    }

    /**
     * The difficulty of a request, in logits.
     *
     * @throws IllegalArgumentException if the request's embedding has another dimension than the model's
     */
    double difficulty(RequestVector request) {
        if (weights.length == 0) {
            return 0;
        }
        float[] components = request.components();
        if (components.length != weights.length) {
            throw new IllegalArgumentException("the difficulty model was made for vectors of " + weights.length
                    + " components, the request has " + components.length);
        }
        return Math.clamp(
                VectorMath.dot(weights, components) - VectorMath.dot(weights, centre), -MOST_EXTREME, MOST_EXTREME);
    }
}
