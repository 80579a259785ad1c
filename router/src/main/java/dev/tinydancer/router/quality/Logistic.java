package dev.tinydancer.router.quality;

/** Between probabilities and their logits, the scale on which abilities and difficulties add up. */
final class Logistic {

    private Logistic() {}

    /** σ: the probability in (0, 1) of a logit. */
    static double probability(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    /** The logit of a probability in (0, 1). */
    static double logit(double probability) {
        return Math.log(probability / (1 - probability));
    }
}
