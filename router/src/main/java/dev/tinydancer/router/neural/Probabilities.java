package dev.tinydancer.router.neural;

/** From logits to probabilities. */
public final class Probabilities {

    private Probabilities() {}

    /** Turns logits into probabilities that sum to 1. */
    public static void softmaxInPlace(float[] logits) {
        float largest = logits[0];
        for (float logit : logits) {
            largest = Math.max(largest, logit);
        }
        float sum = 0;
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.exp(logits[i] - largest);
            sum += logits[i];
        }
        for (int i = 0; i < logits.length; i++) {
            logits[i] /= sum;
        }
    }

    /** The index of the largest value, the first of equal ones. */
    public static int largest(float[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[largest]) {
                largest = i;
            }
        }
        return largest;
    }

    /** Turns each logit into a probability of its own. */
    public static void sigmoidInPlace(float[] logits) {
        for (int i = 0; i < logits.length; i++) {
            logits[i] = Activations.sigmoid(logits[i]);
        }
    }
}
