package dev.tinydancer.router.embedding;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The mean of a set of vectors and the orthogonal directions along which they differ most. Immutable.
 *
 * <p>Eigenvectors of the covariance matrix by cyclic Jacobi rotations (Golub and Van Loan, "Matrix Computations",
 * section 8.5): O(dimension³) for each of about ten sweeps, accurate to the last bits.
 */
final class PrincipalComponents {

    private static final int MAX_SWEEPS = 50;

    /** Off-diagonal mass, relative to the whole, below which the matrix counts as diagonal. */
    private static final double TOLERANCE = 1e-20;

    private final double[] mean;
    private final double[][] directions;
    private final double[] variances;

    private PrincipalComponents(double[] mean, double[][] directions, double[] variances) {
        this.mean = mean;
        this.directions = directions;
        this.variances = variances;
    }

    /**
     * @param vectors at least one, all of the same length
     * @param count how many directions to keep, at most the vectors' length
     */
    static PrincipalComponents of(List<float[]> vectors, int count) {
        int dimension = vectors.getFirst().length;
        if (count < 1 || count > dimension) {
            throw new IllegalArgumentException("count must be in [1, " + dimension + "], got " + count);
        }
        double[] mean = new double[dimension];
        for (float[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                mean[i] += vector[i] / vectors.size();
            }
        }
        double[][] covariance = covariance(vectors, mean);
        double[][] eigenvectors = diagonalizeInPlace(covariance);
        int[] order = IntStream.range(0, dimension)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> covariance[i][i])
                        .reversed())
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
        double[][] directions = new double[count][];
        double[] variances = new double[count];
        for (int i = 0; i < count; i++) {
            directions[i] = eigenvectors[order[i]];
            variances[i] = covariance[order[i]][order[i]];
        }
        return new PrincipalComponents(mean, directions, variances);
    }

    /** The kept directions' variances, largest first. */
    double[] variances() {
        return variances.clone();
    }

    /** Coordinates of a vector along the kept directions, from the mean; {@code float[count]}. */
    float[] project(float[] vector) {
        float[] coordinates = new float[directions.length];
        for (int i = 0; i < coordinates.length; i++) {
            double[] direction = directions[i];
            double sum = 0;
            for (int j = 0; j < direction.length; j++) {
                sum += direction[j] * (vector[j] - mean[j]);
            }
            coordinates[i] = (float) sum;
        }
        return coordinates;
    }

    private static double[][] covariance(List<float[]> vectors, double[] mean) {
        int dimension = mean.length;
        double[][] covariance = new double[dimension][dimension];
        double[] centred = new double[dimension];
        for (float[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                centred[i] = vector[i] - mean[i];
            }
            for (int i = 0; i < dimension; i++) {
                double[] row = covariance[i];
                double factor = centred[i] / vectors.size();
                for (int j = i; j < dimension; j++) {
                    row[j] += factor * centred[j];
                }
            }
        }
        for (int i = 0; i < dimension; i++) {
            for (int j = 0; j < i; j++) {
                covariance[i][j] = covariance[j][i];
            }
        }
        return covariance;
    }

    /** Leaves the eigenvalues on the diagonal and returns the eigenvectors as rows, in the same order. */
    private static double[][] diagonalizeInPlace(double[][] symmetric) {
        int dimension = symmetric.length;
        double[][] eigenvectors = new double[dimension][dimension];
        for (int i = 0; i < dimension; i++) {
            eigenvectors[i][i] = 1;
        }
        for (int sweep = 0; sweep < MAX_SWEEPS && !isDiagonal(symmetric); sweep++) {
            for (int p = 0; p < dimension - 1; p++) {
                for (int q = p + 1; q < dimension; q++) {
                    if (symmetric[p][q] != 0) {
                        rotate(symmetric, eigenvectors, p, q);
                    }
                }
            }
        }
        return eigenvectors;
    }

    private static boolean isDiagonal(double[][] matrix) {
        double diagonal = 0;
        double rest = 0;
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                double square = matrix[i][j] * matrix[i][j];
                if (i == j) {
                    diagonal += square;
                } else {
                    rest += square;
                }
            }
        }
        return rest <= TOLERANCE * diagonal;
    }

    /** The rotation in the plane of p and q that makes their covariance zero. */
    private static void rotate(double[][] symmetric, double[][] eigenvectors, int p, int q) {
        double theta = (symmetric[q][q] - symmetric[p][p]) / (2 * symmetric[p][q]);
        double tangent = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double cosine = 1 / Math.sqrt(tangent * tangent + 1);
        double sine = tangent * cosine;
        rotateRows(symmetric[p], symmetric[q], cosine, sine);
        for (double[] row : symmetric) {
            double atP = row[p];
            row[p] = cosine * atP - sine * row[q];
            row[q] = sine * atP + cosine * row[q];
        }
        rotateRows(eigenvectors[p], eigenvectors[q], cosine, sine);
    }

    private static void rotateRows(double[] p, double[] q, double cosine, double sine) {
        for (int i = 0; i < p.length; i++) {
            double atP = p[i];
            p[i] = cosine * atP - sine * q[i];
            q[i] = sine * atP + cosine * q[i];
        }
    }
}
