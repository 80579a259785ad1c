package dev.tinydancer.router.neural;

/**
 * Logistic function and hyperbolic tangent in single precision, within 6e-7 of the exact functions.
 *
 * <p>The tangent is x P(x²) / Q(x²) with P and Q of degree four, fitted on [-8, 8] by least squares with weights that
 * even out the error (to 6e-9, so that what is left is rounding); beyond, it is 1 to within 3e-7. Nothing but sums,
 * products, one quotient and two bounds: the compiler turns a loop of these into vector instructions, which it cannot
 * do for {@link Math#tanh} or {@link Math#exp}.
 */
final class Activations {

    private static final float BOUND = 8;

    private static final float P0 = 1;
    private static final float P1 = 0.1343818f;
    private static final float P2 = 0.0035641424f;
    private static final float P3 = 2.1773012e-5f;
    private static final float P4 = 1.5061463e-8f;
    private static final float Q1 = 0.467715f;
    private static final float Q2 = 0.026135962f;
    private static final float Q3 = 3.3991566e-4f;
    private static final float Q4 = 8.453525e-7f;

    private Activations() {}

    /** 1 / (1 + e^-x), in [0, 1]; NaN gives NaN. */
    static float sigmoid(float x) {
        return 0.5f + 0.5f * tanh(0.5f * x);
    }

    /** Hyperbolic tangent, in [-1, 1]; NaN gives NaN. */
    static float tanh(float x) {
        float bounded = Math.max(-BOUND, Math.min(BOUND, x));
        float square = bounded * bounded;
        float numerator = bounded * (P0 + square * (P1 + square * (P2 + square * (P3 + square * P4))));
        float denominator = 1 + square * (Q1 + square * (Q2 + square * (Q3 + square * Q4)));
        return Math.max(-1, Math.min(1, numerator / denominator));
    }
}
