package dev.tinydancer.router.neural;

/**
 * What the logits of each head are divided by, so that probabilities are as sure as they are right.
 *
 * @param category of the softmax head, above 0
 * @param capability of the logistic head, above 0
 */
public record Temperatures(float category, float capability) {

    /** Leaves the logits as they are. */
    public static final Temperatures NONE = new Temperatures(1, 1);

    public Temperatures {
        Numbers.requireAboveZero("category temperature", category);
        Numbers.requireAboveZero("capability temperature", capability);
    }

    /** Turns the logits of both heads into probabilities. */
    void apply(float[] categoryLogits, float[] capabilityLogits) {
        for (int i = 0; i < categoryLogits.length; i++) {
            categoryLogits[i] /= category;
        }
        Probabilities.softmaxInPlace(categoryLogits);
        for (int i = 0; i < capabilityLogits.length; i++) {
            capabilityLogits[i] /= capability;
        }
        Probabilities.sigmoidInPlace(capabilityLogits);
    }
}
