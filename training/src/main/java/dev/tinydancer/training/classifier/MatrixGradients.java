package dev.tinydancer.training.classifier;

import dev.tinydancer.router.neural.WeightMatrix;
import dev.tinydancer.router.vector.VectorMath;
import dev.tinydancer.training.optimization.Parameter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The gradients of one {@link WeightMatrix}, or of its two factors. For one thread. */
final class MatrixGradients {

    private final WeightMatrix matrix;
    private final Parameter left;
    private final @Nullable Parameter right;
    private final float[] middle;
    private final float[] middleGradient;

    MatrixGradients(String name, WeightMatrix matrix) {
        this.matrix = matrix;
        float[] rightValues = matrix.right();
        this.left = Parameter.dense(rightValues == null ? name : name + ".left", matrix.left());
        this.right = rightValues == null ? null : Parameter.dense(name + ".right", rightValues);
        this.middle = new float[matrix.rank()];
        this.middleGradient = new float[matrix.rank()];
    }

    List<Parameter> parameters() {
        return right == null ? List.of(left) : List.of(left, right);
    }

    /**
     * Adds to the gradients of the matrix and of its input, given that of the product with {@code input[offset ..]}.
     *
     * @param inputGradient added to from {@code gradientOffset}; null if not wanted
     */
    void backward(
            float[] productGradient, float[] input, int offset, float @Nullable [] inputGradient, int gradientOffset) {
        int rows = matrix.rows();
        int columns = matrix.columns();
        if (right == null) {
            Products.outerAdd(productGradient, rows, input, offset, columns, left.gradient());
            if (inputGradient != null) {
                Products.transposedMultiplyAdd(
                        left.values(), rows, columns, productGradient, inputGradient, gradientOffset);
            }
            return;
        }
        int rank = matrix.rank();
        VectorMath.multiply(right.values(), rank, columns, input, offset, middle, 0);
        Products.outerAdd(productGradient, rows, middle, 0, rank, left.gradient());
        Arrays.fill(middleGradient, 0);
        Products.transposedMultiplyAdd(left.values(), rows, rank, productGradient, middleGradient, 0);
        Products.outerAdd(middleGradient, rank, input, offset, columns, right.gradient());
        if (inputGradient != null) {
            Products.transposedMultiplyAdd(
                    right.values(), rank, columns, middleGradient, inputGradient, gradientOffset);
        }
    }
}
