package dev.tinydancer.training.classifier;

/** A request as the network reads it, and what it teaches. Not a record, because it holds an array. */
final class Example {

    private final int[] tokens;
    private final Target target;
    private final float weight;

    Example(int[] tokens, Target target, float weight) {
        this.tokens = tokens;
        this.target = target;
        this.weight = weight;
    }

    /** The tokens within the window; not a copy. */
    int[] tokens() {
        return tokens;
    }

    Target target() {
        return target;
    }

    /** Factor on the loss. */
    float weight() {
        return weight;
    }
}
