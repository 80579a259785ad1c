package dev.tinydancer.router.neural;

import dev.tinydancer.router.vector.VectorMath;
import java.util.List;

/**
 * How a piece stands to the rest of its request. What is asked is unlike what it is asked about: a question is the odd one
 * out of a page of code.
 */
public final class PieceContext {

    /** Number of features of a piece. */
    public static final int FEATURES = 2;

    /** So many pieces before and behind one are its neighbours. */
    private static final int NEIGHBOURS = 3;

    private PieceContext() {}

    /**
     * For each piece the cosine of its direction to the sum of all pieces', and to that of its neighbours; 0 where there are
     * none.
     *
     * @param directions of the pieces in their order, of unit length
     */
    public static float[][] of(List<float[]> directions) {
        int count = directions.size();
        int dimension = directions.getFirst().length;
        float[][] context = new float[count][FEATURES];
        float[] all = new float[dimension];
        for (float[] direction : directions) {
            VectorMath.addScaled(1, direction, all);
        }
        float[] near = new float[dimension];
        for (int i = 0; i < Math.min(NEIGHBOURS + 1, count); i++) {
            VectorMath.addScaled(1, directions.get(i), near);
        }
        for (int i = 0; i < count; i++) {
            context[i][0] = cosineToRest(directions.get(i), all);
            context[i][1] = cosineToRest(directions.get(i), near);
            if (i + NEIGHBOURS + 1 < count) {
                VectorMath.addScaled(1, directions.get(i + NEIGHBOURS + 1), near);
            }
            if (i >= NEIGHBOURS) {
                VectorMath.addScaled(-1, directions.get(i - NEIGHBOURS), near);
            }
        }
        return context;
    }

    /** @param sum with the direction itself in it */
    private static float cosineToRest(float[] direction, float[] sum) {
        float own = VectorMath.dot(direction, direction);
        float product = VectorMath.dot(direction, sum) - own;
        float squares = VectorMath.dot(sum, sum) - 2 * product - own;
        return squares < 1e-3f ? 0 : (float) (product / Math.sqrt(squares));
    }
}
