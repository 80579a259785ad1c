package dev.tinydancer.router.vector;

/** Between probabilities and their logits, the scale on which evidence adds up. */
public final class Logistic {

    private Logistic() {}

    /** σ: the probability in (0, 1) of a logit. */
    public static double probability(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** The logit of a probability in (0, 1). */
    public static double logit(double probability) {
        return Math.log(probability / (1 - probability));
    }
}
