package dev.tinydancer.router.neural;

import dev.tinydancer.router.vector.VectorMath;
import org.jspecify.annotations.Nullable;

/**
 * A weight matrix of a {@link FastGrnnCell}: stored in full, or as the product of two thin matrices. The arrays given to
 * the factories are copied; nothing changes a matrix but the training of the cell that owns it.
 */
public final class WeightMatrix {

    private final int rows;
    private final int columns;
    private final int rank;
    private final float[] left;
    private final float @Nullable [] right;

    private WeightMatrix(int rows, int columns, int rank, float[] left, float @Nullable [] right) {
        this.rows = rows;
        this.columns = columns;
        this.rank = rank;
        this.left = left;
        this.right = right;
    }

    /**
     * A matrix stored in full.
     *
     * @param values {@code float[rows * columns]}, row-major
     * @throws IllegalArgumentException if a size is below 1, the array's length differs or a value is not finite
     */
    public static WeightMatrix dense(int rows, int columns, float[] values) {
        Numbers.requirePositive("rows", rows);
        Numbers.requirePositive("columns", columns);
        float[] copy = Numbers.finiteCopy("values", values, Math.multiplyExact(rows, columns));
        return new WeightMatrix(rows, columns, columns, copy, null);
    }

    /**
     * The product of two thin matrices, the FastGRNN paper's W = W₁W₂ᵀ. The second factor is given transposed, so that
     * both are row-major in the order in which they are multiplied.
     *
     * @param rank number of columns of {@code left} and of rows of {@code right}
     * @param left {@code float[rows * rank]}, row-major
     * @param right {@code float[rank * columns]}, row-major
     * @throws IllegalArgumentException if a size is below 1, an array's length differs or a value is not finite
     */
    public static WeightMatrix lowRank(int rows, int columns, int rank, float[] left, float[] right) {
        Numbers.requirePositive("rows", rows);
        Numbers.requirePositive("columns", columns);
        Numbers.requirePositive("rank", rank);
        return new WeightMatrix(
                rows,
                columns,
                rank,
                Numbers.finiteCopy("left", left, Math.multiplyExact(rows, rank)),
                Numbers.finiteCopy("right", right, Math.multiplyExact(rank, columns)));
    }

    /** Length of the product with a vector. */
    public int rows() {
        return rows;
    }

    /** Length of the vectors that the matrix multiplies. */
    public int columns() {
        return columns;
    }

    /** Length of the vector between the two factors; {@link #columns()} for a matrix stored in full. */
    public int rank() {
        return rank;
    }

    /** The values {@code float[rows * rank]} of a full matrix or of the first factor; not a copy. */
    public float[] left() {
        return left;
    }

    /** The values {@code float[rank * columns]} of the second factor; not a copy; null for a matrix stored in full. */
    public float @Nullable [] right() {
        return right;
    }

    /**
     * Writes the product with {@code input[offset .. offset + columns)} to {@code target}.
     *
     * @param middle at least {@link #rank()} long, overwritten if the matrix has two factors
     * @param target {@code float[rows]}
     */
    void multiply(float[] input, int offset, float[] middle, float[] target) {
        if (right == null) {
            VectorMath.multiply(left, rows, columns, input, offset, target, 0);
        } else {
            VectorMath.multiply(right, rank, columns, input, offset, middle, 0);
            VectorMath.multiply(left, rows, rank, middle, 0, target, 0);
        }
    }
}
